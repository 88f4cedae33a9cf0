// `|pattern|update, delete|`: a function that copies an object and changes the parts that the pattern finds.

import type { Meter } from '../budget.ts';
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
  const removeRange = tokenRange(node.delete ?? node, compiler.source);
  const change = (match: Value, isOwn: boolean, frame: Frame): void => {
    const { meter } = frame.run;
    meter.step(2);
    const changes = placed(range, () => checkUpdate(update(match, frame)));
    if (isOwn) placed(range, () => mergeInto(match as object, changes, meter));
    const names = remove === undefined ? [] : placed(removeRange, () => checkNames(remove(match, frame), meter));
    if (isOwn) for (const name of names) delete (match as Record<string, Value>)[name];
  };
  return (input, frame) =>
    new Callable(1, (args) => {
      const [object] = signature.validate(args, input);
      if (object === undefined) return undefined;
      const copy = copyOf(object, frame);
      const parts = objectsIn(copy, new Set(), frame.run.meter);
      for (const match of listOf(pattern(copy, frame))) change(match, parts.has(match), frame);
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

// A pattern may lead out of the copy, to the data itself, which nothing may change.
function objectsIn(value: Value, found: Set<Value>, meter: Meter): ReadonlySet<Value> {
  if (typeof value !== 'object' || value === null || isCallable(value)) return found;
  meter.step();
  found.add(value);
  for (const item of Object.values(value)) objectsIn(item, found, meter);
  return found;
}

function checkUpdate(update: Value): Readonly<Record<string, Value>> {
  if (update === undefined) return {};
  return isRecord(update) ? update : raise('T2011', { value: update });
}

function mergeInto(match: object, changes: Readonly<Record<string, Value>>, meter: Meter): void {
  const entries = Object.entries(changes);
  meter.step(entries.length * 2);
  for (const [key, value] of entries) (match as Record<string, Value>)[checkKey(key, meter)] = value;
}

function checkNames(names: Value, meter: Meter): readonly string[] {
  const list = listOf(names);
  meter.step(list.length * 2);
  return list.every((name) => typeof name === 'string') ? list : raise('T2012', { value: names });
}
