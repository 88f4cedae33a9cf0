// Calls that are short for loops.
// Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#macros

import { type Call, copyOf, type Expr, type Ident, type Literal, type Loop, type MapLiteral } from './expr.ts';
import type { Problem } from './tokens.ts';

/** The variable in which a loop gathers its result; no rule can write it. */
export const ACCUMULATOR = '@result';
const OLD_ACCUMULATOR = '__result__';
const UNUSED = '#unused';
const SORT_INPUT = '@__sortBy_input__';

class WrongMacro extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

type Expand = (make: Maker, target: Expr, args: readonly Expr[]) => Expr;

const MEMBERS: { readonly [name: string]: readonly [counts: readonly number[], expand: Expand] } = {
  all: [[2, 3], (make, target, args) => quantify(make, target, args, 'all')],
  exists: [[2, 3], (make, target, args) => quantify(make, target, args, 'exists')],
  exists_one: [[2, 3], (make, target, args) => quantify(make, target, args, 'one')],
  existsOne: [[3], (make, target, args) => quantify(make, target, args, 'one')],
  map: [[2, 3], expandMap],
  filter: [[2], expandFilter],
  optMap: [[2], (make, target, args) => expandOptional(make, target, args, 'optMap')],
  optFlatMap: [[2], (make, target, args) => expandOptional(make, target, args, 'optFlatMap')],
  sortBy: [[2], expandSort],
  transformList: [[3, 4], expandTransformList],
  transformMap: [[3, 4], (make, target, args) => expandTransformMap(make, target, args, true)],
  transformMapEntry: [[3, 4], (make, target, args) => expandTransformMap(make, target, args, false)],
};

/** A call, or what it is short for, or what is wrong with it. */
export function expandMacro(call: Call): Expr | Problem {
  const { fn, target, args, at } = call;
  try {
    if (target === undefined) return fn === 'has' && args.length === 1 ? expandHas(call) : call;
    const macro = Object.hasOwn(MEMBERS, fn) ? MEMBERS[fn] : undefined;
    if (macro === undefined || !macro[0].includes(args.length)) return call;
    return macro[1](new Maker(at), target, args);
  } catch (error) {
    if (error instanceof WrongMacro) return { at: error.at, message: error.message };
    throw error;
  }
}

function expandHas({ args: [field], at }: Call): Expr {
  if (field?.kind === 'select') return { ...field, at, isTest: true };
  throw new WrongMacro('invalid argument to has() macro', field?.at ?? at);
}

// What a macro is made of stands where its call stands.
class Maker {
  readonly #at: number;

  constructor(at: number) {
    this.#at = at;
  }

  truth(value: boolean): Literal {
    return { kind: 'literal', of: 'bool', value, at: this.#at };
  }

  int(value: bigint): Literal {
    return { kind: 'literal', of: 'int', value, at: this.#at };
  }

  name(name: string): Ident {
    return { kind: 'ident', name, at: this.#at };
  }

  result(): Ident {
    return this.name(ACCUMULATOR);
  }

  list(...items: readonly Expr[]): Expr {
    return { kind: 'list', items, optional: items.map(() => false), at: this.#at };
  }

  map(): MapLiteral {
    return { kind: 'map', entries: [], at: this.#at };
  }

  call(fn: string, ...args: readonly Expr[]): Call {
    return { kind: 'call', fn, target: undefined, args, at: this.#at };
  }

  member(fn: string, target: Expr, ...args: readonly Expr[]): Call {
    return { kind: 'call', fn, target, args, at: this.#at };
  }

  loop(loop: Omit<Loop, 'kind' | 'at' | 'accumulator'> & { readonly accumulator?: string }): Loop {
    return { kind: 'loop', accumulator: ACCUMULATOR, at: this.#at, ...loop };
  }

  /** A value under a name within an expression. */
  bind(name: string, init: Expr, result: Expr): Loop {
    const [range, condition, step] = [this.list(), this.truth(false), this.name(name)];
    return this.loop({ range, variables: [UNUSED], accumulator: name, init, condition, step, result });
  }
}

function variableOf(arg: Expr | undefined, wrong: string): string {
  if (arg?.kind !== 'ident') throw new WrongMacro(wrong, arg?.at ?? 0);
  if (arg.name === ACCUMULATOR || arg.name === OLD_ACCUMULATOR)
    throw new WrongMacro('iteration variable overwrites accumulator variable', arg.at);
  return arg.name;
}

const SIMPLE_NAME = 'argument must be a simple name';

// One variable, or a key and a value, before what is asked of them.
function variablesOf(args: readonly Expr[], count: number): readonly string[] {
  const names = args.slice(0, count).map((arg) => {
    if (arg.kind !== 'ident') throw new WrongMacro(SIMPLE_NAME, arg.at);
    return arg.name;
  });
  if (count === 2 && names[0] === names[1])
    throw new WrongMacro(`duplicate variable name: ${names[0]}`, args[1]?.at ?? 0);
  return args.slice(0, count).map((arg) => variableOf(arg, SIMPLE_NAME));
}

function quantify(make: Maker, target: Expr, args: readonly Expr[], kind: 'all' | 'exists' | 'one'): Expr {
  const variables = variablesOf(args, args.length - 1);
  const test = args.at(-1) as Expr;
  const over = { range: target, variables };
  switch (kind) {
    case 'all':
      return make.loop({
        ...over,
        init: make.truth(true),
        condition: make.call('@not_strictly_false', make.result()),
        step: make.call('_&&_', make.result(), test),
        result: make.result(),
      });
    case 'exists':
      return make.loop({
        ...over,
        init: make.truth(false),
        condition: make.call('@not_strictly_false', make.call('!_', make.result())),
        step: make.call('_||_', make.result(), test),
        result: make.result(),
      });
    case 'one':
      return make.loop({
        ...over,
        init: make.int(0n),
        condition: make.truth(true),
        step: make.call('_?_:_', test, make.call('_+_', make.result(), make.int(1n)), make.result()),
        result: make.call('_==_', make.result(), make.int(1n)),
      });
  }
}

function gather(make: Maker, range: Expr, variables: readonly string[], init: Expr, step: Expr, filter?: Expr): Expr {
  return make.loop({
    range,
    variables,
    init,
    condition: make.truth(true),
    step: filter === undefined ? step : make.call('_?_:_', filter, step, make.result()),
    result: make.result(),
  });
}

function expandMap(make: Maker, target: Expr, args: readonly Expr[]): Expr {
  const name = variableOf(args[0], 'argument is not an identifier');
  const step = make.call('_+_', make.result(), make.list(args.at(-1) as Expr));
  return gather(make, target, [name], make.list(), step, args.length === 3 ? args[1] : undefined);
}

function expandFilter(make: Maker, target: Expr, args: readonly Expr[]): Expr {
  const [variable, filter] = args as readonly [Expr, Expr];
  const name = variableOf(variable, 'argument is not an identifier');
  return gather(make, target, [name], make.list(), make.call('_+_', make.result(), make.list(variable)), filter);
}

function expandTransformList(make: Maker, target: Expr, args: readonly Expr[]): Expr {
  const variables = variablesOf(args, 2);
  const step = make.call('_+_', make.result(), make.list(args.at(-1) as Expr));
  return gather(make, target, variables, make.list(), step, args.length === 4 ? args[2] : undefined);
}

function expandTransformMap(make: Maker, target: Expr, args: readonly Expr[], hasKey: boolean): Expr {
  const variables = variablesOf(args, 2);
  const value = args.at(-1) as Expr;
  const inserted = hasKey ? [make.name(variables[0] ?? ''), value] : [value];
  const step = make.call('cel.@mapInsert', make.result(), ...inserted);
  return gather(make, target, variables, make.map(), step, args.length === 4 ? args[2] : undefined);
}

function expandOptional(make: Maker, target: Expr, args: readonly Expr[], macro: 'optMap' | 'optFlatMap'): Expr {
  const [variable, value] = args as readonly [Expr, Expr];
  if (variable.kind !== 'ident')
    throw new WrongMacro(`${macro}() variable name must be a simple identifier`, variable.at);
  const bound = make.bind(variable.name, make.member('value', copyOf(target)), value);
  return make.call(
    '_?_:_',
    make.member('hasValue', target),
    macro === 'optMap' ? make.call('optional.of', bound) : bound,
    make.call('optional.none'),
  );
}

function expandSort(make: Maker, target: Expr, args: readonly Expr[]): Expr {
  if (!['list', 'select', 'ident', 'loop', 'call'].includes(target.kind)) {
    const what = 'sortBy can only be applied to a list, identifier, comprehension, call or select expression';
    throw new WrongMacro(what, target.at);
  }
  const keys = expandMap(make, make.name(SORT_INPUT), args);
  return make.bind(SORT_INPUT, target, make.member('@sortByAssociatedKeys', make.name(SORT_INPUT), keys));
}
