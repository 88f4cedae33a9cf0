// Settings -> a running operator: composes the stages and owns everything that is started and stopped.

import type { RuleSet } from '../compile/rule-set.ts';
import type { LiveSource, SourceFile } from '../load/source.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { KindSchemas } from '../model/type.ts';
import { Delivery } from './delivery.ts';
import { FileFollower } from './follow-files.ts';
import { RuleRunners, type RunnersDeps, type RunnersSettings } from './rule-runners.ts';

/** How the operator runs. */
export interface OperatorSettings extends RunnersSettings {
  /** Files and folders with rules. */
  readonly paths: readonly string[];
  /** How long files must be as they are before they are taken over. */
  readonly settleMs: number;
}

/** What the operator needs of the world. */
export interface OperatorDeps extends RunnersDeps {
  readonly source: LiveSource;
  /** What is known of kinds that no rule defines. */
  readonly schemas: KindSchemas;
  /** Hears of what is wrong with rules, with the texts that it is about. */
  report(diagnostics: readonly Diagnostic[], files: readonly SourceFile[]): void;
}

/** An operator. */
export class Operator {
  readonly #deps: OperatorDeps;
  readonly #runners: RuleRunners;
  readonly #follower: FileFollower;
  #rules: RuleSet | undefined;

  constructor(settings: OperatorSettings, deps: OperatorDeps) {
    const { source, clock } = deps;
    const { paths, settleMs } = settings;
    const delivery = new Delivery(deps);
    this.#deps = deps;
    this.#runners = new RuleRunners(settings, deps);
    const onChange = (collected: Parameters<Delivery['take']>[0]): void => {
      this.#rules = delivery.take(collected);
      this.#runners.use(this.#rules);
    };
    this.#follower = new FileFollower(paths, { source, clock, settleMs, onChange });
  }

  /** The rules that should be at work; undefined before they were read. */
  get rules(): RuleSet | undefined {
    return this.#rules;
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
   * Starts every rule: installs its CRD where that is wanted, lists what it watches, then works. A rule that cannot start
   * yet holds up no other. The log says `ready` when all of them work.
   */
  start(): void {
    this.#runners.start();
  }

  /** Takes no more work, waits for what is under way, and ends the watches. Idempotent. */
  async stop(): Promise<void> {
    await this.#follower.stop();
    await this.#runners.stop();
    this.#deps.transport.stop();
  }
}
