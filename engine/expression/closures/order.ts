// The order-by of a path: `^(name, >age)`.

import type { TextRange } from '../../model/diagnostic.ts';
import { place, raise } from '../errors.ts';
import { type Node, tokenRange } from '../parse.ts';
import { mergeSort } from '../sort.ts';
import type { Value } from '../value.ts';
import { type Compiler, type Frame, type Scope, UNSET } from './scope.ts';

/** Something to sort: the terms of an order-by are evaluated for its context, in its frame. */
export interface Row<T> {
  readonly item: T;
  readonly context: Value;
  readonly frame: Frame;
}

/** Compiles the terms of an order-by. A term is evaluated where it decides, and once for each row. */
export function compileOrder(
  step: Node,
  scope: Scope,
  compiler: Compiler,
): <T>(rows: readonly Row<T>[], frame: Frame) => readonly T[] {
  const terms = (step.terms ?? []).map(({ descending, expression }) => ({
    descending,
    evaluate: compiler.compile(expression, scope),
    range: tokenRange(expression, compiler.source),
  }));
  return <T>(rows: readonly Row<T>[], { run: { meter } }: Frame) => {
    const keys: Value[][] = terms.map(() => rows.map(() => UNSET));
    const keyOf = (term: number, row: number): Value => {
      const known = (keys[term] as Value[])[row];
      if (known !== UNSET) return known;
      const { context, frame } = rows[row] as Row<T>;
      const key = (terms[term] as (typeof terms)[number]).evaluate(context, frame);
      (keys[term] as Value[])[row] = key;
      return key;
    };
    const compareBy = (term: number, a: number, b: number): number => {
      const left = keyOf(term, a);
      if (typeof left === 'string') meter.read(left.length);
      const right = keyOf(term, b);
      const { descending, range } = terms[term] as (typeof terms)[number];
      const order = comparePlaced(left, right, range);
      return descending && left !== undefined && right !== undefined ? -order : order;
    };
    const isAfter = (a: number, b: number): boolean => {
      meter.step();
      for (let term = 0; term < terms.length; term += 1) {
        const order = compareBy(term, a, b);
        if (order !== 0) return order > 0;
      }
      return false;
    };
    return mergeSort([...rows.keys()], isAfter).map((row) => (rows[row] as Row<T>).item);
  };
}

function comparePlaced(left: Value, right: Value, range: TextRange): number {
  if (typeof left === 'number' && typeof right === 'number') return left === right ? 0 : left < right ? -1 : 1;
  try {
    return compareValues(left, right);
  } catch (error) {
    throw place(error, range);
  }
}

// Nothing comes last, whatever the direction.
function compareValues(left: Value, right: Value): number {
  if (left === undefined || right === undefined) return left === right ? 0 : left === undefined ? 1 : -1;
  const isOrdered = (value: Value) => typeof value === 'string' || typeof value === 'number';
  if (!isOrdered(left) || !isOrdered(right)) raise('T2008', { value: isOrdered(left) ? right : left });
  if (typeof left !== typeof right) raise('T2007', { value: left, other: right });
  return left === right ? 0 : (left as string) < (right as string) ? -1 : 1;
}
