// A set of rules at work.
//
// The set may be replaced at any time, in one step: the versions that go take no more work, what is under way with them
// ends, and then those that come work on every custom resource anew. A rule that is gone leaves what it made.

import type { RuleSet, RuleVersion } from '../compile/rule-set.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Discovery } from '../kube/discovery.ts';
import type { ApiTransport } from '../kube/transport.ts';
import type { Clock } from '../model/clock.ts';
import type { CompiledHealth, HealthRules } from '../model/health.ts';
import { finalizerOf } from '../model/lifecycle.ts';
import { kindKey } from '../model/object.ts';
import { type InterestScope, Interests } from '../watch/interests.ts';
import { CrdInstaller } from './install-crds.ts';
import { KindChecks } from './kind-checks.ts';
import { type Log, logDiagnostic } from './log.ts';
import { RuleRunner } from './rule-runner.ts';
import type { Telemetry } from './telemetry.ts';
import { Workqueue, type WorkResult } from './workqueue.ts';

/** How rules run. */
export interface RunnersSettings {
  readonly namespace: string | undefined;
  readonly installCrds: boolean;
  /** Custom resources that are worked on at the same time. */
  readonly workers: number;
}

/** What running rules needs of the world. */
export interface RunnersDeps {
  readonly transport: ApiTransport;
  readonly discovery: Discovery;
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: Telemetry;
  /** Where the health of kinds comes from, with these rules before all others. */
  healthRules(given: readonly CompiledHealth[]): HealthRules;
  /** Numbers from 0 to below 1 that nobody can guess. */
  random(): number;
  /** Hears when a rule begins to work, or what it watches has changed its state. */
  onState(): void;
}

interface AtWork extends RuleVersion {
  readonly runner: RuleRunner;
  readonly interests: InterestScope;
}

/** Runs a set of rules. */
export class RuleRunners {
  readonly #settings: RunnersSettings;
  readonly #deps: RunnersDeps;
  readonly #queue: Workqueue;
  readonly #interests: Interests;
  readonly #checks: KindChecks;
  readonly #installer: CrdInstaller;
  readonly #atWork = new Map<string, AtWork>();
  #rules: RuleSet | undefined;
  #health: HealthRules;
  #state: 'new' | 'started' | 'ready' | 'stopped' = 'new';

  constructor(settings: RunnersSettings, deps: RunnersDeps) {
    this.#settings = settings;
    this.#health = deps.healthRules([]);
    this.#deps = deps;
    const { transport, discovery, client, clock, log, telemetry } = deps;
    const random = () => deps.random();
    this.#queue = new Workqueue(settings.workers, {
      clock,
      random,
      observer: telemetry.queue('opsonata'),
      work: async (key) => await this.#work(key),
    });
    this.#installer = new CrdInstaller({ client, clock, log, random, onEnded: () => this.#swap() });
    this.#checks = new KindChecks({ discovery, report: (diagnostic) => logDiagnostic(diagnostic, log) });
    this.#interests = new Interests({
      transport,
      discovery,
      clock,
      random,
      log: (event, facts) => {
        const write = facts.state === 'failing' || event === 'fault' ? log.warn : log.info;
        write(`watch-${event}`, facts);
        if (facts.state === 'synced') this.#check(facts.kind);
        this.#count();
      },
      onListenerError: (error) => log.error('failed', { code: 'InternalError', message: String(error) }),
    });
  }

  /** Why not all rules work; empty when everything that is watched was listed once. */
  notReady(): readonly string[] {
    return [...this.#wanted.keys()].flatMap((name) => {
      const atWork = this.#atWork.get(name);
      return atWork === undefined ? `rule ${name}: starting` : (atWork.runner.notReady ?? []);
    });
  }

  /** Why a rule does not work as it should; undefined where it does. */
  waitingOf(name: string): { readonly reason: string; readonly message: string } | undefined {
    const atWork = this.#atWork.get(name);
    if (atWork === undefined || atWork.version !== this.#wanted.get(name)?.version)
      return { reason: 'Progressing', message: 'its definition is on the way into the cluster' };
    const { runner, rule } = atWork;
    const { apiVersion, kind } = rule.resource;
    if (runner.isMissing)
      return { reason: 'KindNotFound', message: `the API server serves no kind "${kind}" of ${apiVersion}` };
    return runner.notReady === undefined ? undefined : { reason: 'NotListed', message: runner.notReady };
  }

  /**
   * Starts every rule: installs its CRD where that is wanted, lists what it watches, then works. A rule that cannot start
   * yet holds up no other. The log says `ready` when all of them work.
   */
  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    this.#queue.start();
    this.#swap();
    this.#tellReady();
  }

  /** Replaces the rules in one step. Rules whose version is the same are not touched. */
  use(rules: RuleSet): void {
    this.#useHealth(rules, this.#rules);
    this.#rules = rules;
    this.#checks.use(rules);
    if (this.#state === 'ready') this.#state = 'started';
    this.#swap();
    this.#tellReady();
  }

  /** Takes no more work, waits for what is under way, and ends the watches. Idempotent. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#installer.stop();
    await this.#queue.stop();
    await this.#interests.stop();
  }

  // What counts as healthy is asked of every child: all rules work anew.
  #useHealth({ health }: RuleSet, before: RuleSet | undefined): void {
    const isSame = ([name, { version }]: [string, { version: string }]) =>
      before?.health.get(name)?.version === version;
    if (health.size === (before?.health.size ?? 0) && [...health].every(isSame)) return;
    this.#health = this.#deps.healthRules([...health.values()].map(({ rule }) => rule));
    this.#deps.log.info('health-reloaded', { rules: [...health.keys()] });
    for (const { runner } of this.#atWork.values()) runner.enqueueAll();
  }

  get #wanted(): ReadonlyMap<string, RuleVersion> {
    return this.#rules?.rules ?? new Map();
  }

  // From the rules that are at work to those that should be, as far as their definitions are in the cluster.
  #swap(): void {
    if (this.#state === 'new' || this.#state === 'stopped') return;
    const rules = this.#wanted;
    const entering = [...rules.values()].filter((rule) => this.#mayEnter(rule));
    const gone = [...this.#atWork.values()].filter(({ rule }) => !rules.has(rule.name));
    // The new ones observe before the old ones let go, so that what both watch is not listed anew.
    const runners = entering.map((version) => this.#toWork(version));
    const leaving = [...gone, ...entering.flatMap(({ rule }) => this.#atWork.get(rule.name) ?? [])];
    const ended = Promise.all(leaving.map(({ runner }) => runner.close()));
    for (const { rule, runner } of gone) {
      this.#atWork.delete(rule.name);
      const { ownerCount: resources, heldCount: held } = runner;
      const bound = held === 0 ? '' : `, and so does the finalizer ${finalizerOf(rule.name)}`;
      const message = `the rule is gone; what it made stays${bound}`;
      this.#deps.log.warn('rule-removed', { rule: rule.name, file: rule.file, resources, held, message });
    }
    for (const atWork of runners) {
      const { name, file } = atWork.rule;
      this.#deps.log.info(this.#atWork.has(name) ? 'rule-reloaded' : 'rule-loaded', { rule: name, file });
      this.#atWork.set(name, atWork);
      void atWork.runner.start(ended).then(() => this.#tellReady());
    }
    // What is under way looks at what it made until it is over.
    void ended.then(() => {
      for (const { interests } of leaving) interests.release();
    });
    this.#count();
  }

  #mayEnter({ rule, version }: RuleVersion): boolean {
    if (this.#atWork.get(rule.name)?.version === version) return false;
    return !this.#settings.installCrds || this.#installer.install(rule) === 'ended';
  }

  #toWork(version: RuleVersion): AtWork {
    const { rule } = version;
    const { discovery, client, clock, log, telemetry } = this.#deps;
    const { namespace } = this.#settings;
    const enqueue = (key: string) => this.#queue.add(`${rule.name} ${key}`);
    const interests = this.#interests.scope();
    const health: HealthRules = { find: (kind) => this.#health.find(kind) };
    const random = () => this.#deps.random();
    const deps = { client, discovery, interests, clock, log, telemetry, namespace, health, random, enqueue };
    return { ...version, interests, runner: new RuleRunner(rule, deps) };
  }

  #tellReady(): void {
    this.#deps.onState();
    if (this.#state !== 'started' || this.notReady().length > 0) return;
    this.#state = 'ready';
    this.#deps.log.info('ready', {});
  }

  // Formulas are checked against kinds of the cluster as these show up. That nobody waits for it is no harm.
  #check(key: string): void {
    const rules = [...this.#wanted.values()].map(({ rule }) => rule);
    const kinds = rules.flatMap(({ resource, children, inputs }) => [
      resource,
      ...[...children, ...inputs].map((node) => node.resource),
    ]);
    const kind = kinds.find((candidate) => kindKey(candidate) === key);
    if (kind === undefined) return;
    this.#checks.served(kind).catch((error: unknown) =>
      this.#deps.log.warn('kind-check', {
        kind: key,
        message: error instanceof Error ? error.message : String(error),
      }),
    );
  }

  async #work(key: string): Promise<WorkResult> {
    const space = key.indexOf(' ');
    const atWork = this.#atWork.get(key.slice(0, space));
    return atWork === undefined ? { kind: 'done' } : await atWork.runner.work(key.slice(space + 1));
  }

  #count(): void {
    const missing = [...this.#atWork.values()].filter(({ runner }) => runner.isMissing).length;
    const running = this.#atWork.size - missing;
    this.#deps.telemetry.rules({ running, missing, broken: this.#rules?.broken.length ?? 0 });
    this.#deps.onState();
  }
}
