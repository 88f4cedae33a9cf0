// Settings -> a running operator: composes the stages and owns everything that is started and stopped.

import { toOutcomeFault } from '../apply/apply.ts';
import { createClient, type KubeClient } from '../kube/client.ts';
import { Discovery } from '../kube/discovery.ts';
import type { Transport } from '../kube/transport.ts';
import type { Clock } from '../model/clock.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { HealthRules } from '../model/health.ts';
import { kindKey } from '../model/object.ts';
import type { CompiledRule, RuleDocument } from '../model/rule.ts';
import type { KindSchemas } from '../model/type.ts';
import { Interests } from '../watch/interests.ts';
import { backoffMs, CRD_BACKOFF } from './backoff.ts';
import { installCrd } from './install-crds.ts';
import { KindChecks } from './kind-checks.ts';
import { type Log, logDiagnostic } from './log.ts';
import { RuleRunner } from './rule-runner.ts';
import type { Telemetry } from './telemetry.ts';
import { Workqueue, type WorkResult } from './workqueue.ts';

/** How the operator runs. */
export interface OperatorSettings {
  readonly namespace: string | undefined;
  readonly installCrds: boolean;
  /** Custom resources that are worked on at the same time. */
  readonly workers: number;
  /** Rules that were left out because of errors; for metrics. */
  readonly brokenRules: number;
  /** The documents of the rules, and what is known of kinds without the cluster: for checks of kinds that show up. */
  readonly documents: readonly RuleDocument[];
  readonly schemas: KindSchemas;
  /** Health rules for kinds of children. */
  readonly health?: HealthRules;
}

/** What the operator needs of the world. */
export interface OperatorDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: Telemetry;
  /** Numbers from 0 to below 1 that nobody can guess. */
  random(): number;
}

/** An operator for a set of rules. */
export class Operator {
  readonly #rules: readonly CompiledRule[];
  readonly #settings: OperatorSettings;
  readonly #deps: OperatorDeps;
  readonly #runners = new Map<string, RuleRunner>();
  readonly #queue: Workqueue;
  readonly #abort = new AbortController();
  #interests: Interests | undefined;

  constructor(rules: readonly CompiledRule[], settings: OperatorSettings, deps: OperatorDeps) {
    this.#rules = rules;
    this.#settings = settings;
    this.#deps = deps;
    const { clock, telemetry } = deps;
    this.#queue = new Workqueue(settings.workers, {
      clock,
      random: () => deps.random(),
      observer: telemetry.queue('opsonata'),
      work: async (key) => await this.#work(key),
    });
  }

  /** Why the operator is not ready; empty when everything it watches was listed once. */
  notReady(): readonly string[] {
    return this.#rules.flatMap(({ name }) => {
      const runner = this.#runners.get(name);
      return runner === undefined ? `rule ${name}: starting` : (runner.notReady ?? []);
    });
  }

  /**
   * Starts every rule: installs its CRD where that is wanted, lists what it watches, then works. Resolves when all of
   * them work, or when the operator was stopped; a rule that cannot start yet holds up no other.
   */
  async start(): Promise<void> {
    const { transport, clock, log, telemetry } = this.#deps;
    const discovery = new Discovery(transport);
    const client = createClient(transport, discovery);
    const check = this.#kindCheck(discovery);
    const interests = new Interests({
      transport,
      discovery,
      clock,
      random: () => this.#deps.random(),
      log: (event, facts) => {
        const write = facts.state === 'failing' || event === 'fault' ? log.warn : log.info;
        write(`watch-${event}`, facts);
        if (facts.state === 'synced') check(facts.kind);
        this.#count();
      },
      onListenerError: (error) => log.error('failed', { code: 'InternalError', message: String(error) }),
    });
    this.#interests = interests;
    this.#queue.start();
    const { namespace, health } = this.#settings;
    const startRule = async (rule: CompiledRule): Promise<void> => {
      if (this.#settings.installCrds) await this.#install(rule, client);
      if (this.#abort.signal.aborted) return;
      const enqueue = (key: string) => this.#queue.add(`${rule.name} ${key}`);
      const random = () => this.#deps.random();
      const deps = { client, discovery, interests, clock, log, telemetry, namespace, health, random, enqueue };
      const runner = new RuleRunner(rule, deps);
      this.#runners.set(rule.name, runner);
      await runner.start();
    };
    await Promise.all(this.#rules.map(startRule));
  }

  /** Takes no more work, waits for what is under way, and ends the watches. Idempotent. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#queue.stop();
    await this.#interests?.stop();
    this.#deps.transport.stop();
  }

  // Formulas are checked against kinds of the cluster as these show up. That nobody waits for it is no harm.
  #kindCheck(discovery: Discovery): (key: string) => void {
    const { log } = this.#deps;
    const { documents, schemas } = this.#settings;
    const report = (diagnostic: Diagnostic): void => logDiagnostic(diagnostic, log);
    const checks = new KindChecks(documents, { discovery, known: schemas, report });
    const kinds = this.#rules.flatMap(({ resource, children, inputs }) => [
      resource,
      ...[...children, ...inputs].map((node) => node.resource),
    ]);
    return (key) => {
      const kind = kinds.find((candidate) => kindKey(candidate) === key);
      if (kind === undefined) return;
      checks
        .served(kind)
        .catch((error: unknown) =>
          log.warn('kind-check', { kind: key, message: error instanceof Error ? error.message : String(error) }),
        );
    };
  }

  // What may pass is tried again. What may not is reported, and the rule goes on: the kind may be there all the same.
  async #install(rule: CompiledRule, client: KubeClient): Promise<void> {
    const { clock, log } = this.#deps;
    for (let failures = 1; !this.#abort.signal.aborted; failures += 1) {
      try {
        return await installCrd(rule, { client, clock, log });
      } catch (error) {
        if (this.#abort.signal.aborted) return;
        const { code, message, retry, retryAfterMs = 0 } = toOutcomeFault(error);
        log.error('failed', { rule: rule.name, code, message });
        if (retry === 'never') return;
        const delayMs = backoffMs(failures, CRD_BACKOFF, () => this.#deps.random());
        await this.#pause(Math.max(delayMs, retryAfterMs));
      }
    }
  }

  async #pause(delayMs: number): Promise<void> {
    const { signal } = this.#abort;
    await new Promise<void>((resolve) => {
      const timer = this.#deps.clock.after(delayMs, resolve);
      signal.addEventListener('abort', () => {
        timer.cancel();
        resolve();
      });
    });
  }

  async #work(key: string): Promise<WorkResult> {
    const space = key.indexOf(' ');
    const runner = this.#runners.get(key.slice(0, space));
    return runner === undefined ? { kind: 'done' } : await runner.work(key.slice(space + 1));
  }

  #count(): void {
    const missing = [...this.#runners.values()].filter((runner) => runner.isMissing).length;
    this.#deps.telemetry.rules({ running: this.#runners.size - missing, missing, broken: this.#settings.brokenRules });
  }
}
