// Types of calls: which arguments a function takes, and what it gives for them.

import type { Severity, TextRange } from '../../model/diagnostic.ts';
import { suggest } from '../../model/suggest.ts';
import type { Type } from '../../model/type.ts';
import { nameOf } from '../closures/calls.ts';
import { type BuiltIn, findFunction } from '../functions/functions.ts';
import type { Parameter } from '../functions/signature.ts';
import type { Node } from '../parse.ts';
import { ANY, isOnly, itemsOf, mayBeMany, NOTHING, partsOf, unionOf } from './algebra.ts';
import { contrast, type Env, type Inference, type Remark, rangeOf, reportAt, subjectOf } from './context.ts';
import { describeType } from './describe.ts';
import { readField } from './fields.ts';
import { resultOf } from './results.ts';

/** An argument: its type, and the node that it stands in, where there is one. */
export interface Argument {
  readonly type: Type;
  readonly node?: Node;
}

/** Where a call stands. */
export interface CallSite {
  readonly inference: Inference;
  readonly range: TextRange;
}

/** The type of `$f(a, b)`; `first` is an argument before the others, for `a ~> $f(b)`. */
export function inferCall(node: Node, env: Env, inference: Inference, first?: Argument): Type {
  const procedure = node.procedure as Node;
  const args: readonly Argument[] = [
    ...(first === undefined ? [] : [first]),
    ...(node.arguments ?? []).map((argument) => ({ node: argument, type: inference.infer(argument, env) })),
  ];
  const name = nameOf(procedure);
  const isLocal = procedure.type !== 'variable' || env.variables.has(name);
  const builtIn = isLocal ? undefined : findFunction(name);
  if (builtIn !== undefined)
    return callBuiltIn(builtIn, args, env.context.type, { inference, range: rangeOf(procedure, inference) });
  return callValue(inference.infer(procedure, env), args, procedure, inference);
}

/** The type of `$f(?, 1)`: a function. */
export function inferPartial(node: Node, env: Env, inference: Inference): Type {
  const procedure = node.procedure as Node;
  const given = (node.arguments ?? []).map((argument): Argument | undefined =>
    argument.type === 'operator' ? undefined : { node: argument, type: inference.infer(argument, env) },
  );
  const name = nameOf(procedure);
  const builtIn = procedure.type === 'variable' && !env.variables.has(name) ? findFunction(name) : undefined;
  const callee = builtIn === undefined ? inference.infer(procedure, env) : ANY;
  const range = rangeOf(procedure, inference);
  return {
    kind: 'function',
    apply: (types) => {
      const open = types.map((type): Argument => ({ type }));
      const args = given.map((argument) => argument ?? open.shift() ?? { type: NOTHING });
      if (builtIn !== undefined) return callBuiltIn(builtIn, args, ANY, { inference, range });
      return callValue(callee, args, procedure, inference);
    },
  };
}

function callValue(callee: Type, args: readonly Argument[], procedure: Node, inference: Inference): Type {
  const functions = partsOf(callee).filter((part) => part.kind === 'function');
  if (functions.length > 0) return unionOf(functions.map((part) => part.apply(args.map(({ type }) => type))));
  if (callee.kind === 'any') return ANY;
  const message = `${subjectOf(procedure, inference)} is ${describeType(callee)}, not a function`;
  reportAt(
    procedure,
    {
      code: 'WrongType',
      message,
      hint: 'call a function: names of functions begin with $',
    },
    inference,
  );
  return ANY;
}

/** The type of `a ~> $f`, `a ~> $f(b)`. */
export function inferApply(node: Node, env: Env, inference: Inference): Type {
  const left = node.lhs as Node;
  const right = node.rhs as Node;
  const first: Argument = { node: left, type: inference.infer(left, env) };
  if (right.type === 'function') return inferCall(right, env, inference, first);
  const callee = inference.infer(right, env);
  if (isOnly(first.type, 'function') && isOnly(callee, 'function')) return { kind: 'function', apply: () => ANY };
  const builtIn =
    right.type === 'variable' && !env.variables.has(String(right.value))
      ? findFunction(String(right.value))
      : undefined;
  if (builtIn !== undefined)
    return callBuiltIn(builtIn, [first], env.context.type, { inference, range: rangeOf(right, inference) });
  return callValue(callee, [first], right, inference);
}

/** What a built-in function gives. Arguments that it cannot take are reported. */
export function callBuiltIn(builtIn: BuiltIn, given: readonly Argument[], context: Type, site: CallSite): Type {
  const { parameters } = builtIn.signature;
  const args = withContext(parameters, given, context);
  for (const [index, argument] of args.entries()) {
    const parameter = parameters[Math.min(index, parameters.length - 1)];
    if (parameter !== undefined)
      checkArgument(argument, parameter, `argument ${index + 1} of $${builtIn.definition.name}`, site);
  }
  if (builtIn.definition.name === 'lookup') checkLookup(args, site);
  if (builtIn.definition.name === 'sort') checkSort(args, site);
  return resultOf(
    builtIn,
    args.map(({ type }) => type),
  );
}

// The context stands in for the first argument where too few are given and the signature says so.
function withContext(parameters: readonly Parameter[], given: readonly Argument[], context: Type): readonly Argument[] {
  const [first] = parameters;
  const needed = parameters.filter(
    ({ pattern, context: standsIn }) => !pattern.endsWith('?') || standsIn !== undefined,
  );
  return first?.context !== undefined && given.length < needed.length ? [{ type: context }, ...given] : given;
}

const BITS: { readonly [kind in Type['kind']]?: number } = {
  nothing: 1,
  null: 2,
  function: 4,
  array: 8,
  string: 16,
  number: 32,
  boolean: 64,
  object: 128,
};
const ARRAY_BIT = 8;

function checkArgument({ type, node }: Argument, parameter: Parameter, what: string, site: CallSite): void {
  if (type.kind === 'any') return;
  const takesMany = parameter.isArray || (parameter.kinds & ARRAY_BIT) !== 0;
  const flat = parameter.isArray || (mayBeMany(type) && !takesMany) ? itemsOf(type) : type;
  const kinds = parameter.isArray && parameter.itemKind !== 0 ? parameter.itemKind : parameter.kinds;
  const parts = partsOf(flat).filter(({ kind }) => kind !== 'nothing' && kind !== 'sequence');
  const wrong = parts.filter(({ kind }) => kind !== 'any' && ((BITS[kind] ?? 0) & kinds) === 0);
  if (wrong.length > 0) {
    const isCertain = wrong.length === parts.length;
    const wanted = describeKinds(kinds, parameter.isArray);
    const message = `${what} takes ${wanted}, ${contrast(node, isCertain, unionOf(wrong), site.inference)}`;
    const severity = isCertain ? 'error' : 'warning';
    say(site, node, { code: 'WrongType', severity, message, hint: hintFor(kinds, wrong) });
  } else if (!takesMany && mayBeMany(type)) {
    const message = `${what} takes one value, but ${subjectOf(node, site.inference)} may be several`;
    const hint = 'choose one with a predicate such as [0], or use $map(…)';
    say(site, node, { code: 'ManyValues', severity: 'warning', message, hint });
  }
}

function say(
  { inference, range }: CallSite,
  node: Node | undefined,
  what: Remark & { readonly severity: Severity },
): void {
  if (node === undefined) inference.report({ ...what, range });
  else reportAt(node, what, inference);
}

const NOUNS: readonly (readonly [bit: number, one: string, many: string])[] = [
  [16, 'a text', 'texts'],
  [32, 'a number', 'numbers'],
  [64, 'a boolean', 'booleans'],
  [128, 'an object', 'objects'],
  [ARRAY_BIT, 'an array', 'arrays'],
  [4, 'a function', 'functions'],
  [2, 'null', 'nulls'],
];

function describeKinds(kinds: number, isMany: boolean): string {
  const words = NOUNS.filter(([bit]) => (bit & kinds) !== 0).map(([, one, many]) => (isMany ? many : one));
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : (words[0] ?? 'nothing');
}

function hintFor(kinds: number, wrong: readonly Type[]): string {
  if ((kinds & 4) !== 0 && kinds < 8) return 'write a function: function($value){ … }';
  const isScalar = wrong.every(({ kind }) => kind === 'number' || kind === 'boolean' || kind === 'string');
  if ((kinds & 16) !== 0 && isScalar) return 'convert it with $string(…)';
  if ((kinds & 32) !== 0 && isScalar) return 'convert it with $number(…)';
  if (wrong.every(({ kind }) => kind === 'array')) return 'choose one item, such as [0], or use $map(…)';
  return wrong.every(({ kind }) => kind === 'object') ? 'choose one of its fields' : 'use another value';
}

// One value alone needs no order, so this is never certain.
function checkSort([list, order]: readonly Argument[], site: CallSite): void {
  const parts = partsOf(itemsOf(list?.type ?? ANY));
  if (order !== undefined || parts.some(({ kind }) => kind === 'any')) return;
  const isOrdered = parts.every(({ kind }) => kind === 'string') || parts.every(({ kind }) => kind === 'number');
  if (isOrdered || list === undefined) return;
  const message = `$sort without a function takes only texts or only numbers, but ${subjectOf(list.node, site.inference)} holds ${describeType(unionOf(parts))}`;
  const hint = 'give it a function: function($a, $b){ $a.name > $b.name }';
  say(site, list.node, { code: 'WrongType', severity: 'warning', message, hint });
}

// `$lookup(object, "name")` reads a field like a path does.
function checkLookup([object, key]: readonly Argument[], { inference }: CallSite): void {
  if (object === undefined || key?.node === undefined || key.type.kind !== 'string') return;
  const { values } = key.type;
  const objects = partsOf(itemsOf(object.type));
  const [name] = values ?? [];
  const isKnown = objects.every((part) => part.kind === 'object' && part.rest === undefined);
  if (values?.length !== 1 || name === undefined || !isKnown || objects.length === 0) return;
  if (readField(object.type, name).kind !== 'nothing') return;
  const message = `there is no field "${name}" in ${subjectOf(object.node, inference)}`;
  reportAt(
    key.node,
    {
      code: 'UnknownField',
      message,
      hint:
        suggest(
          name,
          objects.flatMap((part) => (part.kind === 'object' ? part.names() : [])),
        ) ?? 'use a field that is there',
    },
    inference,
  );
}
