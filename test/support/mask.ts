// Data without what a formula does not read, for the proof that it does not read it.

import type { Json, MaybeJson } from '../../engine/model/json.ts';
import type { Read } from '../../engine/model/read.ts';

/** What is left of a path, below the value that is looked at. */
type Rest = Pick<Read, 'path' | 'depth'>;

/** Makes what takes the place of data that is not read: nothing, or something else. */
export interface Mask {
  /** Stands for a value that is not read at all; undefined to leave it out. */
  other(value: Json): MaybeJson;
  /** Stands for a scalar of which only the type is read. */
  alike(value: string | number | boolean): string | number | boolean;
  /** Fields that an object has more. */
  readonly more: Readonly<Record<string, Json>>;
}

/** Leaves out all that is not read. */
export const remove: Mask = {
  other: () => undefined,
  alike: (value) => (typeof value === 'string' ? '' : typeof value === 'number' ? 0 : false),
  more: {},
};

/** Puts other things in the place of all that is not read. */
export const replace: Mask = {
  other: (value) => (typeof value === 'object' ? 'masked' : { name: [value], c: 1 }),
  alike: (value) => (typeof value === 'string' ? `${value}?` : typeof value === 'number' ? value + 0.5 : !value),
  more: { masked: [{ name: 'masked', a: 1 }], n: 77, b: null },
};

/** The value of a variable, or of the context, as far as it is read. */
export function masked(variable: string, value: Json, reads: readonly Read[], mask: Mask): MaybeJson {
  const own = reads.filter((read) => read.variable === variable);
  return own.length === 0 && variable !== '' ? mask.other(value) : maskValue(value, own, mask);
}

function maskValue(value: Json, rests: readonly Rest[], mask: Mask): Json {
  if (value === null || rests.some(({ path, depth }) => path.length === 0 && depth === 'deep')) return value;
  if (Array.isArray(value))
    return value.map((item: Json) => maskValue(item, Array.isArray(item) ? nested(rests) : rests, mask));
  if (typeof value !== 'object') return mask.alike(value as string | number | boolean);
  const result: Record<string, Json> = {};
  for (const [name, item] of Object.entries(value)) {
    const below = rests.flatMap(({ path: [step, ...path], depth }) =>
      step === name || step === '*' ? [{ path, depth }] : [],
    );
    const left = below.length === 0 ? mask.other(item) : maskValue(item, below, mask);
    if (left !== undefined) result[name] = left;
  }
  const isOpen = (name: string) => !rests.some(({ path: [step] }) => step === name || step === '*');
  for (const [name, item] of Object.entries(mask.more)) if (isOpen(name)) result[name] = item;
  return result;
}

// `*` also stands for the items of an array in an array.
function nested(rests: readonly Rest[]): readonly Rest[] {
  return [...rests, ...rests.flatMap(({ path: [step, ...path], depth }) => (step === '*' ? [{ path, depth }] : []))];
}
