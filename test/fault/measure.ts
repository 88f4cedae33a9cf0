// What a formula took, and whether it left traces.

import type { Json } from '../../engine/model/json.ts';
import { fixedWorkMs } from '../support/machine.ts';

const TRIES = 10;

/** Milliseconds that a formula may take: 50, or twice a fixed piece of work on a slow machine. */
export const LIMIT_MS: number = Math.max(50, 2 * fixedWorkMs());

/**
 * Does a piece of work and says how long it took: the lesser of the clock and of the processor time of the whole process,
 * neither of which can be less than what the work itself takes. The best of up to ten tries counts where the first is
 * not good enough, so that a machine that is busy with something else does not fail a test.
 */
export function timed<T>(limitMs: number, work: () => T): { readonly result: T; readonly ms: number } {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 1; ; attempt += 1) {
    const start = performance.now();
    const before = process.cpuUsage();
    const result = work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, performance.now() - start, (user + system) / 1000);
    if (best < limitMs || attempt === TRIES) return { result, ms: best };
  }
}

const PROTOTYPES: Readonly<Record<string, object>> = {
  Object: Object.prototype,
  Array: Array.prototype,
  Function: Function.prototype,
  String: String.prototype,
  Number: Number.prototype,
  RegExp: RegExp.prototype,
};

const describeAll = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(PROTOTYPES).map(([name, prototype]) => [name, Reflect.ownKeys(prototype).map(String).join(' ')]),
  );

const descriptors = new Map(
  Object.values(PROTOTYPES).map((prototype) => [prototype, Object.getOwnPropertyDescriptors(prototype)]),
);
const before = describeAll();

/** The built-in objects that are not what they were when this file was loaded: by their keys and what these hold. */
export function changedPrototypes(): readonly string[] {
  const now = describeAll();
  return Object.entries(PROTOTYPES)
    .filter(([name, prototype]) => before[name] !== now[name] || !holdsSame(prototype))
    .map(([name]) => name);
}

function holdsSame(prototype: object): boolean {
  const known = descriptors.get(prototype) as Readonly<Record<PropertyKey, PropertyDescriptor>>;
  return Reflect.ownKeys(prototype).every((key) => {
    const { value, get, set, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(
      prototype,
      key,
    ) as PropertyDescriptor;
    const old = known[key] as PropertyDescriptor;
    return (
      Object.is(value, old.value) &&
      get === old.get &&
      set === old.set &&
      writable === old.writable &&
      enumerable === old.enumerable &&
      configurable === old.configurable
    );
  });
}

/** Freezes a value and everything in it, however deep. */
export function freeze(value: Json): void {
  const open: Json[] = [value];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    if (typeof item !== 'object' || item === null || Object.isFrozen(item)) continue;
    Object.freeze(item);
    for (const inner of Object.values(item)) open.push(inner as Json);
  }
}

/** JSON text of a value, however deep, for telling whether it was changed. */
export function textOf(value: Json): string {
  const parts: string[] = [];
  const open: (Json | { readonly end: string })[] = [value];
  const ends = new Set<unknown>();
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    if (ends.has(item)) parts.push((item as { readonly end: string }).end);
    else if (typeof item !== 'object' || item === null) parts.push(JSON.stringify(item));
    else {
      const isArray = Array.isArray(item);
      const end = { end: isArray ? ']' : '}' };
      ends.add(end);
      parts.push(isArray ? '[' : `{${JSON.stringify(Object.keys(item))}`);
      open.push(end, ...(Object.values(item) as Json[]).reverse());
    }
  }
  return parts.join(',');
}
