// Partial application: a function with some of its arguments given.

import { placed, raise } from '../errors.ts';
import { type Node, tokenRange } from '../parse.ts';
import { arityOf, Callable, invoke, isCallable } from '../value.ts';
import { compileVariable, nameOf, nested } from './calls.ts';
import type { Compiler, Eval, Scope } from './scope.ts';

/** `$f(?, 1)`: the same function with some arguments given. */
export function compilePartial(node: Node, scope: Scope, compiler: Compiler): Eval {
  const procedure = node.procedure as Node;
  const target = compiler.compile(procedure, scope);
  const name = nameOf(procedure);
  const forgotten =
    procedure.type === 'path' ? compileVariable({ type: 'variable', value: name }, scope, compiler) : undefined;
  const args = (node.arguments ?? []).map((argument) =>
    argument.type === 'operator' ? undefined : compiler.compile(argument, scope),
  );
  const open = args.flatMap((argument, index) => (argument === undefined ? [index] : []));
  const range = tokenRange(procedure, compiler.source);
  return (input, frame) => {
    const { meter } = frame.run;
    meter.step(4);
    const given = args.map((argument) => argument?.(input, frame));
    const callee = target(input, frame);
    if (!isCallable(callee)) {
      const code = callee === undefined && forgotten?.(input, frame) ? 'T1007' : 'T1008';
      return placed(range, () => raise(code, { token: name }));
    }
    const taken = open.filter((index) => index < arityOf(callee));
    return new Callable(taken.length, (values, context) => {
      const all = [...given];
      for (const [position, index] of taken.entries()) all[index] = values[position];
      return nested(meter, () => invoke(callee, all, context));
    });
  };
}
