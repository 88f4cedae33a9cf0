// JavaScript text in the making: statements in order, names for what they compute, and the values that they refer to.
// Nothing of a formula's text gets into the code but by `quote` and as numbers.

import type { GeneratedScope } from './scope.ts';

/** Something that the code has computed. */
export interface Piece {
  /** A name or a literal: it can be used more than once and costs nothing. */
  readonly code: string;
  readonly type?: 'boolean' | 'number' | 'string' | 'object' | 'array' | undefined;
  /** Is JSON: no sequence, no function and no infinite number is in it. */
  readonly isPlain: boolean;
  /** Never nothing. */
  readonly isDefined?: boolean;
  /** Certainly not an array. */
  readonly isSingle?: boolean;
}

/** Where a node stands: what it is evaluated for, and the names that it sees. */
export interface Place {
  readonly context: Piece;
  readonly scope: GeneratedScope;
  /** The code of the context of the call that entered the function around. */
  readonly caller: string;
}

/**
 * In which form a value is wanted. `value`: as the next operator takes it. `list`: the same, but several values may come
 * as a plain array. `result`: plain JSON that shares nothing with the data.
 */
export type Want = 'value' | 'list' | 'result';

/** Collects the code of one formula. */
export class Emitter {
  readonly constants: unknown[] = [];
  readonly #functions = new Map<string, string>();
  readonly #texts: string[] = [];
  #lines: string[] = [];
  #count = 0;

  /** A name that is not used yet. */
  name(prefix = 't'): string {
    this.#count += 1;
    return `${prefix}${this.#count}`;
  }

  /** Adds statements. */
  line(text: string): void {
    this.#lines.push(text);
  }

  /** Computes something once and gives the name it has from then on. */
  keep(code: string): string {
    const name = this.name();
    this.line(`const ${name} = ${code};`);
    return name;
  }

  /** The name of a value that exists before the code runs. */
  constant(value: unknown): string {
    this.constants.push(value);
    return `k${this.constants.length - 1}`;
  }

  /** The statements that `work` adds, apart from the others. */
  capture(work: () => void): string {
    const before = this.#lines;
    this.#lines = [];
    work();
    const text = this.#lines.join('\n');
    this.#lines = before;
    return text;
  }

  /** A function beside the formula's own, made once for each key. `write` gives its parameters and body. */
  helper(key: string, write: () => string): string {
    const known = this.#functions.get(key);
    if (known !== undefined) return known;
    const name = this.name('w');
    this.#functions.set(key, name);
    this.#texts.push(`function ${name}${write()}`);
    return name;
  }

  /** Everything: helper functions, and the statements so far as the body of `main`. */
  finish(main: string): string {
    const constants = this.constants.map((_value, index) => `k${index}`).join(', ');
    return [
      '"use strict";',
      ...(constants === '' ? [] : [`const [${constants}] = K;`]),
      ...this.#texts,
      `return function ${main} {`,
      ...this.#lines,
      '};',
    ].join('\n');
  }
}

/** Text as a literal of JavaScript. */
export function quote(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

// Names that every object has from its prototype: what the data says is asked with more care.
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

// Names that arrays, texts, numbers or booleans have.
const SHARED: ReadonlySet<string> = new Set(
  [Object, Array, String, Number, Boolean].flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype)),
);

/** True for a name that only objects of the data can have: reading it from anything else gives undefined. */
export function isOwnName(name: string): boolean {
  return !SHARED.has(name) && !/^\d+$/.test(name);
}

/** The code that reads a field of an object. */
export function fieldOf(object: string, name: string): string {
  if (INHERITED.has(name)) return `own(${object}, ${quote(name)})`;
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `${object}.${name}` : `${object}[${quote(name)}]`;
}

/** The code that reads a field of anything, by a name that `isOwnName`. */
export function fieldOfAny(value: string, name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `${value}?.${name}` : `${value}?.[${quote(name)}]`;
}
