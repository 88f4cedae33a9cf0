// What calls of functions cost, and how large what they give can be.
// Source: https://kubernetes.io/docs/reference/using-api/cel/#resource-constraints

import type { Expr } from './expr.ts';
import { libraryCost } from './library-cost.ts';
import { add, exactly, least, MOST, multiply, type Range, scale, UNKNOWN, union, wrapped, ZERO } from './size.ts';
import { type CheckedType, isSameType } from './type.ts';

/** A value that goes into a call. `size` is undefined where nothing tells it. */
export interface Operand {
  readonly expr: Expr | undefined;
  readonly type: CheckedType;
  readonly path: readonly string[] | undefined;
  readonly size: Range | undefined;
}

/** A call, with what it is asked about. */
export interface CalledWith {
  readonly fn: string;
  readonly overload: string;
  readonly target: Operand | undefined;
  readonly args: readonly Operand[];
  readonly argCosts: readonly Range[];
  /** The size of what is at a path that a schema knows. */
  sizeAt(path: readonly string[]): Range | undefined;
}

/** What a call costs, its arguments with it, and the size of its result. */
export interface CallCost {
  readonly cost: Range;
  readonly size?: Range | undefined;
}

/** Going through a text costs this much for each sign. */
const TEXT = 0.1;
/** A sign of a pattern. */
const PATTERN = 0.25;
const ONE = exactly(1);

/** What one overload costs. */
export function callCost(call: CalledWith): CallCost {
  const known = libraryCost(call) ?? KNOWN.get(call.fn)?.(call);
  if (known !== undefined) return { ...known, cost: add(known.cost, ...call.argCosts) };
  return languageCost(call);
}

const sizeOf = (operand: Operand | undefined): Range => operand?.size ?? UNKNOWN;

type Known = (call: CalledWith) => CallCost | undefined;

const NOMINAL: Known = () => ({ cost: ONE });
const firstArg =
  (factor: number, hasSize = false): Known =>
  ({ args: [arg] }) => {
    if (arg === undefined) return undefined;
    const size = sizeOf(arg);
    return { cost: scale(size, factor), ...(hasSize ? { size } : {}) };
  };
const ofTarget: Known = ({ target }) => {
  if (target === undefined) return undefined;
  const size = sizeOf(target);
  return { cost: scale(size, TEXT), size };
};

const named = (names: string, known: Known): readonly (readonly [string, Known])[] =>
  names.split(' ').map((name) => [name, known] as const);

// What Kubernetes says of its functions, and of some of others.
const KNOWN: ReadonlyMap<string, Known> = new Map([
  ...named('check', () => ({ cost: exactly(350_000) })),
  ...named('serviceAccount path group resource subresource namespace name allowed reason error errored', NOMINAL),
  ...named('fieldSelector labelSelector', selectorCost),
  ...named('isSorted sum max min indexOf lastIndexOf', traversalCost),
  ...named('url jsonpatch.escapeKey', (call) => (call.args.length === 1 ? firstArg(TEXT, true)(call) : undefined)),
  ...named('lowerAscii upperAscii substring trim', ofTarget),
  ...named('replace', replaceCost),
  ...named('split', splitCost),
  ...named('join', joinCost),
  ...named('find findAll', findCost),
  ...named('cidr isIP isCIDR quantity isQuantity semver isSemver', firstArg(TEXT)),
  ...named('ip', (call) => (call.overload === 'cidr_ip' ? NOMINAL(call) : firstArg(TEXT)(call))),
  ...named('ip.isCanonical', firstArg(2 * TEXT)),
  ...named(
    'masked prefixLength family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast',
    NOMINAL,
  ),
  ...named('containsIP containsCIDR', containsCost),
  ...named('validate', ({ args: [arg] }) =>
    arg === undefined ? undefined : { cost: scale(scale(sizeOf(arg), TEXT), 128 * PATTERN) },
  ),
  ...named('format.named', NOMINAL),
  ...named('sign asInteger isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub', NOMINAL),
  ...named('major minor patch getScheme getHostname getHost getPort getEscapedPath getQuery', NOMINAL),
  ...named('_==_', ownEquality),
]);

function selectorCost({ args }: CalledWith): CallCost | undefined {
  if (args.length !== 1) return undefined;
  const size = sizeOf(args[0]);
  return { cost: add(exactly(10), scale(size, TEXT), scale(scale(size, 0.5), 50)) };
}

// The items of a list, as far as anything is known of them.
function itemOf({ type, path }: Operand, { sizeAt }: CalledWith): Operand | undefined {
  const [item] = type.of;
  if (item === undefined) return undefined;
  const inner = path === undefined ? undefined : [...path, '@items'];
  return { expr: undefined, type: item, path: inner, size: inner === undefined ? undefined : sizeAt(inner) };
}

function traversalCost(call: CalledWith): CallCost | undefined {
  const { target } = call;
  if (target === undefined) return undefined;
  const item = itemOf(target, call);
  if (item === undefined) return { cost: scale(sizeOf(target), TEXT) };
  const isText = item.type.kind === 'string' || item.type.kind === 'bytes';
  return { cost: multiply(sizeOf(target), isText ? add(ONE, scale(sizeOf(item), TEXT)) : ONE) };
}

function ceilDivide(a: bigint, b: bigint): bigint {
  const result = Math.ceil(Number(a) / Number(b));
  return result >= 2 ** 64 ? MOST : BigInt(result);
}

function replaceCost({ target, args: [from, to] }: CalledWith): CallCost | undefined {
  if (target === undefined || from === undefined || to === undefined) return undefined;
  const [size, old, made] = [sizeOf(target), sizeOf(from), sizeOf(to)];
  const around = (count: bigint): bigint => (count < MOST ? count + 1n : count);
  const most =
    old.min === 0n
      ? { count: around(size.max), kept: size.max }
      : made.max <= old.min
        ? { count: 0n, kept: size.max }
        : { count: ceilDivide(size.max, old.min), kept: 0n };
  const least =
    old.max === 0n
      ? { count: around(size.min), kept: size.min }
      : old.max <= made.min
        ? { count: 0n, kept: size.min }
        : { count: ceilDivide(size.min, old.max), kept: 0n };
  const count = { min: least.count, max: most.count };
  const result = add(multiply(count, made), { min: least.kept, max: most.kept });
  return { cost: scale(size, 2 * TEXT), size: result };
}

function splitCost({ target, args }: CalledWith): CallCost | undefined {
  if (target === undefined) return undefined;
  const size = sizeOf(target);
  const limit = args[1]?.expr;
  const isFixed = limit?.kind === 'literal' && limit.of === 'int';
  const max = isFixed ? BigInt.asUintN(64, limit.value as bigint) : size.max;
  return { cost: scale(size, 2 * TEXT), size: { min: 0n, max } };
}

function joinCost(call: CalledWith): CallCost | undefined {
  const { target, args } = call;
  if (target === undefined) return undefined;
  const count = sizeOf(target);
  const item = itemOf(target, call);
  const items = item === undefined ? ZERO : multiply(count, sizeOf(item));
  const between = { min: count.min > 0n ? count.min - 1n : 0n, max: count.max > 0n ? count.max - 1n : 0n };
  const size = args[0] === undefined ? items : add(items, multiply(sizeOf(args[0]), between));
  return { cost: scale(size, TEXT), size };
}

function findCost({ target, args: [pattern] }: CalledWith): CallCost | undefined {
  if (target === undefined || pattern === undefined) return undefined;
  const size = sizeOf(target);
  return { cost: patternCost(size, sizeOf(pattern)), size: { min: 0n, max: size.max } };
}

function patternCost(text: Range, pattern: Range): Range {
  return multiply(scale(add(text, ONE), TEXT), scale(pattern, PATTERN));
}

function containsCost({ fn, overload, args: [arg] }: CalledWith): CallCost | undefined {
  if (arg === undefined) return undefined;
  const address = { min: 4n, max: 16n };
  const compared = scale(add(address, address), TEXT);
  const masked = fn === 'containsCIDR' ? add(scale(address, TEXT), ONE) : ZERO;
  const parsed = overload.endsWith('_string') ? scale(sizeOf(arg), TEXT) : ZERO;
  return { cost: add(compared, masked, parsed) };
}

const CHEAP: ReadonlySet<string> = new Set([
  'net.IP',
  'net.CIDR',
  'kubernetes.Quantity',
  'kubernetes.Semver',
  ...['Authorizer', 'PathCheck', 'GroupCheck', 'ResourceCheck', 'Decision'].map(
    (name) => `kubernetes.authorization.${name}`,
  ),
]);

function ownEquality({ args: [left, right] }: CalledWith): CallCost | undefined {
  if (left === undefined || right === undefined || !isSameType(left.type, right.type)) return undefined;
  if (CHEAP.has(left.type.name)) return { cost: ONE };
  if (left.type.name === 'kubernetes.NamedFormat') return { cost: scale({ min: 1n, max: 64n }, TEXT) };
  if (left.type.name !== 'kubernetes.URL') return undefined;
  return { cost: scale({ min: 1n, max: right.size?.max ?? 1n }, TEXT) };
}

type Own = (call: CalledWith, argSum: Range) => CallCost | undefined;

const compared: Own = ({ args: [left, right] }, argSum) => {
  const max = least(sizeOf(left).max, sizeOf(right).max);
  return { cost: add(scale({ min: max > 0n ? 1n : 0n, max }, TEXT), argSum) };
};
const concatenated =
  (isFree: boolean): Own =>
  ({ args: [left, right] }, argSum) => {
    const size = add(sizeOf(left), sizeOf(right));
    return { cost: add(isFree ? ONE : scale(size, TEXT), argSum), size };
  };
const logic: Own = ({ argCosts: [left = ZERO, right = ZERO] }) => ({
  cost: { min: left.min, max: add(left, right).max },
});
const converted =
  (change: (size: Range) => Range): Own =>
  ({ args }, argSum) => {
    const size = sizeOf(args[0]);
    return args.length === 1 ? { cost: add(scale(size, TEXT), argSum), size: change(size) } : undefined;
  };
const startOrEnd: Own = ({ args }, argSum) =>
  args.length === 1 ? { cost: add(scale(sizeOf(args[0]), TEXT), argSum) } : undefined;

const own = (ids: string, cost: Own): readonly (readonly [string, Own])[] =>
  ids.split(' ').map((id) => [id, cost] as const);

// What the language itself says, by the names of overloads.
const OWN: ReadonlyMap<string, Own> = new Map([
  ...own('string_format', ({ target }, argSum) =>
    target === undefined ? undefined : { cost: add(scale(sizeOf(target), TEXT), argSum) },
  ),
  ...own(
    'string_to_bytes',
    converted(({ min, max }) => wrapped(min, max * 4n)),
  ),
  ...own(
    'bytes_to_string',
    converted(({ min, max }) => ({ min: min / 4n, max })),
  ),
  ...own(
    'strings_quote',
    converted(({ min, max }) => wrapped(min + 2n, max * 2n + 2n)),
  ),
  ...own('starts_with_string ends_with_string', startOrEnd),
  ...own('in_list', ({ args }, argSum) => ({ cost: add(scale(sizeOf(args[1]), 1), argSum) })),
  ...own('matches_string', ({ target, args: [pattern] }, argSum) =>
    target === undefined || pattern === undefined
      ? undefined
      : { cost: add(patternCost(sizeOf(target), sizeOf(pattern)), argSum) },
  ),
  ...own('contains_string', ({ target, args: [part] }, argSum) =>
    target === undefined || part === undefined
      ? undefined
      : { cost: add(multiply(scale(sizeOf(target), TEXT), scale(sizeOf(part), TEXT)), argSum) },
  ),
  ...own('logical_or logical_and', logic),
  ...own('conditional', ({ args: [, yes, no], argCosts: [test = ZERO, left = ZERO, right = ZERO] }) => ({
    cost: add(test, union(left, right)),
    size: union(sizeOf(yes), sizeOf(no)),
  })),
  ...own('add_string add_bytes', concatenated(false)),
  ...own('add_list', concatenated(true)),
  ...own('less_string greater_string less_equals_string greater_equals_string', compared),
  ...own('less_bytes greater_bytes less_equals_bytes greater_equals_bytes equals not_equals', compared),
]);

function languageCost(call: CalledWith): CallCost {
  const argSum = add(...call.argCosts);
  return OWN.get(call.overload)?.(call, argSum) ?? { cost: add(ONE, argSum) };
}
