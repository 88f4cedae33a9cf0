// The reads of a formula as they come: each once, in the order of the text, none that another covers.

import type { Read } from '../../model/read.ts';
import { keyOf, type Place } from './shape.ts';

/** Collects reads. */
export class ReadSet {
  readonly #reads = new Map<string, Read>();

  get size(): number {
    return this.#reads.size;
  }

  /** Adds one; of several that are the same, that which stands first in the text stays. */
  add(place: Place, depth: Read['depth']): void {
    const key = `${depth} ${keyOf(place)}`;
    const known = this.#reads.get(key);
    if (known === undefined || place.range.start < known.range.start) this.#reads.set(key, { ...place, depth });
  }

  /** Those that no other covers, in the order of the text. */
  list(): readonly Read[] {
    const all = [...this.#reads.values()];
    return all
      .filter((read) => !all.some((other) => other !== read && covers(other, read)))
      .toSorted((left, right) => left.range.start - right.range.start);
  }
}

function covers(one: Read, other: Read): boolean {
  if (one.variable !== other.variable) return false;
  if (one.depth === 'deep' && isWithin(other.path, one.path)) return true;
  return other.depth === 'shallow' && one.path.length >= other.path.length && isWithin(one.path, other.path, one.path);
}

// True if one path leads to the end of another; `*` in `wide` is any field.
function isWithin(path: readonly string[], start: readonly string[], wide: readonly string[] = start): boolean {
  return start.every((step, index) => step === path[index] || (wide[index] === '*' && index < path.length));
}
