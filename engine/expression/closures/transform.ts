// `|pattern|update, delete|`: a function that copies an object and changes the parts that the pattern finds.

import type { Meter } from '../budget.ts';
import { placed, raise } from '../errors.ts';
import { Signature } from '../functions/signature.ts';
import { type Node, tokenRange } from '../parse.ts';
import { Callable, isRecord, toText, type Value } from '../value.ts';
import { checkKey } from './operators.ts';
import type { Compiler, Eval, Frame, Scope } from './scope.ts';

const signature = new Signature('transform', '<(oa):o>');

/** Compiles a transform. */
export function compileTransform(node: Node, scope: Scope, compiler: Compiler): Eval {
  const pattern = compiler.compile(node.pattern as Node, scope);
  const update = compiler.compile(node.update as Node, scope);
  const remove = node.delete === undefined ? undefined : compiler.compile(node.delete, scope);
  const range = tokenRange(node.update as Node, compiler.source);
  const change = (match: Value, own: ReadonlySet<Value>, frame: Frame): void => {
    const { meter } = frame.run;
    meter.step(2);
    const target = own.has(match) ? match : undefined;
    mergeInto(target, update(match, frame), meter);
    if (remove !== undefined) deleteFrom(target, remove(match, frame), meter);
  };
  return (input, frame) =>
    new Callable(1, (args) => {
      const [object] = signature.validate(args, input);
      if (object === undefined) return undefined;
      const copy = copyOf(object, frame.run.meter);
      const own = new Set<Value>();
      addContainers(own, copy, frame.run.meter);
      const found = pattern(copy, frame);
      const matches: readonly Value[] = found === undefined ? [] : Array.isArray(found) ? found : [found];
      for (const match of matches) placed(range, () => change(match, own, frame));
      return copy;
    });
}

function copyOf(value: Value, meter: Meter): Value {
  const text = toText(value, meter);
  meter.read(text.length * 4);
  return JSON.parse(text);
}

// A pattern may lead out of the copy, to the input or to a variable: what it finds there is not changed.
function addContainers(found: Set<Value>, value: Value, meter: Meter): void {
  if (typeof value !== 'object' || value === null) return;
  meter.step();
  found.add(value);
  for (const item of Object.values(value)) addContainers(found, item, meter);
}

function mergeInto(match: Value, update: Value, meter: Meter): void {
  if (update === undefined) return;
  if (!isRecord(update)) raise('T2011', { value: update });
  if (typeof match !== 'object' || match === null) return;
  const entries = Object.entries(update as Record<string, Value>);
  meter.step(entries.length * 2);
  for (const [key, value] of entries) (match as Record<string, Value>)[checkKey(key, meter)] = value;
}

function deleteFrom(match: Value, names: Value, meter: Meter): void {
  if (names === undefined) return;
  const list: readonly Value[] = Array.isArray(names) ? names : [names];
  meter.step(list.length * 2);
  if (!list.every((name) => typeof name === 'string')) raise('T2012', { value: names });
  if (isRecord(match)) for (const name of list) delete match[name as string];
}
