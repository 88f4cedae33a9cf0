// Regular expressions in linear time, and counted. The one door to re2js.

import { RE2JS } from 're2js';
import type { Meter } from './budget.ts';
import { findText } from './find-text.ts';

/** One match. `groups`: the text of each group, undefined where it took no part. */
export interface RegexMatch {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
}

/** Finds the first match at or behind an offset. Throws ExpressionError where the search takes too many steps. */
export type Regex = (text: string, from: number, meter: Meter) => RegexMatch | undefined;

// The regular expressions of one formula may come to this many instructions together. Compiling that many takes some
// 20 ms, measured. Chosen; real ones have fewer than 50.
const MAX_SIZE = 1000;
// What it takes to begin a search. Measured.
const STEPS_OF_SEARCH = 16;
// What a regular expression costs before its first instruction.
const BASE_SIZE = 10;
// A class of letters by their Unicode property is a table of hundreds of ranges.
const PROPERTY_SIZE = 20;

/** Adds up the regular expressions of one formula, and says when there is too much of them. */
export class RegexAllowance {
  #left = MAX_SIZE;

  /** Takes one more. A text says that it is too much. */
  take(pattern: RegExp): string | undefined {
    this.#left -= sizeOfRegex(pattern);
    return this.#left < 0 ? 'it is too large, or repeats too often' : undefined;
  }
}

/** How large a regular expression is, in instructions. */
export function sizeOfRegex({ source }: RegExp): number {
  return BASE_SIZE + sizeOf(source);
}

// A class, an escape, the beginning or end of a group, a repetition, or any other letter.
const PART =
  /\[\^?\]?(?:[^\]\\]|\\[\s\S])*\]?|\\[pP](?:\{[^}]*\})?|\\[\s\S]?|\((?:\?[^:)]*:?)?|\)|\{\d+(?:,\d*)?\}|[\s\S]/g;

// How many instructions a regular expression becomes, rather too many than too few.
function sizeOf(source: string): number {
  const outer: number[] = [];
  let sum = 0;
  let last = 0;
  for (const [part] of source.matchAll(PART)) {
    const repetition = /^\{(\d+)(?:,(\d*))?\}$/.exec(part);
    if (repetition !== null) {
      last *= Math.max(1, Number(repetition[1]), Number(repetition[2] ?? 0));
      continue;
    }
    if (part === ')') {
      last += sum + 2;
      sum = outer.pop() ?? 0;
      continue;
    }
    sum += last;
    last = part.includes('\\p') || part.includes('\\P') ? PROPERTY_SIZE * part.split(/\\[pP]/).length : 1;
    if (part.startsWith('(')) {
      outer.push(sum);
      sum = 0;
      last = 0;
    }
  }
  return sum + last + outer.reduce((total, size) => total + size, 0);
}

const known = new WeakMap<RegExp, Regex | string>();

/** Compiles JavaScript's notation; a text instead of a function says what RE2 lacks. */
export function compilePattern(pattern: RegExp): Regex | string {
  const before = known.get(pattern);
  if (before !== undefined) return before;
  const result = compile(pattern.source, pattern.flags);
  known.set(pattern, result);
  return result;
}

// `flags`: those of `i` and `m`.
function compile(source: string, flags: string): Regex | string {
  if (/\(\?<?[=!]/.test(source)) return 'it looks ahead or behind, which takes time without limit';
  if (/\\[1-9]/.test(source)) return 'it refers back to a group, which takes time without limit';
  try {
    const options = (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes('m') ? RE2JS.MULTILINE : 0);
    const compiled = RE2JS.compile(RE2JS.translateRegExp(source), options);
    const cost = 2 + (compiled.programSize() >> 2);
    return (text, from, meter) => {
      if (from > text.length) return undefined;
      meter.step(STEPS_OF_SEARCH);
      const matcher = compiled.matcher(new CountedText(text, cost, meter) as unknown as string);
      if (!matcher.find(from)) return undefined;
      const groups = Array.from({ length: matcher.groupCount() }, (_, index) => matcher.group(index + 1) ?? undefined);
      const [start, end] = [matcher.start(), matcher.end()];
      return { text: text.slice(start, end), start, end, groups };
    };
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/^error parsing regexp: /, '');
  }
}

/**
 * Compiles a pattern in the notation of Go, as schemas have it: a test of whole texts. A text instead of a function says
 * what cannot be read. For texts that the author of a rule writes: nothing is counted.
 */
export function compileGoPattern(source: string): ((text: string) => boolean) | string {
  try {
    const compiled = RE2JS.compile(source);
    return (text) => compiled.matcher(text).find();
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/^error parsing regexp: /, '');
  }
}

// A text that counts how often it is read, since nothing else shows what a search costs: re2js takes any String.
class CountedText extends String {
  readonly #cost: number;
  readonly #meter: Meter;
  #reads = 0;

  constructor(text: string, cost: number, meter: Meter) {
    super(text);
    this.#cost = cost;
    this.#meter = meter;
  }

  override charCodeAt(index: number): number {
    this.#reads += 1;
    if ((this.#reads & 3) === 0) this.#meter.step(this.#cost);
    return super.charCodeAt(index);
  }

  override indexOf(part: string, from = 0): number {
    return findText(String(this), part, from, this.#meter);
  }
}
