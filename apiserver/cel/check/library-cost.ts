// What calls of functions about lists and sets cost: these go before what is said of functions by their names.
// Source: https://pkg.go.dev/github.com/google/cel-go/ext

import type { CallCost, CalledWith, Operand } from './call-cost.ts';
import { add, exactly, MOST, multiply, type Range, scale, UNKNOWN } from './size.ts';

const sizeOf = (operand: Operand | undefined): Range => operand?.size ?? UNKNOWN;

/** What an overload about lists or sets costs, without its arguments; undefined for another one. */
export function libraryCost(call: CalledWith): CallCost | undefined {
  const { overload, target, args } = call;
  const size = sizeOf(target);
  switch (overload) {
    case 'list_slice':
      return made(exactly(BigInt.asUintN(64, intOf(args[1], size.max) - intOf(args[0], 0n))), 1);
    case 'list_flatten':
    case 'list_flatten_int':
      return made(size, Number(args.length === 1 ? intOf(args[0], MOST) : 1n));
    case 'lists_range':
      return made(exactly(intOf(args[0], MOST)), 1);
    case 'list_reverse':
      return made(size, 1);
    case 'list_distinct':
      return made(multiply(size, size), 2);
    case 'list_sets_contains_list':
    case 'list_sets_intersects_list':
    case 'list_sets_equivalent_list': {
      const factor = overload === 'list_sets_equivalent_list' ? 2 : 1;
      return { cost: add(scale(multiply(sizeOf(args[0]), sizeOf(args[1])), factor), exactly(1)) };
    }
    default:
      return sortCost(call);
  }
}

function sortCost({ overload, target, args }: CalledWith): CallCost | undefined {
  const [, type, how] = /^list_(\w+?)_(sort|sortByAssociatedKeys)$/.exec(overload) ?? [];
  if (how === undefined) return undefined;
  const size = sizeOf(how === 'sort' ? target : args[0]);
  return made(multiply(size, size), type === 'string' || type === 'bytes' ? 2.1 : 2);
}

function made(size: Range, factor: number): CallCost {
  return { cost: add(scale(size, factor), exactly(11)), size };
}

function intOf(operand: Operand | undefined, otherwise: bigint): bigint {
  const expr = operand?.expr;
  if (expr?.kind !== 'literal' || expr.of !== 'int') return otherwise;
  const value = expr.value as bigint;
  return value < 0n ? 0n : value;
}
