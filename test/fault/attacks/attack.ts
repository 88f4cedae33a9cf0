// How an attack is written down, and what many of them are made of.

import type { Json } from '../../../engine/model/json.ts';

/** A formula that was written to hurt the process. */
export interface Attack {
  readonly name: string;
  readonly formula: string;
  readonly input: Json;
  /** What it must end in: the code of an error or diagnostic, or `= ` and the result as JSON. */
  readonly gives: string;
  /** The same in the profile of rules, where it differs. */
  readonly inRule: string;
}

interface Options {
  readonly input?: Json;
  readonly inRule?: string;
}

/** Writes an attack down. */
export function attack(
  name: string,
  formula: string,
  gives: string,
  { input = { spec: {} }, inRule = gives }: Options = {},
): Attack {
  return { name, formula, gives, input, inRule };
}

/** What rules do not have is found when they are loaded. */
export const ODD = 'ExpressionUnsupported';

/** A text again and again. */
export function times(text: string, count: number, separator = ''): string {
  return Array.from({ length: count }, () => text).join(separator);
}

/** Texts made from their place. */
export function each(count: number, write: (index: number) => string, separator = ''): string {
  return range(count).map(write).join(separator);
}

/** Whole numbers from 0. */
export function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}

/** An object of many keys. */
export function keyed(count: number): Json {
  return Object.fromEntries(range(count).map((index) => [`k${index}`, index]));
}

/** A value inside others. */
export function nested(depth: number, wrap: (value: Json, level: number) => Json): Json {
  return range(depth).reduce((value: Json, level) => wrap(value, level), 1);
}

/** JSON text as data: the only way to a key such as `__proto__`. */
export function data(text: string): { readonly input: Json } {
  return { input: JSON.parse(text) as Json };
}

/** A million characters that no formula has made. */
export const LONG: string = 'abcdefgh'.repeat(131_072);
