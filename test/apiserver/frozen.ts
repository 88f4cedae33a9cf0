// Stores whose objects cannot be changed in place: versions of an object share parts, so that such a change would reach
// into what is kept. A write to them throws, and the server answers 500.

import { afterAll, beforeAll } from 'vitest';
import type { Json } from '../../apiserver/model/json.ts';
import { Store } from '../../apiserver/store/store.ts';

/** Freezes what stores keep while the tests of this file run. */
export function freezeStored(): void {
  const { put } = Store.prototype;
  beforeAll(() => {
    Store.prototype.put = function (this: Store, ...args) {
      const kept = put.apply(this, args);
      freeze(kept as unknown as Json);
      return kept;
    };
  });
  afterAll(() => {
    Store.prototype.put = put;
  });
}

function freeze(value: Json): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) freeze(inner);
}
