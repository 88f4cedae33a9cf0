// `|pattern|update, delete|`: a function that copies an object and changes the parts that the pattern finds.

import { placed, raise } from '../errors.ts';
import { Signature } from '../functions/signature.ts';
import { type Node, tokenRange } from '../parse.ts';
import { Callable, invoke, isCallable, isRecord, type Value } from '../value.ts';
import { compileVariable } from './calls.ts';
import { checkKey } from './operators.ts';
import type { Compiler, Eval, Frame, Scope } from './scope.ts';

const signature = new Signature('transform', '<(oa):o>');

/** Compiles a transform. */
export function compileTransform(node: Node, scope: Scope, compiler: Compiler): Eval {
  const pattern = compiler.compile(node.pattern as Node, scope);
  const update = compiler.compile(node.update as Node, scope);
  const remove = node.delete === undefined ? undefined : compiler.compile(node.delete, scope);
  // JSONata copies by its own function, which a formula may replace.
  const cloner = compileVariable({ type: 'variable', value: 'clone' }, scope, compiler);
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
      const clone = cloner(input, frame);
      const copy = isCallable(clone) ? invoke(clone, [object], null) : placed(range, () => raise('T2013', {}));
      const found = pattern(copy, frame);
      const matches: readonly Value[] = found === undefined ? [] : Array.isArray(found) ? found : [found];
      for (const match of matches) placed(range, () => change(match, frame));
      return copy;
    });
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
