// What is wrong with a formula before it runs: parts of JSONata that rules do not have, unknown names, wrong numbers of
// arguments. Collects everything; a formula with an error is not compiled.

import type { TextDiagnostic } from '../model/diagnostic.ts';
import { nearest, suggest } from '../model/suggest.ts';
import { childrenOf } from './children.ts';
import { nodeTypes } from './closures/compile.ts';
import { chanceFunctions } from './functions/chance.ts';
import { findFunction, functionNames, type Profile } from './functions/functions.ts';
import { sizeOfSignature } from './functions/signature.ts';
import { type Node, tokenRange } from './parse.ts';
import { compilePattern, RegexAllowance } from './regex.ts';

const USE_NOW = 'use the variable $now';
// Where there is no such variable: in health rules.
const NO_TIME = 'ask only what the object says: its health may not depend on when it is asked';

// Functions of JSONata that a rule must not have, each with the way out.
const REFUSED: { readonly [name: string]: string } = {
  eval: 'write the expression out; text never becomes a formula',
  random: 'use $hash of something that stays, such as metadata.uid',
  shuffle: 'use $sort: an order that changes is drift without end',
  millis: USE_NOW,
  now: USE_NOW,
};

// Functions whose value is another one each time.
const CHANCE: ReadonlySet<string> = new Set(chanceFunctions.map(({ name }) => name));

/** What a formula may use. */
export interface CheckOptions {
  readonly variables: readonly string[];
  readonly profile: Profile;
  readonly mayUseChance?: boolean;
}

/** Checks a formula. `variables`: the names that it may read, without `$`. The whole language checks names as it runs. */
export function check(
  node: Node,
  source: string,
  { variables, profile, mayUseChance = false }: CheckOptions,
): readonly TextDiagnostic[] {
  const walk = new Walk(source, new Set(variables), { isStrict: profile === 'rule', mayUseChance });
  walk.visit(node, new Set());
  return walk.diagnostics;
}

// An author repairs a few mistakes at a time.
const MAX_DIAGNOSTICS = 20;
const MAX_PARAMETERS = 8;

// What every resource has: fields of the context, not variables.
const OWN_FIELDS: readonly string[] = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];

class Walk {
  readonly diagnostics: TextDiagnostic[] = [];
  readonly #source: string;
  readonly #isStrict: boolean;
  readonly #mayUseChance: boolean;
  readonly #variables: ReadonlySet<string>;
  // Calls on the right of `~>`, which get one argument more.
  readonly #applied = new Set<Node>();
  readonly #regexes = new RegexAllowance();

  constructor(
    source: string,
    variables: ReadonlySet<string>,
    { isStrict, mayUseChance }: { readonly isStrict: boolean; readonly mayUseChance: boolean },
  ) {
    this.#source = source;
    this.#isStrict = isStrict;
    this.#mayUseChance = mayUseChance;
    this.#variables = variables;
  }

  visit(node: Node, local: ReadonlySet<string>): void {
    if (this.diagnostics.length >= MAX_DIAGNOSTICS) return;
    if (!nodeTypes.has(node.type)) {
      const what = `"${String(node.value ?? node.type)}"`;
      this.#say('ExpressionUnsupported', node, `${what} cannot stand here`, 'write it with predicates and functions');
      return;
    }
    if (node.type === 'regex') this.#regex(node);
    if (node.type === 'lambda' && node.signature !== undefined) this.#signature(node);
    if (node.type === 'variable') this.#variable(node, local);
    if (node.type === 'apply' && (node.rhs as Node).type === 'function') this.#applied.add(node.rhs as Node);
    if (node.type === 'function') this.#call(node, local);
    if (node.type === 'partial' && node.procedure !== undefined) this.visit(node.procedure, local);
    const inner = this.#namesInside(node, local);
    for (const child of childrenOf(node)) this.visit(child, inner);
  }

  #namesInside(node: Node, local: ReadonlySet<string>): ReadonlySet<string> {
    if (node.type === 'block') return this.#blockNames(node, local);
    if (node.type === 'lambda') return this.#parameters(node, local);
    const names = node.type === 'path' ? pathNames(node) : [];
    return names.length === 0 ? local : new Set([...local, ...names]);
  }

  // Arguments are matched with the parameters by trying: that must not take long.
  #signature(node: Node): void {
    const { definition } = node.signature as { readonly definition: string };
    const { count, repeated } = sizeOfSignature(definition);
    if (count <= MAX_PARAMETERS && repeated <= 1) return;
    const message = `a signature has at most ${MAX_PARAMETERS} parameters, and one that repeats`;
    this.#say('ExpressionUnsupported', node, message, 'pass an object or an array');
  }

  #regex(node: Node): void {
    const { source } = node.value as RegExp;
    const problem = this.#regexes.take(node.value as RegExp) ?? compilePattern(node.value as RegExp);
    if (typeof problem !== 'string') return;
    const end = node.position ?? this.#source.length;
    const range = { start: Math.max(0, this.#source.lastIndexOf(`/${source}/`, end)), end };
    const hint = 'see https://github.com/google/re2/wiki/Syntax for what there is';
    this.diagnostics.push({
      code: 'ExpressionUnsupported',
      severity: 'error',
      message: `the regular expression cannot be used: ${problem}`,
      range,
      hint,
    });
  }

  // Names of a block are known from their binding on; a function that calls its own name would be recursion.
  #blockNames(node: Node, local: ReadonlySet<string>): ReadonlySet<string> {
    const names = bindingsOf(node);
    for (const item of node.expressions ?? []) {
      if (!this.#isStrict) break;
      if (item.type !== 'bind' || item.rhs?.type !== 'lambda') continue;
      const name = String((item.lhs as Node).value);
      const use = findUse(item.rhs, new Set(names.slice(names.indexOf(name))));
      if (use !== undefined)
        this.#say(
          'ExpressionUnsupported',
          use,
          `"$${String(use.value)}" is called within itself; rules have no recursion`,
          'use $map, $filter or $reduce',
        );
    }
    return new Set([...local, ...names]);
  }

  #parameters(node: Node, local: ReadonlySet<string>): ReadonlySet<string> {
    const names = (node.arguments ?? []).map((parameter) => String(parameter.value));
    return names.length === 0 ? local : new Set([...local, ...names]);
  }

  #variable(node: Node, local: ReadonlySet<string>): void {
    if (!this.#isStrict) return;
    const name = String(node.value);
    if (!local.has(name) && this.#refuseChance(node, name)) return;
    if (name === '' || name === '$' || local.has(name) || this.#variables.has(name) || findFunction(name) !== undefined)
      return;
    if (this.#refuse(node, name)) return;
    const near = nearest(name, [...this.#variables, ...local, ...functionNames]);
    const hint = OWN_FIELDS.includes(name)
      ? `write ${name}, without a dollar sign`
      : near && `did you mean "$${near}"?`;
    this.#say(
      'UnknownVariable',
      node,
      `there is no variable "$${name}"`,
      hint ?? `there are ${[...this.#variables].map((known) => `$${known}`).join(', ')}`,
    );
  }

  #call(node: Node, local: ReadonlySet<string>): void {
    const procedure = node.procedure as Node;
    if (!this.#isStrict) {
      this.visit(procedure, local);
      return;
    }
    if (procedure.type === 'path' && procedure.steps?.length === 1) {
      const name = String(procedure.steps[0]?.value);
      this.#say(
        'UnknownFunction',
        procedure,
        `"${name}" is not a function`,
        suggest(name, functionNames)?.replace('"', '"$') ?? `functions begin with a dollar sign: $${name}`,
      );
      return;
    }
    const name = String(procedure.value);
    if (procedure.type !== 'variable' || local.has(name)) {
      this.visit(procedure, local);
      return;
    }
    if (this.#refuseChance(procedure, name)) return;
    const known = findFunction(name);
    if (known === undefined) {
      if (!this.#refuse(procedure, name)) {
        this.#say(
          'UnknownFunction',
          procedure,
          `there is no function "$${name}"`,
          suggest(name, functionNames)?.replace('"', '"$') ?? 'see the reference of functions',
        );
      }
      return;
    }
    this.#arity(node, known.signature.least, known.signature.most, name);
  }

  #arity(node: Node, least: number, most: number, name: string): void {
    const given = (node.arguments?.length ?? 0) + (this.#applied.has(node) ? 1 : 0);
    const signature = findFunction(name)?.definition.signature ?? '';
    if (given <= most && given >= least) return;
    const wanted =
      most === Number.POSITIVE_INFINITY ? `at least ${least}` : least === most ? String(least) : `${least} to ${most}`;
    const noun = wanted.endsWith('1') && !wanted.includes('to') ? 'argument' : 'arguments';
    this.#say(
      'WrongArguments',
      node.procedure as Node,
      `$${name} takes ${wanted} ${noun}, not ${given}`,
      `its signature is ${signature}`,
    );
  }

  #refuseChance(node: Node, name: string): boolean {
    const isRefused = !this.#mayUseChance && CHANCE.has(name);
    if (!isRefused) return false;
    const message = `$${name} gives another value each time, so it may stand only in the content of a child with write: once`;
    this.#say('ExpressionUnsupported', node, message, 'put it into a Secret with write: once, and read that as $ID');
    return true;
  }

  #refuse(node: Node, name: string): boolean {
    const way = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;
    const hint = way === USE_NOW && !this.#variables.has('now') ? NO_TIME : way;
    if (hint !== undefined) this.#say('ExpressionUnsupported', node, `rules have no $${name}`, hint);
    return hint !== undefined;
  }

  #say(code: TextDiagnostic['code'], node: Node, message: string, hint: string): void {
    this.diagnostics.push({ code, severity: 'error', message, range: tokenRange(node, this.#source), hint });
  }
}

/** The names that a path binds with `@` and `#`. */
export function pathNames(node: Node): readonly string[] {
  const names: string[] = [];
  for (const step of node.steps ?? []) {
    if (step.focus !== undefined) names.push(step.focus);
    if (step.index !== undefined) names.push(step.index);
    for (const { type, value } of step.stages ?? []) if (type === 'index') names.push(String(value));
  }
  return names;
}

// A use of one of these names, but for places where a block or function inside binds the name anew.
function findUse(node: Node, names: ReadonlySet<string>): Node | undefined {
  if (node.type === 'variable' && names.has(String(node.value))) return node;
  const bound =
    node.type === 'block'
      ? bindingsOf(node)
      : node.type === 'lambda'
        ? (node.arguments ?? []).map(({ value }) => String(value))
        : [];
  const left = bound.length === 0 ? names : new Set([...names].filter((name) => !bound.includes(name)));
  for (const child of [...(node.procedure === undefined ? [] : [node.procedure]), ...childrenOf(node)]) {
    const found = findUse(child, left);
    if (found !== undefined) return found;
  }
  return undefined;
}

function bindingsOf(block: Node): readonly string[] {
  return (block.expressions ?? []).flatMap((item) => (item.type === 'bind' ? [String((item.lhs as Node).value)] : []));
}
