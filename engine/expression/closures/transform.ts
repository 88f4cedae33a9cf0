// `|pattern|update, delete|`: a function that copies an object and changes the parts that the pattern finds.

import { placed, raise } from '../errors.ts';
import { Signature } from '../functions/signature.ts';
import { type Node, tokenRange } from '../parse.ts';
import { Callable, cloneOf, invoke, isCallable, isRecord, type Value } from '../value.ts';
import { compileVariable } from './calls.ts';
import { checkKey } from './operators.ts';
import type { Compiler, Eval, Frame, Scope } from './scope.ts';

const signature = new Signature('transform', '<(oa):o>');

/** Compiles a transform. */
export function compileTransform(node: Node, scope: Scope, compiler: Compiler): Eval {
  const pattern = compiler.compile(node.pattern as Node, scope);
  const update = compiler.compile(node.update as Node, scope);
  const remove = node.delete === undefined ? undefined : compiler.compile(node.delete, scope);
  const copyOf = compileCopy(node, scope, compiler);
  const range = tokenRange(node.update as Node, compiler.source);
  const change = (match: Value, frame: Frame): void => {
    frame.run.meter.step();
    mergeInto(match, update(match, frame));
    if (remove !== undefined) deleteFrom(match, remove(match, frame));
  };
  return (input, frame) =>
    new Callable(1, (args) => {
      const [object] = signature.validate(args, input);
      if (object === undefined) return undefined;
      const copy = copyOf(object, frame);
      for (const match of listOf(pattern(copy, frame))) placed(range, () => change(match, frame));
      return copy;
    });
}

function listOf(value: Value): readonly Value[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

// JSONata copies by its function $clone, which a formula may replace. What that gives is copied once more: it may be the
// data itself.
function compileCopy(node: Node, scope: Scope, compiler: Compiler): (object: Value, frame: Frame) => Value {
  const range = tokenRange(node, compiler.source);
  const isReplaced = scope.find('clone').length > 0 || compiler.variables.has('clone');
  if (!isReplaced) return (object, frame) => cloneOf(object, frame.run.meter);
  const variable = compileVariable({ type: 'variable', value: 'clone' }, scope, compiler);
  return (object, frame) => {
    const clone = variable(undefined, frame);
    if (!isCallable(clone)) return placed(range, () => raise('T2013', {}));
    const copy = invoke(clone, [object], null);
    return copy === undefined ? undefined : cloneOf(copy, frame.run.meter);
  };
}

function mergeInto(match: Value, update: Value): void {
  if (update === undefined) return;
  if (!isRecord(update)) raise('T2011', { value: update });
  if (typeof match !== 'object' || match === null) return;
  for (const [key, value] of Object.entries(update as Record<string, Value>))
    (match as Record<string, Value>)[checkKey(key)] = value;
}

function deleteFrom(match: Value, names: Value): void {
  if (names === undefined) return;
  const list: readonly Value[] = Array.isArray(names) ? names : [names];
  if (!list.every((name) => typeof name === 'string')) raise('T2012', { value: names });
  if (isRecord(match)) for (const name of list) delete match[name as string];
}
