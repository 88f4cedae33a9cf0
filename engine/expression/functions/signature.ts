// JSONata's signatures, such as `<s-nn?:s>`: which arguments a function takes, and what stands in for those left out.
// Source: https://docs.jsonata.org/programming#function-signatures

import { raise } from '../errors.ts';
import { isCallable, type Value } from '../value.ts';

/** One parameter of a signature. */
export interface Parameter {
  /** A character class over the symbols of `symbolOf`, with `?` or `+`. */
  readonly pattern: string;
  readonly isArray: boolean;
  /** The kinds of values that it takes, as bits. */
  readonly kinds: number;
  /** The kind of an array's items, or 0 for any. */
  readonly itemKind: number;
  /** What the items of an array must be. */
  itemType: string | undefined;
  /** The context stands in for it, if it fits this. */
  context: RegExp | undefined;
}

/** A signature, parsed once. */
export class Signature {
  /** How many arguments may be given at least and at most. */
  readonly least: number;
  readonly most: number;
  readonly #name: string;
  readonly parameters: readonly Parameter[];
  readonly #pattern: RegExp;
  /** With fewer arguments than this, something stands in for those left out. */
  readonly #needed: number;

  constructor(name: string, definition: string) {
    this.#name = name;
    this.parameters = parseParameters(definition);
    this.#pattern = new RegExp(`^${this.parameters.map(({ pattern }) => `(${pattern})`).join('')}$`);
    const isVariadic = this.parameters.some(({ pattern }) => pattern.endsWith('+'));
    const isOptional = ({ pattern, context }: Parameter) => pattern.endsWith('?') && context === undefined;
    this.#needed = isVariadic
      ? Number.POSITIVE_INFINITY
      : this.parameters.findLastIndex((item) => !isOptional(item)) + 1;
    this.least = this.parameters.filter(({ pattern }) => !pattern.endsWith('?')).length;
    this.most = isVariadic ? Number.POSITIVE_INFINITY : this.parameters.length;
  }

  /** The arguments as the function takes them. Throws ExpressionError T0410, T0411, T0412. */
  validate(args: readonly Value[], context: Value): readonly Value[] {
    return this.#fitting(args) ?? this.#match(args, context);
  }

  // What nearly every call is: an argument for each parameter, or for the first ones where no context stands in.
  #fitting(args: readonly Value[]): readonly Value[] | undefined {
    const parameters = this.parameters;
    if (args.length < this.#needed || args.length > this.most) return undefined;
    let result = args;
    for (let index = 0; index < args.length; index += 1) {
      const { kinds, isArray, itemKind } = parameters[index] as Parameter;
      const value = args[index];
      const kind = kindOf(value);
      if ((kinds & kind) === 0) return undefined;
      if (!isArray || kind === NOTHING) continue;
      if (itemKind !== 0 && !isOfKind(value, kind, itemKind)) return undefined;
      if (kind === ARRAY) continue;
      if (result === args) result = [...args];
      (result as Value[])[index] = [value];
    }
    return result;
  }

  #match(args: readonly Value[], context: Value): readonly Value[] {
    const symbols = args.map(symbolOf).join('');
    const match = this.#pattern.exec(symbols);
    if (match === null) return this.#reject(args, symbols);
    const result: Value[] = [];
    let at = 0;
    for (const [index, parameter] of this.parameters.entries()) {
      const matched = match[index + 1] as string;
      if (matched === '' && parameter.context !== undefined) {
        if (!parameter.context.test(symbolOf(context)))
          raise('T0411', { index: at + 1, value: context, token: this.#name });
        result.push(context);
        continue;
      }
      if (matched === '') {
        result.push(args[at]);
        at += 1;
      }
      for (const symbol of matched) {
        result.push(parameter.isArray ? this.#toArray(args[at], symbol, matched, parameter.itemType, at) : args[at]);
        at += 1;
      }
    }
    return result;
  }

  #toArray(value: Value, symbol: string, matched: string, itemType: string | undefined, at: number): Value {
    if (symbol === 'm') return undefined;
    const isRight =
      itemType === undefined ||
      (symbol === 'a'
        ? (value as readonly Value[]).every((item) => symbolOf(item) === itemType.charAt(0))
        : matched === itemType);
    if (!isRight) raise('T0412', { index: at + 1, value, token: this.#name });
    return symbol === 'a' ? value : [value];
  }

  #reject(args: readonly Value[], symbols: string): never {
    let partial = '^';
    let goodTo = 0;
    for (const { pattern } of this.parameters) {
      partial += pattern;
      const match = new RegExp(partial).exec(symbols);
      if (match === null) break;
      goodTo = match[0].length;
    }
    return raise('T0410', { index: goodTo + 1, value: args[goodTo], token: this.#name });
  }
}

const KINDS: { readonly [symbol: string]: number } = { m: 1, l: 2, f: 4, a: 8, s: 16, n: 32, b: 64, o: 128 };
const NOTHING = 1;
const TEXT = 16;
const NUMBER = 32;
const ARRAY = 8;

function kindOf(value: Value): number {
  switch (typeof value) {
    case 'undefined':
      return NOTHING;
    case 'string':
      return 16;
    case 'number':
      return 32;
    case 'boolean':
      return 64;
    default:
      return value === null ? 2 : Array.isArray(value) ? ARRAY : isCallable(value) ? 4 : 128;
  }
}

// A value, or all items of an array.
function isOfKind(value: Value, kind: number, wanted: number): boolean {
  if (kind !== ARRAY) return kind === wanted;
  const items = value as readonly Value[];
  // Numbers and texts are the usual case, and told by one look.
  const type = wanted === NUMBER ? 'number' : wanted === TEXT ? 'string' : undefined;
  for (const item of items) if (type === undefined ? kindOf(item) !== wanted : typeof item !== type) return false;
  return true;
}

function symbolOf(value: Value): string {
  if (value === undefined) return 'm';
  if (value === null) return 'l';
  if (isCallable(value)) return 'f';
  if (Array.isArray(value)) return 'a';
  return (typeof value).charAt(0);
}

const CLASSES: { readonly [symbol: string]: string } = { a: '[asnblfom]', f: 'f', j: '[asnblom]', x: '[asnblfom]' };

// One parameter: a symbol or a choice in parentheses, then the type of its items, then marks.
const PARAMETER = /(?:\(([a-z]+)\)|([a-z]))(?:<([a-z]):?[a-z]?>)?([-?+]*)/g;

function parseParameters(definition: string): readonly Parameter[] {
  const inputs = definition.slice(1).replace(/(:[^<>]*(<[^<>]*>)?)?>$/, '');
  return [...inputs.matchAll(PARAMETER)].map(([, choice, symbol = '', itemType, marks = '']): Parameter => {
    const base = choice === undefined ? (CLASSES[symbol] ?? `[${symbol}m]`) : `[${choice}m]`;
    const context = marks.includes('-') ? new RegExp(`^${base}$`) : undefined;
    return {
      pattern: base + marks.replace('-', '?').slice(0, 1),
      isArray: symbol === 'a',
      kinds: [...base].reduce((bits, letter) => bits | (KINDS[letter] ?? 0), 0),
      itemKind: itemType === undefined ? 0 : (KINDS[itemType] ?? 0),
      itemType,
      context,
    };
  });
}

/** How many parameters a signature has, and how many of them take more than one argument. */
export function sizeOfSignature(definition: string): { readonly count: number; readonly repeated: number } {
  const parameters = parseParameters(definition);
  return { count: parameters.length, repeated: parameters.filter(({ pattern }) => pattern.endsWith('+')).length };
}
