// Variables, blocks, functions and their calls in generated code.

import { builtInOf, nameOf, rangeOfCall, STEPS_OF_CALL, stepsToCall } from '../closures/calls.ts';
import { boundNames, Scope } from '../closures/scope.ts';
import { levelsOf } from '../closures/weight.ts';
import type { BuiltIn } from '../functions/functions.ts';
import { type Node, tokenRange } from '../parse.ts';
import { type Emitter, fieldOf, type Piece, type Place, quote, type Want } from './emitter.ts';
import type { Generator } from './generate.ts';
import { truthOf } from './operators.ts';
import { generateCount, generateTotal } from './paths.ts';
import { type GeneratedScope, namesOfLambda, type Variable } from './scope.ts';
import { isDelegated, needsFrame } from './shapes.ts';

/** `$x`, `$`, `$$`. */
export function generateVariable(node: Node, place: Place, generator: Generator): Piece {
  const name = String(node.value);
  if (name === '$') return generator.root;
  if (name === '') return place.context.isPlain ? place.context : unwrapped(place.context, generator.emitter);
  for (let scope: GeneratedScope | undefined = place.scope; scope !== undefined; scope = scope.parent) {
    const variable = scope.variables.get(name);
    if (variable?.piece !== undefined)
      return variable.piece.isPlain ? variable.piece : unwrapped(variable.piece, generator.emitter);
    if (variable === undefined) continue;
    const result = generator.emitter.name();
    generator.emitter.line(`let ${result} = ${variable.code}; if (${result} === UNSET) {`);
    const outer =
      scope.parent === undefined
        ? given(name, generator)
        : generateVariable(node, { ...place, scope: scope.parent }, generator);
    generator.emitter.line(`${result} = ${outer.code}; }`);
    return unwrapped({ code: result, isPlain: false }, generator.emitter);
  }
  return given(name, generator);
}

/** A value without the sequence of one, or of none, that may be around it. */
export function unwrapped(piece: Piece, emitter: Emitter): Piece {
  if (piece.type !== undefined && piece.type !== 'array') return piece;
  return { ...piece, code: emitter.keep(`unwrap(${piece.code})`) };
}

// A name that the formula binds nowhere.
function given(name: string, { emitter, compiler }: Generator): Piece {
  const builtIn = compiler.find(name);
  if (compiler.variables.has(name) && builtIn === undefined)
    return { code: emitter.keep(fieldOf('b', name)), isPlain: true };
  return { code: emitter.keep(`bindingOf(${quote(name)}, compiler, { bindings: b, meter: m })`), isPlain: false };
}

/** Opens a scope: its variables, and its frame where a closure needs one. */
export function openScope(
  names: readonly string[],
  parent: GeneratedScope | undefined,
  isFramed: boolean,
  emitter: Emitter,
): GeneratedScope {
  const frame = isFramed ? emitter.name('f') : undefined;
  if (frame !== undefined)
    emitter.line(`const ${frame} = new Frame(${names.length}, ${parent?.frame ?? 'undefined'}, run);`);
  const variables = new Map<string, Variable>();
  for (const [index, name] of names.entries()) {
    const code = frame === undefined ? emitter.name('v') : `${frame}.slots[${index}]`;
    if (frame === undefined) emitter.line(`let ${code} = UNSET;`);
    variables.set(name, { code, piece: undefined });
  }
  return { scope: new Scope(names, parent?.scope), parent, frame, variables };
}

/** `(a; b; c)`. */
export function generateBlock(node: Node, place: Place, want: Want, generator: Generator): Piece {
  const expressions = node.expressions ?? [];
  const scope = openScope(boundNames(expressions), place.scope, needsFrame(node), generator.emitter);
  let result: Piece = { code: 'undefined', isPlain: true };
  for (const [index, expression] of expressions.entries()) {
    const inner = { ...place, scope };
    result = generator.generate(expression, inner, index === expressions.length - 1 ? want : 'value');
    const variable =
      expression.type === 'bind' ? scope.variables.get(String((expression.lhs as Node).value)) : undefined;
    if (variable !== undefined && want !== 'result') variable.piece = { ...result, code: variable.code };
    else if (variable !== undefined) variable.piece = { code: variable.code, isPlain: result.isPlain };
  }
  return result;
}

/** `$x := …`. */
export function generateBind(node: Node, place: Place, want: Want, generator: Generator): Piece {
  const variable = place.scope.variables.get(String((node.lhs as Node).value)) as Variable;
  const value = generator.generate(node.rhs as Node, place, 'value');
  // What was known of an earlier value does not hold any more.
  variable.piece = undefined;
  generator.emitter.line(`${variable.code} = ${value.code};`);
  return want === 'result' ? generator.finish(value) : value;
}

/** `function($a) { … }` as a value. */
export function generateLambda(node: Node, place: Place, generator: Generator): Piece {
  const { emitter } = generator;
  const { parameters } = namesOfLambda(node);
  const code = emitter.name();
  const caller = emitter.name('c');
  const body = emitter.capture(() => {
    emitter.line(`m.step(${STEPS_OF_CALL});`);
    const scope = openLambda(
      node,
      parameters.map((_name, index) => ({ code: `a[${index}]`, isPlain: false })),
      place,
      emitter,
    );
    emitter.line(`return ${generator.generate(node.body as Node, { ...place, scope, caller }, 'value').code};`);
  });
  emitter.line('m.step();');
  const levels = levelsOf(node.body as Node);
  emitter.line(
    `const ${code} = toFunction(${parameters.length}, ${levels}, m, { home: ${place.context.code}, enter(a, ${caller}) {\n${body}\n} });`,
  );
  return { code, isPlain: false, isDefined: true, isSingle: true };
}

function openLambda(node: Node, args: readonly Piece[], place: Place, emitter: Emitter): GeneratedScope {
  const { parameters, all } = namesOfLambda(node);
  const scope = openScope(all, place.scope, needsFrame(node), emitter);
  for (const [index, name] of parameters.entries()) {
    const variable = scope.variables.get(name) as Variable;
    const arg = args[index] ?? { code: 'undefined', isPlain: true };
    emitter.line(`${variable.code} = ${arg.code};`);
    variable.piece = { ...arg, code: variable.code };
  }
  return scope;
}

/** `$f(a, b)`; `first` is an argument before the others, for `a ~> $f(b)`. */
export function generateCall(node: Node, place: Place, want: Want, generator: Generator, first?: Node): Piece {
  const { emitter, compiler } = generator;
  const procedure = node.procedure as Node;
  const builtIn = builtInOf(procedure, place.scope.scope, compiler);
  const special =
    builtIn === undefined
      ? undefined
      : generateSpecial({ builtIn, nodes: nodesOf(node, first), node }, place, want, generator);
  if (special !== undefined) return special;
  const call = () => generateUsual(node, { builtIn, first, place }, want, generator);
  if (builtIn?.definition.name !== 'sum') return call();
  const mark = emitter.keep('m.mark()');
  const [values, ...others] = nodesOf(node, first);
  const total = others.length > 0 || values?.type !== 'path' ? undefined : generateTotal(values, place, generator);
  if (total === undefined) return call();
  const result = emitter.name();
  emitter.line(
    `let ${result} = ${total.code}; if (${result} !== undefined) m.step(${stepsToCall(1)}); else { m.rewind(${mark});`,
  );
  emitter.line(`${result} = ${call().code}; }`);
  return { code: result, type: 'number', isPlain: true, isSingle: true };
}

function generateUsual(
  node: Node,
  {
    builtIn,
    first,
    place,
  }: { readonly builtIn: BuiltIn | undefined; readonly first: Node | undefined; readonly place: Place },
  want: Want,
  generator: Generator,
): Piece {
  const { emitter, compiler } = generator;
  const procedure = node.procedure as Node;
  const range = emitter.constant(rangeOfCall(node, compiler.source));
  const context = place.context.code;
  const form: Want = builtIn !== undefined && LISTED.has(builtIn.definition.name) ? 'list' : 'value';
  const before = first === undefined ? [] : [generator.generate(first, place, form).code];
  const callee = builtIn === undefined ? generator.generate(procedure, place, 'value').code : emitter.constant(builtIn);
  const args = `[${[...before, ...(node.arguments ?? []).map((item) => argumentOf(item, place, form, generator))].join(', ')}]`;
  const name = emitter.constant(nameOf(procedure));
  const code =
    builtIn === undefined
      ? `callValue(${callee}, ${args}, ${context}, m, ${name}, ${range})`
      : `callBuiltIn(${callee}, ${args}, ${context}, m, ${range})`;
  return formedCall(code, want, generator);
}

/** A call at the end of a function, whose context is that of the call that entered the function. */
export function generateLastCall({ body }: Node, place: Place, generator: Generator): Piece {
  const { emitter, compiler } = generator;
  const { procedure, arguments: args = [] } = body as Node;
  const builtIn = builtInOf(procedure as Node, place.scope.scope, compiler) as BuiltIn;
  const special = generateSpecial({ builtIn, nodes: args, node: body as Node }, place, 'value', generator);
  if (special !== undefined) return special;
  const values = args.map((argument) => generator.generate(argument, place, 'value').code).join(', ');
  const range = emitter.constant(rangeOfCall(body as Node, compiler.source));
  const code = `callBuiltIn(${emitter.constant(builtIn)}, [${values}], ${place.caller}, m, ${range})`;
  return { code: emitter.keep(code), isPlain: false };
}

function nodesOf(node: Node, first: Node | undefined): readonly Node[] {
  return [...(first === undefined ? [] : [first]), ...(node.arguments ?? [])];
}

// Functions to which a sequence is an array like any other.
const LISTED: ReadonlySet<string> = new Set(['sum', 'max', 'min', 'average', 'join']);

// A function is handed on without the context of the call.
function argumentOf(node: Node, place: Place, want: Want, generator: Generator): string {
  const { code, isPlain, type } = generator.generate(node, place, want);
  return isPlain || type !== undefined || node.type === 'regex' ? code : `handed(${code})`;
}

// What a call gives may be a sequence that nobody has looked at yet.
function formedCall(code: string, want: Want, generator: Generator): Piece {
  const piece: Piece = { code: generator.emitter.keep(`unwrap(${code})`), isPlain: false };
  return want === 'result' ? generator.finish(piece) : piece;
}

// Functions that are worth code of their own: those that look at how much there is, and loops over a function that is
// written right there.
function generateSpecial(call: BuiltInCall, place: Place, want: Want, generator: Generator): Piece | undefined {
  const { emitter, compiler } = generator;
  const { nodes } = call;
  const { name } = call.builtIn.definition;
  const [values, work] = nodes as [Node?, Node?];
  const look = nodes.length === 1 ? LOOKS[name] : undefined;
  if (look !== undefined) {
    const counted = name === 'count' && values?.type === 'path' ? generateCount(values, place, generator) : undefined;
    if (counted !== undefined) {
      emitter.line(`m.step(${stepsToCall(1)});`);
      return { code: counted.code, ...look.facts };
    }
    const { code } = generator.generate(values as Node, place, name === 'count' ? 'list' : 'value');
    emitter.line(`m.step(${stepsToCall(1)});`);
    const range = emitter.constant(rangeOfCall(call.node, compiler.source));
    return { code: emitter.keep(look.code(code, range)), ...look.facts };
  }
  const isWritten = work?.type === 'lambda' && !isDelegated(work) && (work.arguments ?? []).length <= 2;
  if (nodes.length === 2 && isWritten && (name === 'map' || name === 'filter'))
    return generateLoop(call, place, want, generator);
  return undefined;
}

/** A call of a built-in function. `nodes`: its arguments. */
interface BuiltInCall {
  readonly builtIn: BuiltIn;
  readonly nodes: readonly Node[];
  readonly node: Node;
}

// Functions of one value that ask only whether it is there, how many it is, or whether it counts as true.
const single = { isPlain: true, isSingle: true } as const;
const LOOKS: Readonly<
  Record<string, { code(value: string, range: string): string; readonly facts: Omit<Piece, 'code'> }>
> = {
  count: { code: (value) => `countOf(${value})`, facts: { type: 'number', isDefined: true, ...single } },
  exists: { code: (value) => `${value} !== undefined`, facts: { type: 'boolean', isDefined: true, ...single } },
  boolean: { code: (value, range) => `truthAt(${value}, m, ${range})`, facts: { type: 'boolean', ...single } },
  not: {
    code: (value, range) => `${value} === undefined ? undefined : truthAt(${value}, m, ${range}) !== true`,
    facts: { type: 'boolean', ...single },
  },
};

// `$map(values, function($value, $index) { … })` as a loop.
function generateLoop(call: BuiltInCall, place: Place, want: Want, generator: Generator): Piece {
  const { emitter, compiler } = generator;
  const { name } = call.builtIn.definition;
  const [values, work] = call.nodes as [Node, Node];
  const list = generator.generate(values, place, 'list');
  const result = emitter.name();
  const items = emitter.name('s');
  emitter.line(`m.step(${1 + stepsToCall(2)}); let ${result}; if (${list.code} !== undefined) {`);
  const isMany = emitter.keep(`Array.isArray(${list.code})`);
  const length = emitter.keep(`${isMany} ? ${list.code}.length : 1`);
  emitter.line(`m.step(${1 + STEPS_OF_CALL} * ${length});`);
  emitter.line(`const ${items} = [];`);
  const index = emitter.name('i');
  emitter.line(`for (let ${index} = 0; ${index} < ${length}; ${index}++) {`);
  const item: Piece = {
    code: emitter.keep(`${isMany} ? ${list.code}[${index}] : ${list.code}`),
    isPlain: list.isPlain,
  };
  const args: Piece[] = [item, { code: index, type: 'number', isPlain: true, isDefined: true, isSingle: true }];
  const scope = openLambda(work, args, place, emitter);
  const body = generator.generate(
    work.body as Node,
    { ...place, scope, caller: 'null' },
    name === 'map' && want === 'result' ? 'result' : 'value',
  );
  if (name === 'map') emitter.line(`if (${body.code} !== undefined) ${items}.push(${body.code}); }`);
  else {
    const range = emitter.constant(rangeOfCall(call.node, compiler.source));
    const test = body.type === 'boolean' ? truthOf(body) : `truthAt(${body.code}, m, ${range}) === true`;
    emitter.line(`if (${test}) ${items}.push(${item.code}); }`);
  }
  const isPlain = name === 'filter' && list.isPlain;
  const ending =
    name === 'map' && want === 'result'
      ? `${body.type === 'object' ? 'shortObjects' : 'shortFinal'}(${items}, m)`
      : endingOf(items, want, isPlain);
  emitter.line(`${result} = ${ending}; }`);
  return { code: result, isPlain };
}

// What a loop's list becomes.
function endingOf(items: string, want: Want, isPlain: boolean): string {
  if (want === 'value') return `several(${items})`;
  if (want === 'list') return `short(${items})`;
  return `${isPlain ? 'shortPlain' : 'shortOut'}(${items}, m)`;
}

/** `a ~> $f`, `a ~> $f(b)`. */
export function generateApply(node: Node, place: Place, want: Want, generator: Generator): Piece {
  const { emitter } = generator;
  const right = node.rhs as Node;
  if (right.type === 'function') return generateCall(right, place, want, generator, node.lhs as Node);
  const left = generator.generate(node.lhs as Node, place, 'value').code;
  const callee = generator.generate(right, place, 'value').code;
  const range = emitter.constant(tokenRange(node, generator.source));
  return formedCall(`applyTo(${left}, ${callee}, m, ${range})`, want, generator);
}
