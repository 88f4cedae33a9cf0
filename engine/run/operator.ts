// Settings -> a running operator: composes the stages and owns everything that is started and stopped.

import { ruleDefinition } from '../compile/rule-definition.ts';
import type { RuleSet } from '../compile/rule-set.ts';
import { createClient } from '../kube/client.ts';
import { Discovery } from '../kube/discovery.ts';
import { nameOfRuleObject } from '../load/rule-objects.ts';
import type { Collected, LiveSource } from '../load/source.ts';
import type { KubeObject } from '../model/object.ts';
import type { RuleVerdict } from '../status/rule-status.ts';
import { Delivery, type DeliveryDeps } from './delivery.ts';
import { FileFollower } from './follow-files.ts';
import { CrdInstaller } from './install-crds.ts';
import { RuleObjects } from './rule-objects.ts';
import { RuleRunners, type RunnersDeps, type RunnersSettings } from './rule-runners.ts';

/** How the operator runs. */
export interface OperatorSettings extends RunnersSettings {
  /** Files and folders with rules. */
  readonly paths: readonly string[];
  /** How long files must be as they are before they are taken over. */
  readonly settleMs: number;
  /** Whether rules that are objects of the cluster count, and whether their kind is installed first. */
  readonly inCluster: 'ignore' | 'watch' | 'install';
}

/** What the operator needs of the world. */
export interface OperatorDeps
  extends Omit<RunnersDeps, 'discovery' | 'client' | 'onState'>,
    Omit<DeliveryDeps, 'namespace'> {
  readonly source: LiveSource;
}

// Rules in files do not wait longer for what is known of rules in the cluster. Chosen.
const PATIENCE_MS = 3_000;

/** An operator. */
export class Operator {
  readonly #settings: OperatorSettings;
  readonly #deps: OperatorDeps;
  readonly #delivery: Delivery;
  readonly #runners: RuleRunners;
  readonly #follower: FileFollower;
  readonly #inCluster: RuleObjects;
  readonly #installer: CrdInstaller;
  #collected: Collected = { files: [], diagnostics: [] };
  #objects: readonly KubeObject[] = [];
  #rules: RuleSet | undefined;
  #onInstalled: () => void = () => undefined;

  constructor(settings: OperatorSettings, deps: OperatorDeps) {
    const { transport, source, clock, log } = deps;
    const { paths, settleMs } = settings;
    this.#settings = settings;
    this.#deps = deps;
    this.#delivery = new Delivery({ ...deps, namespace: settings.namespace });
    const discovery = new Discovery(transport);
    const client = createClient(transport, discovery);
    const random = () => deps.random();
    this.#runners = new RuleRunners(settings, { ...deps, discovery, client, onState: () => this.#tell() });
    this.#installer = new CrdInstaller({ client, clock, log, random, onEnded: () => this.#onInstalled() });
    this.#follower = new FileFollower(paths, {
      source,
      clock,
      settleMs,
      onChange: (collected) => {
        this.#collected = collected;
        this.#take();
      },
    });
    this.#inCluster = new RuleObjects({
      transport,
      discovery,
      client,
      clock,
      log,
      random,
      onChange: (objects) => {
        this.#objects = objects;
        this.#take();
      },
    });
  }

  /** Why the operator is not ready; empty when everything it watches was listed once. */
  notReady(): readonly string[] {
    return this.#rules === undefined ? ['the rules were not read yet'] : this.#runners.notReady();
  }

  /** Reads the rules and begins to follow their files. Says what is wrong with them, and starts none of them. */
  async load(): Promise<RuleSet> {
    await this.#follower.start();
    return this.#rules as RuleSet;
  }

  /**
   * Starts every rule, those of the cluster included: installs its CRD where that is wanted, lists what it watches, then
   * works. A rule that cannot start yet holds up no other. The log says `ready` when all of them work.
   */
  async start(): Promise<void> {
    if (this.#settings.inCluster !== 'ignore') await this.#startInCluster();
    this.#runners.start();
  }

  /** Takes no more work, waits for what is under way, and ends the watches. Idempotent. */
  async stop(): Promise<void> {
    this.#installer.stop();
    await this.#follower.stop();
    await this.#inCluster.stop();
    await this.#runners.stop();
    this.#deps.transport.stop();
  }

  async #startInCluster(): Promise<void> {
    const isKnown = this.#installRuleKind().then(async () => await this.#inCluster.start());
    await new Promise<void>((resolve) => {
      const timer = this.#deps.clock.after(PATIENCE_MS, resolve);
      void isKnown.then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  async #installRuleKind(): Promise<void> {
    if (this.#settings.inCluster !== 'install') return;
    await new Promise<void>((resolve) => {
      this.#onInstalled = resolve;
      if (this.#installer.install({ name: 'opsonata', crd: ruleDefinition() }) === 'ended') resolve();
    });
  }

  #take(): void {
    this.#rules = this.#delivery.take(this.#collected, this.#objects);
    this.#runners.use(this.#rules);
    this.#tell();
  }

  // To the rules that are objects of the cluster.
  #tell(): void {
    const rules = this.#rules;
    if (rules !== undefined) this.#inCluster.tell((object) => this.#verdictOf(object, rules));
  }

  #verdictOf({ metadata: { name } }: KubeObject, rules: RuleSet): RuleVerdict {
    const file = nameOfRuleObject(name);
    const isAtWork = rules.rules.get(name)?.document.file === file;
    const isKept = rules.broken.some((broken) => broken.file === file && broken.isKept);
    return {
      diagnostics: rules.diagnostics.filter(({ span }) => span.file === file),
      atWork: isKept ? 'last' : isAtWork ? 'this' : 'none',
      halt: rules.rules.get(name)?.rule.halt,
      waiting: this.#runners.waitingOf(name),
    };
  }
}
