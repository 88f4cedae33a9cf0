// The end of a path in generated code: takes the values one by one and makes of them what is wanted.
//
// One array alone is handed on as it is; several values are taken apart by one level. What a predicate has chosen, and
// what can be no array, is listed as it is.

import { type Emitter, quote, type Want } from './emitter.ts';

/**
 * `items`: a value whose items come next; an array is never taken for the only item. `count`: only how many there are;
 * the values are listed ones. `total`: the sum of numbers, or undefined where anything else is among them.
 */
export type Form = Want | 'items' | 'count' | 'total';

/** The text that makes one value ready for who wants it. */
export function formed(code: string, isPlain: boolean, form: Form): string {
  if (form === 'result')
    return isPlain
      ? `(typeof ${code} === "object" && ${code} !== null ? copyPlain(${code}, m) : ${code})`
      : `out(unwrapCopy(${code}, m), m)`;
  if (form === 'total') return `(typeof ${code} === "number" ? ${code} : undefined)`;
  if (form === 'items') return `taken(${code}, m)`;
  return isPlain ? code : `unwrapCopy(${code}, m)`;
}

/** Writes the code of one collection. */
export class Collector {
  readonly #form: Form;
  readonly #emitter: Emitter;
  readonly #list: string;
  readonly #count: string;
  readonly #only: string;
  readonly #isListed: boolean;

  constructor(form: Form, isListed: boolean, emitter: Emitter) {
    this.#form = form;
    this.#isListed = isListed;
    this.#emitter = emitter;
    this.#list = emitter.name('s');
    this.#count = emitter.name('n');
    this.#only = emitter.name('o');
  }

  /** Declares what the others use. */
  declare(): void {
    if (this.#form === 'total') {
      this.#emitter.line(`let ${this.#count} = 0, ${this.#only} = 0;`);
      return;
    }
    const isList = this.#isListed && this.#form !== 'count';
    const text = isList ? `const ${this.#list} = [];` : `let ${this.#count} = 0, ${this.#only}, ${this.#list};`;
    this.#emitter.line(text);
  }

  /** Adds a value that is something. */
  add(value: string): void {
    const [list, count, only] = [this.#list, this.#count, this.#only];
    if (this.#form === 'total') {
      this.#emitter.line(`if (typeof ${value} !== "number") return undefined; ${count}++; ${only} += ${value};`);
      return;
    }
    if (this.#form === 'count') {
      this.#emitter.line(`if (${count}++ === 0) ${only} = ${value};`);
      return;
    }
    this.#emitter.line(
      this.#isListed
        ? `${list}.push(${value});`
        : `if (${count}++ === 0) ${only} = ${value}; else { if (${list} === undefined) put(${list} = [], ${only}, m); if (typeof ${value} !== "object") ${list}.push(${value}); else put(${list}, ${value}, m); }`,
    );
  }

  /** Adds that an index was not there: a result of its own, though it has no value. */
  addEmpty(): void {
    const [list, count, only] = [this.#list, this.#count, this.#only];
    this.#emitter.line(
      `if (${list} === undefined) { ${list} = []; if (${count} === 1) put(${list}, ${only}, m); } ${count} = 2;`,
    );
  }

  /** The code of the whole. `isFinal`: the values are results already. */
  finish(isPlain: boolean, isFinal: boolean): string {
    // One value alone may be an array.
    if (this.#form === 'count') return `${this.#count} === 1 ? countOf(${this.#only}) : ${this.#count}`;
    if (this.#form === 'total')
      return `${this.#count} === 0 ? undefined : (m.step(${this.#count} >> 2), ${this.#only})`;
    const list = this.#several(isPlain, isFinal);
    if (this.#isListed) return list;
    const careful = `single(${this.#only}, m, ${quote(this.#form)})`;
    const easy = formed(this.#only, isPlain, this.#form);
    // What was looked up in arrays inside arrays is a sequence even where the data is plain.
    const one =
      this.#form === 'items' ? easy : isPlain ? `(isSequence(${this.#only}) ? ${careful} : ${easy})` : careful;
    return `${this.#list} !== undefined ? ${list} : ${this.#count} === 0 ? undefined : ${one}`;
  }

  #several(isPlain: boolean, isFinal: boolean): string {
    if (this.#form === 'items') return this.#list;
    if (this.#form === 'value') return `several(${this.#list})`;
    if (this.#form !== 'result') return `short(${this.#list})`;
    if (isFinal) return `shortObjects(${this.#list}, m)`;
    return isPlain ? `shortPlain(${this.#list}, m)` : `shortOut(${this.#list}, m)`;
  }
}
