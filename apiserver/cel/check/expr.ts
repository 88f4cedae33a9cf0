// A rule as a tree, as the API server makes it: calls by the names of their functions, macros as loops.

import type { CheckedType } from './type.ts';

/** What all parts have: where they stand, in code points, and what the checker finds out. */
interface Common {
  readonly at: number;
  type?: CheckedType;
  /** The names of the overloads that a call may be of. */
  overloads?: readonly string[];
}

/** A value that stands in the rule. */
export interface Literal extends Common {
  readonly kind: 'literal';
  readonly value: string | bigint | number | boolean | null | Uint8Array;
  readonly of: 'string' | 'int' | 'uint' | 'double' | 'bool' | 'null' | 'bytes';
}

/** A name. */
export interface Ident extends Common {
  readonly kind: 'ident';
  readonly name: string;
}

/** A field of a value, or whether it is there. */
export interface Select extends Common {
  readonly kind: 'select';
  readonly operand: Expr;
  readonly field: string;
  readonly isTest: boolean;
}

/** A call. The target of a call by a qualified name goes when the name is found. */
export interface Call extends Common {
  readonly kind: 'call';
  fn: string;
  target: Expr | undefined;
  readonly args: readonly Expr[];
}

/** A list. `optional`: the items that may not be there. */
export interface List extends Common {
  readonly kind: 'list';
  readonly items: readonly Expr[];
  readonly optional: readonly boolean[];
}

/** A map. */
export interface MapLiteral extends Common {
  readonly kind: 'map';
  readonly entries: readonly { readonly key: Expr; readonly value: Expr; readonly isOptional: boolean }[];
}

/** A value of a named type with fields. */
export interface Struct extends Common {
  readonly kind: 'struct';
  readonly name: string;
  readonly values: readonly Expr[];
}

/** A loop over what is in a list or map, of which macros are made. */
export interface Loop extends Common {
  readonly kind: 'loop';
  readonly range: Expr;
  readonly variables: readonly string[];
  readonly accumulator: string;
  readonly init: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

/** A part of a rule. */
export type Expr = Literal | Ident | Select | Call | List | MapLiteral | Struct | Loop;

/** The parts that are directly in a part. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'select':
      return [expr.operand];
    case 'call':
      return expr.target === undefined ? expr.args : [expr.target, ...expr.args];
    case 'list':
      return expr.items;
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case 'struct':
      return expr.values;
    case 'loop':
      return [expr.range, expr.init, expr.condition, expr.step, expr.result];
    default:
      return [];
  }
}

/** A part and all that is in it, from the outside to the inside. */
export function* allParts(expr: Expr): Generator<Expr> {
  yield expr;
  for (const part of partsOf(expr)) yield* allParts(part);
}

/** The same part once more. */
export function copyOf<T extends Expr>(expr: T): T {
  return structuredClone(expr);
}

/** A name with its qualifiers, such as `optional.of`; undefined for what is none. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.isTest) return undefined;
  const prefix = qualifiedName(expr.operand);
  return prefix === undefined ? undefined : `${prefix}.${expr.field}`;
}
