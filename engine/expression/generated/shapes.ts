// What generated code can be made for, and what is left to closures; what is known of a node before it runs.

import { childrenOf } from '../children.ts';
import { endsWithCall, staticKeys } from '../closures/operators.ts';
import { isTuplePath } from '../closures/tuple.ts';
import { findFunction } from '../functions/functions.ts';
import type { Node } from '../parse.ts';

const CLOSURES_ONLY = new Set(['parent', 'partial', 'transform', 'sort', 'wildcard', 'descendant']);
const COMPARISONS = new Set(['=', '!=', '<', '<=', '>', '>=', 'and', 'or', 'in']);
const PURE_OPERATORS = new Set(['=', '!=', 'and', 'or', 'in']);
const PURE_FUNCTIONS = new Set(['count', 'exists', 'not', 'boolean']);

// The code of a path through arrays grows with the square of its length.
const MAX_STEPS = 16;

const delegated = new WeakMap<Node, boolean>();
const framed = new WeakMap<Node, boolean>();

function memo(known: WeakMap<Node, boolean>, node: Node, compute: () => boolean): boolean {
  const before = known.get(node);
  if (before !== undefined) return before;
  const result = compute();
  known.set(node, result);
  return result;
}

/** True for a node that a closure evaluates. */
export function isDelegated(node: Node): boolean {
  return memo(delegated, node, () => {
    if (CLOSURES_ONLY.has(node.type)) return true;
    if (node.keepArray === true || node.group !== undefined || (node.predicate ?? []).length > 0) return true;
    return ODD[node.type]?.(node) === true;
  });
}

// What has code of its own only in its usual form.
const ODD: { readonly [type: string]: (node: Node) => boolean } = {
  path: isOddPath,
  function: isOddCall,
  apply: ({ rhs }) => rhs?.type === 'function' && isOddCall(rhs),
  unary: (node) => node.value === '{' && staticKeys(node) === undefined,
  lambda: (node) => node.thunk !== true && (node.signature !== undefined || isDeferring(node.body)),
};

// A call of a name without its dollar sign, or of text, which sees the names around it.
function isOddCall({ procedure }: Node): boolean {
  return procedure?.type === 'path' || (procedure?.type === 'variable' && procedure.value === 'eval');
}

/** True where a closure inside, or the node itself as one, looks at frames. */
export function needsFrame(node: Node): boolean {
  return memo(framed, node, () => {
    if (isDelegated(node)) return true;
    return [...childrenOf(node), ...(node.procedure === undefined ? [] : [node.procedure])].some(needsFrame);
  });
}

// A function that ends with a call of anything but a built-in function that gives a text, a number or a truth.
function isDeferring(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if (node.thunk === true) return !isScalarCall(node.body as Node);
  if (isDelegated(node)) return endsWithCall(node);
  if (node.type === 'condition') return isDeferring(node.then) || isDeferring(node.else);
  return node.type === 'block' && isDeferring(node.expressions?.at(-1));
}

/**
 * True where a value may be a sequence inside a sequence: of functions in functions, say. Whatever stands around such a
 * value takes one layer off.
 */
export function mayNest(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if (isDelegated(node) || node.type === 'apply') return true;
  if (node.type === 'function') return !isScalarCall(node);
  if (node.type === 'block') return mayNest(node.expressions?.at(-1));
  if (node.type === 'condition') return mayNest(node.then) || mayNest(node.else);
  return node.type === 'bind' && mayNest(node.rhs);
}

function isScalarCall({ procedure }: Node): boolean {
  if (procedure?.type !== 'variable') return false;
  return /:[snb]>$/.test(findFunction(String(procedure.value))?.definition.signature ?? '');
}

function isOddPath(node: Node): boolean {
  const steps = node.steps ?? [];
  if (isTuplePath(node) || node.keepSingletonArray === true || steps[0]?.consarray === true) return true;
  if (steps.length > MAX_STEPS) return true;
  return steps.some((step, index) => isOddStep(step, index === 0));
}

// At most one part of a step may fail or depend on order, and only its first predicate may select by index.
function isOddStep(step: Node, isFirst: boolean): boolean {
  if (step.type === 'sort') return true;
  const stages = (step.stages ?? []).map(({ expr }) => expr as Node);
  if (isFirst && step.type === 'variable' && stages.length > 0) return true;
  if (stages.slice(1).some((stage) => !isBoolean(stage))) return true;
  return impureParts(step) > 1;
}

/** How many parts of a step may fail. */
export function impureParts(step: Node): number {
  const own = step.type === 'name' || isPure(step) ? 0 : 1;
  return own + (step.stages ?? []).filter(({ expr }) => !isPure(expr as Node)).length;
}

/** True for a node that gives true, false or nothing. */
export function isBoolean(node: Node): boolean {
  if (isDelegated(node)) return false;
  return node.type === 'binary' && COMPARISONS.has(String(node.value));
}

/** True for a node that cannot fail and changes nothing, so that it does not matter when it is computed. */
export function isPure(node: Node): boolean {
  if (isDelegated(node)) return false;
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value':
    case 'variable':
      return true;
    case 'path':
      return (node.steps ?? []).every(
        (step) =>
          (step.type === 'name' || isPure(step)) && (step.stages ?? []).every(({ expr }) => isPure(expr as Node)),
      );
    case 'binary':
      return PURE_OPERATORS.has(String(node.value)) && isPure(node.lhs as Node) && isPure(node.rhs as Node);
    case 'function':
      return isPureCall(node);
    default:
      return false;
  }
}

function isPureCall({ procedure, arguments: args = [] }: Node): boolean {
  return (
    procedure?.type === 'variable' &&
    PURE_FUNCTIONS.has(String(procedure.value)) &&
    args.length === 1 &&
    args.every(isPure)
  );
}
