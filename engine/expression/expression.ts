// JSONata formulas: text -> a checked, budgeted, synchronous function.
//
// In: the text of a formula and the names it may read. Out: diagnostics with places in that text, or an expression.
// Promises: the meaning is JSONata's, as the npm package defines it; what is not supported is a diagnostic, never
// another meaning; an evaluation is synchronous, changes nothing of its input, shares nothing with it, ends within its
// budget, and gives the same result for the same data on every machine. Data is never taken for a function.
// Does not know Kubernetes beyond a few functions, and nothing of rules.

import type { TextDiagnostic } from '../model/diagnostic.ts';
import type { Json, MaybeJson } from '../model/json.ts';
import type { Read } from '../model/read.ts';
import type { TypeEnvironment } from '../model/type.ts';
import { type Budget, DEFAULT_BUDGET, type Environment, Meter } from './budget.ts';
import { check } from './check.ts';
import { childrenOf } from './children.ts';
import { compileClosures, compileWithin } from './closures/compile.ts';
import type { CompilerContext, Frame, Scope } from './closures/scope.ts';
import { levelsOf } from './closures/weight.ts';
import { ExpressionError, place, raise } from './errors.ts';
import { findFunction, type Profile } from './functions/functions.ts';
import { type Generated, generateFunction } from './generated/generate.ts';
import { type Node, parse } from './parse.ts';
import { readsOf } from './reads/reads.ts';
import { sizeOfRegex } from './regex.ts';
import { type Inferred, inferType } from './types/infer.ts';
import { keysWhenTrue } from './types/present.ts';
import { type Value, wrapInput } from './value.ts';

export { ExpressionError } from './errors.ts';
export { parseDuration } from './functions/duration.ts';
export { functionNames } from './functions/functions.ts';
export { toInstant, toSeconds } from './functions/instant.ts';
export { compileGoPattern } from './regex.ts';
export {
  ANY,
  arrayOf,
  BOOLEAN,
  INTEGER,
  itemsOf,
  mayBeNothing,
  NOTHING,
  NUMBER,
  objectOf,
  optional,
  partsOf,
  present,
  STRING,
  typeOfValue,
  unionOf,
} from './types/algebra.ts';
export { describeType } from './types/describe.ts';
export { fieldOf } from './types/fields.ts';
export { misfits } from './types/fit.ts';
export { type KindFacts as TypedKind, typeOfKind, typeOfSchema } from './types/from-schema.ts';

/** How a formula is compiled. */
export interface CompileOptions {
  /** Names that it may read, without `$`. */
  readonly variables?: readonly string[];
  readonly budget?: Budget;
  /**
   * `rule`, unless told otherwise: no text as code, no recursion, no chance and no clock, and names are checked.
   * `jsonata`: the whole language, which finds mistakes when it runs.
   */
  readonly profile?: Profile;
  /** Whether it may call functions of chance, such as `$randomPassword`. */
  readonly mayUseChance?: boolean;
  /** `generated`, where the process allows code from text; `closures` give the same without. */
  readonly backEnd?: BackEnd;
}

/** How formulas are run. */
export type BackEnd = 'generated' | 'closures';

/** What an evaluation takes from outside. */
export interface Outside {
  /** Milliseconds since 1970, for `$now()` and `$millis()` of the profile `jsonata`. */
  readonly now: number;
  /** Numbers from 0 to below 1, for functions of chance. */
  readonly random: () => number;
}

const NOTHING_OUTSIDE: Outside = { now: 0, random: () => raise('U1019', {}) };

/** A compiled formula. */
export interface Expression {
  readonly source: string;
  readonly reads: readonly Read[];
  /** Paths that are there whenever its value counts as true, as `TypeEnvironment.present` knows them. */
  readonly presentWhenTrue: readonly string[];
  /** The type of its value, and what is wrong with it, where these are the types of what it reads. */
  infer(environment: TypeEnvironment): Inferred;
  /** What the last evaluation left of its budget. */
  readonly left: Budget;
  /** The value for a context and variables. Throws ExpressionError. */
  evaluate(input: MaybeJson, bindings?: Readonly<Record<string, MaybeJson>>, outside?: Outside): MaybeJson;
}

/** Compiles a formula. Never throws; `expression` is missing where there is an error. */
export function compileExpression(
  source: string,
  options: CompileOptions = {},
): { readonly diagnostics: readonly TextDiagnostic[]; readonly expression?: Expression } {
  const { node, diagnostics } = parse(source);
  if (node === undefined) return { diagnostics };
  const { profile = 'rule', variables = [], mayUseChance = false } = options;
  const found = check(node, source, { variables, profile, mayUseChance });
  if (found.length > 0) return { diagnostics: found };
  return { diagnostics: [], expression: new CompiledExpression(node, source, options) };
}

// What `$eval` costs: to parse and compile its text, and to be inside another. Measured.
const EVAL_STEPS = 1000;
const EVAL_STEPS_PER_CHARACTER = 10;
const EVAL_STEPS_PER_INSTRUCTION = 100;
const EVAL_LEVELS = 4;

function regexSizeOf(node: Node): number {
  const own = node.type === 'regex' ? sizeOfRegex(node.value as RegExp) : 0;
  return childrenOf(node).reduce((sum, child) => sum + regexSizeOf(child), own);
}

const NO_BINDINGS: Readonly<Record<string, MaybeJson>> = {};

// Functions are made at the first evaluation: most formulas of a large bundle are checked and never run.
class CompiledExpression implements Expression {
  readonly source: string;
  readonly #node: Node;
  readonly #options: CompileOptions;
  readonly #meter: Meter;
  #outside: Outside = NOTHING_OUTSIDE;
  #generated: Generated | undefined;
  #closures: ReturnType<typeof compileClosures> | undefined;
  #isGenerated: boolean;
  #reads: readonly Read[] | undefined;

  constructor(node: Node, source: string, options: CompileOptions) {
    this.source = source;
    this.#node = node;
    this.#options = options;
    this.#isGenerated = options.backEnd !== 'closures' && canGenerate();
    this.#meter = new Meter(options.budget ?? DEFAULT_BUDGET, this.#environment());
  }

  get reads(): readonly Read[] {
    const { profile = 'rule', variables = [] } = this.#options;
    this.#reads ??= readsOf(this.#node, this.source, { profile, variables });
    return this.#reads;
  }

  get presentWhenTrue(): readonly string[] {
    return keysWhenTrue(this.#node);
  }

  infer(environment: TypeEnvironment): Inferred {
    return inferType(this.#node, this.source, environment);
  }

  get left(): Budget {
    return this.#meter.left;
  }

  evaluate(
    input: MaybeJson,
    bindings: Readonly<Record<string, MaybeJson>> = NO_BINDINGS,
    outside?: Outside,
  ): MaybeJson {
    this.#meter.reset();
    if (outside !== undefined) this.#outside = outside;
    try {
      const result = this.#run(input, bindings);
      if (this.#meter.failure !== undefined) throw this.#meter.failure;
      return result;
    } catch (error) {
      throw place(error, { start: 0, end: this.source.length });
    }
  }

  #run(input: Value, bindings: Readonly<Record<string, Value>>): MaybeJson {
    if (this.#isGenerated && typeof input === 'object' && input !== null && !Array.isArray(input)) {
      if (this.#generated !== undefined) return this.#generated(input as Json, bindings, this.#meter);
      this.#generated = generateFunction(this.#node, this.#context());
      if (this.#generated !== undefined) return this.#generated(input as Json, bindings, this.#meter);
      this.#isGenerated = false;
    }
    this.#closures ??= compileClosures(this.#node, this.#context());
    return this.#closures(wrapInput(input), { root: input, bindings, meter: this.#meter }) as MaybeJson;
  }

  #context(): CompilerContext {
    const { profile = 'rule', variables = [] } = this.#options;
    return {
      source: this.source,
      variables: new Set(variables),
      find: (name) => findFunction(name, profile),
      evaluateText: (source, input, within) => this.#evaluateText(source, input, within),
    };
  }

  #environment(): Environment {
    const read = () => this.#outside;
    const hasClock = this.#options.profile === 'jsonata';
    return {
      get now() {
        return hasClock ? read().now : undefined;
      },
      random: () => read().random(),
      evaluate: (source, input) => this.#evaluateText(source, wrapInput(input)),
    };
  }

  // The formula of `$eval` shares the budget of the one around it. As a value, the function sees no names of it.
  #evaluateText(source: string, input: Value, within?: { readonly scope: Scope; readonly frame: Frame }): Value {
    const meter = this.#meter;
    meter.step(EVAL_STEPS + source.length * EVAL_STEPS_PER_CHARACTER);
    const { node, diagnostics } = parse(source);
    if (node !== undefined) meter.step(EVAL_STEPS_PER_INSTRUCTION * regexSizeOf(node));
    const problems = node === undefined ? diagnostics : check(node, source, { variables: [], profile: 'jsonata' });
    if (node === undefined || problems.length > 0) return raise('D3120', { message: problems[0]?.message ?? '' });
    const run = within?.frame.run ?? { root: input, bindings: NO_BINDINGS, meter };
    try {
      const evaluate = compileWithin(node, { ...this.#context(), source }, within?.scope);
      const levels = levelsOf(node) + EVAL_LEVELS;
      meter.enter(levels);
      const value = evaluate(input, within?.frame, run);
      meter.leave(levels);
      return value;
    } catch (error) {
      if (!(error instanceof ExpressionError) || error.code.startsWith('U')) throw error;
      return raise('D3121', { message: error.message });
    }
  }
}

let generates: boolean | undefined;

// Hardened processes forbid code from text; what they throw is not of interest.
function canGenerate(): boolean {
  if (generates === undefined) {
    try {
      generates = new Function('return true')() === true;
    } catch {
      generates = false;
    }
  }
  return generates;
}
