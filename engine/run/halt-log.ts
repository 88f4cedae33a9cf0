// What halts the engine for resources, as lines of the log: one for each change of it.

import type { ToldHalt } from '../model/halt.ts';
import { type KubeObject, toRef } from '../model/object.ts';
import type { Log } from './log.ts';

/** Logs halts, and remembers what was said. */
export class HaltLog {
  readonly #rule: string;
  readonly #log: Log;
  readonly #said = new Map<string, string>();

  constructor(rule: string, log: Log) {
    this.#rule = rule;
    this.#log = log;
  }

  /** Hears of a resource that is halted, or of one that is not. */
  tell(owner: KubeObject, halt: ToldHalt | undefined): void {
    const { uid = '' } = owner.metadata;
    const before = this.#said.get(uid);
    const saying = halt === undefined ? undefined : JSON.stringify([halt.message, halt.preview]);
    if (before === saying) return;
    const facts = { rule: this.#rule, owner: toRef(owner) };
    if (halt === undefined) this.#log.info('resumed', facts);
    else this.#log.info('halted', { ...facts, code: halt.code, message: halt.message, preview: halt.preview });
    this.forget(owner);
    if (saying !== undefined) this.#said.set(uid, saying);
  }

  /** Forgets a resource that is gone. */
  forget({ metadata: { uid = '' } }: KubeObject): void {
    this.#said.delete(uid);
  }
}
