// Writes what a rule remembers, and removes annotations that were taken.

import { Fault } from '../model/fault.ts';
import { identityOf, type KubeObject, toRef } from '../model/object.ts';
import { pointerOf } from '../model/patch.ts';
import type { PlannedState } from '../model/plan.ts';
import { stateManagerOf } from '../model/state.ts';
import type { ApplyDeps, ApplyInput } from './apply.ts';

// A value that still changes after so many writes changes for ever. Chosen.
const MAX_WRITES = 10;

/** The writes of one reconcile. */
export class Remembering {
  #writes = 0;

  /** False when there were so many that another one is a mistake. */
  get mayRemember(): boolean {
    return this.#writes < MAX_WRITES;
  }

  /**
   * Writes what is not written yet, then removes annotations that are taken and kept. True where it did something: then
   * everything has to be evaluated again before anything else is written. Throws Fault.
   */
  async remember({ write, consume }: PlannedState, { rule, owner }: ApplyInput, deps: ApplyDeps): Promise<boolean> {
    const { apiVersion, kind, metadata } = owner;
    if (write !== undefined) {
      this.#writes += 1;
      const object: KubeObject = { apiVersion, kind, metadata: identityOf(owner), status: write };
      const options = { fieldManager: stateManagerOf(rule), force: true, subresource: 'status' } as const;
      deps.observe(await deps.client.apply(object, options));
      return true;
    }
    const [first] = consume;
    if (first === undefined || metadata.annotations?.[first.annotation] === undefined) return false;
    deps.observe(await this.#consume(first, { rule, owner }, deps));
    return true;
  }

  // The test lets a value that came meanwhile stay, to be taken next.
  async #consume(
    { annotation, value }: PlannedState['consume'][number],
    { rule, owner }: Pick<ApplyInput, 'rule' | 'owner'>,
    { client }: ApplyDeps,
  ): Promise<KubeObject> {
    const path = pointerOf(['metadata', 'annotations', annotation]);
    const patch = [
      { op: 'test', path: '/metadata/uid', value: owner.metadata.uid ?? '' },
      { op: 'test', path, value },
      { op: 'remove', path },
    ];
    try {
      return await client.patch(toRef(owner), patch, { type: 'json', fieldManager: stateManagerOf(rule) });
    } catch (error) {
      // The value is another one now, or the resource: what it is now decides.
      if (error instanceof Fault && error.code === 'Invalid') return await client.get(toRef(owner));
      throw error;
    }
  }
}
