// Functions by their names, with what they take: declared as `receiver.name(type, type): type` and called with values,
// of which the first overload that takes them is asked.

import { CelObject, Duration, noOverload, Timestamp, TypeName, Unsigned } from '../value.ts';

/** A function of values. */
export type Run = (...values: never[]) => unknown;

interface Declared {
  readonly isMember: boolean;
  readonly takes: readonly ((value: unknown) => boolean)[];
  readonly run: (...values: unknown[]) => unknown;
}

type Constructor = abstract new (...values: never[]) => object;

/** What can be called. */
export class Functions {
  readonly #declared = new Map<string, Declared[]>();
  readonly #types = new Map<string, Constructor>();

  /** Makes a type known by its name. */
  registerType(name: string, of: Constructor): void {
    this.#types.set(name, of);
  }

  /** Makes a function known. */
  registerFunction(signature: string, run: Run): void {
    const [, receiver = '', name = '', args = ''] = /^(?:(.+?)::)?([\w.@]+)\((.*)\)$/.exec(signature) ?? [];
    const types = [...(receiver === '' ? [] : [receiver]), ...args.split(',').map((arg) => arg.trim())].filter(Boolean);
    const declared = {
      isMember: receiver !== '',
      takes: types.map((type) => this.#test(type)),
      run: run as Declared['run'],
    };
    this.#declared.set(name, [...(this.#declared.get(name) ?? []), declared]);
  }

  /** True for a function that is called so: on a value or not, with so many of them. */
  has(name: string, isMember: boolean, count: number): boolean {
    const declared = this.#declared.get(name) ?? [];
    return declared.some((one) => one.isMember === isMember && one.takes.length === count);
  }

  /** Calls a function. Throws where none takes such values. */
  call(name: string, isMember: boolean, values: readonly unknown[]): unknown {
    for (const { isMember: takesReceiver, takes, run } of this.#declared.get(name) ?? []) {
      if (takesReceiver !== isMember || takes.length !== values.length) continue;
      if (takes.every((test, at) => test(values[at]))) return run(...values);
    }
    throw noOverload();
  }

  #test(type: string): (value: unknown) => boolean {
    const [, item] = /^list<(.*)>$/.exec(type) ?? [];
    if (item !== undefined) {
      const test = this.#test(item);
      return (value) => Array.isArray(value) && value.every(test);
    }
    const plain = TESTS[type];
    if (plain !== undefined) return plain;
    return (value) => {
      const of = this.#types.get(type);
      return of !== undefined && value instanceof of;
    };
  }
}

const TESTS: { readonly [type: string]: ((value: unknown) => boolean) | undefined } = {
  dyn: () => true,
  string: (value) => typeof value === 'string',
  int: (value) => typeof value === 'bigint',
  uint: (value) => value instanceof Unsigned,
  double: (value) => typeof value === 'number',
  bool: (value) => typeof value === 'boolean',
  bytes: (value) => value instanceof Uint8Array,
  list: (value) => Array.isArray(value),
  map: (value) => value instanceof Map || value instanceof CelObject,
  timestamp: (value) => value instanceof Timestamp,
  duration: (value) => value instanceof Duration,
  type: (value) => value instanceof TypeName,
};
