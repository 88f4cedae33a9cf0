// What built-in functions read of their arguments, and what they hand on.

import type { BuiltIn } from '../functions/functions.ts';
import type { Node } from '../parse.ts';
import type { Reader } from './context.ts';
import { anyField, type Call, fieldOf, functionOf, isRoot, isSame, PLAIN, type Shape, union } from './shape.ts';

/** A function of which nothing is known: it may read all that it is given. */
export function mystery(reader: Reader): Shape {
  const shape: Shape = functionOf(Number.POSITIVE_INFINITY, ({ args }) => {
    for (const argument of args) reader.deep(argument);
    return shape;
  });
  return shape;
}

/** A built-in function. */
export function builtInShape(builtIn: BuiltIn, reader: Reader): Shape {
  const { name, arity } = builtIn.definition;
  return functionOf(arity, (call) => {
    const args = withContext(builtIn, call, reader);
    const own = Object.hasOwn(OWN, name) ? OWN[name] : undefined;
    if (own !== undefined) return own(args, reader, call.nodes);
    for (const argument of args) reader.deep(argument);
    return PLAIN;
  });
}

// A signature may let the context stand in for an argument that is not given, or that does not fit.
function withContext({ signature, definition }: BuiltIn, call: Call, reader: Reader): readonly Shape[] {
  const { args, context } = call;
  const { parameters } = signature;
  const at = parameters.findIndex((parameter) => parameter.context !== undefined);
  if (at < 0 || args.length >= parameters.length) return args;
  const needed = parameters.filter(({ pattern, context: own }) => !pattern.endsWith('?') || own !== undefined);
  if (args.length < needed.length || definition.name === 'sift')
    return [...args.slice(0, at), context, ...args.slice(at)];
  const takesAll = parameters[at]?.pattern.startsWith('[asnblfom]') === true;
  if (!takesAll && !isSureToFit(call)) reader.deep(context);
  return args;
}

// The custom resource fits no parameter for texts or numbers. Anything else that does has no fields, and a path below it
// is nothing, which fits everywhere.
function isSureToFit({ context, nodes }: Call): boolean {
  const [first] = nodes ?? [];
  if (context.places.every(isRoot) && context.objects.length === 0) return true;
  if (first?.type === 'string') return true;
  const isNames =
    first?.type === 'path' && first.steps?.every(({ type, stages }) => type === 'name' && stages === undefined);
  return isNames === true && first?.group === undefined && first?.predicate === undefined;
}

type Own = (args: readonly Shape[], reader: Reader, nodes: readonly Node[] | undefined) => Shape;

const presence: Own = ([value = PLAIN], reader) => {
  reader.shallow(value);
  return PLAIN;
};

const itself: Own = ([value = PLAIN]) => value;

const wholly: Own = (args, reader) => {
  for (const argument of args) reader.deep(argument);
  return union(args);
};

// Which fields there are is read where any of them is.
const names: Own = ([value = PLAIN], reader) => {
  reader.shallow(anyField(value));
  return PLAIN;
};

const OWN: { readonly [name: string]: Own } = {
  count: presence,
  exists: presence,
  type: presence,
  any: itself,
  reverse: itself,
  append: union,
  distinct: wholly,
  shuffle: wholly,
  mergeDeep: wholly,
  keys: names,
  spread: (args, reader, nodes) => {
    names(args, reader, nodes);
    return itself(args, reader, nodes);
  },
  merge: (args, reader, nodes) => {
    presence(args, reader, nodes);
    names(args, reader, nodes);
    return itself(args, reader, nodes);
  },
  zip: (args, reader) => {
    for (const argument of args) reader.shallow(argument);
    return union(args);
  },
  lookup: ([object = PLAIN, key = PLAIN], reader) => {
    if (key.text !== undefined) return fieldOf(object, key.text);
    reader.deep(key);
    return anyField(object);
  },
  map: ([list = PLAIN, work = PLAIN], reader) => {
    readArguments([list, work], reader);
    return applied(work, [list, PLAIN, list]);
  },
  filter: chosen,
  single: chosen,
  sort: ([list = PLAIN, order], reader) => {
    if (order === undefined) reader.deep(list);
    else {
      readArguments([list, order], reader);
      reader.deep(applied(order, [list, list]));
    }
    return list;
  },
  reduce,
  each: ([object = PLAIN, work = PLAIN], reader) => {
    readArguments([anyField(object), work], reader);
    return applied(work, [anyField(object), PLAIN, object]);
  },
  sift: ([object = PLAIN, work = PLAIN], reader) => {
    readArguments([anyField(object), work], reader);
    reader.deep(applied(work, [anyField(object), PLAIN, object]));
    return object;
  },
  condition: ([object = PLAIN, type = PLAIN], reader) => {
    const conditions = fieldOf(fieldOf(object, 'status'), 'conditions');
    reader.deep(type);
    reader.deep(fieldOf(conditions, 'type'));
    readArguments([object, conditions], reader);
    return conditions;
  },
};

// Whether arguments fit depends on their types, and how often a function is called on their number.
function readArguments(args: readonly Shape[], reader: Reader): void {
  for (const argument of args) reader.shallow(argument);
}

// A function is given no more arguments than it declares.
function applied(work: Shape, args: readonly Shape[]): Shape {
  return union(work.functions.map((one) => one.apply({ args: args.slice(0, Math.max(1, one.arity)), context: PLAIN })));
}

function chosen([list = PLAIN, test]: readonly Shape[], reader: Reader): Shape {
  readArguments([list], reader);
  if (test !== undefined) {
    readArguments([test], reader);
    reader.deep(applied(test, [list, PLAIN, list]));
  }
  return list;
}

// Chosen: what has not settled after so many calls is read as a whole.
const MAX_ROUNDS = 3;

function reduce([list = PLAIN, work = PLAIN, start]: readonly Shape[], reader: Reader, nodes?: readonly Node[]): Shape {
  readArguments([list, work, start ?? PLAIN], reader);
  let result = start === undefined ? list : isWrittenOut(nodes?.[2]) ? start : union([start, list]);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = union([result, applied(work, [result, list, PLAIN, list])]);
    if (isSame(next, result)) return result;
    result = next;
  }
  reader.deep(result);
  return result;
}

// A value that is certainly there.
function isWrittenOut(node: Node | undefined): boolean {
  if (node === undefined || node.predicate !== undefined) return false;
  const isConstructor = node.type === 'unary' && (node.value === '{' || node.value === '[');
  return isConstructor || node.type === 'number' || node.type === 'string' || node.type === 'value';
}
