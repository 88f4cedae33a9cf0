// What the parts of the inference share: what a node sees, and who hears of mistakes.

import type { Severity, TextDiagnostic, TextRange } from '../../model/diagnostic.ts';
import type { DiagnosticCode } from '../../model/diagnostic-codes.ts';
import type { Type, TypeEnvironment } from '../../model/type.ts';
import { type Node, tokenRange } from '../parse.ts';
import { describeType } from './describe.ts';

/** A value that can be read, and how messages call it. */
export interface Place {
  readonly type: Type;
  /** The text that leads to it, such as `spec.env`; empty for the context of the whole formula. */
  readonly label: string;
  /** By what `present` knows it; undefined where it has no path that stays the same. */
  readonly key: string | undefined;
}

/** What a node sees. */
export interface Env {
  readonly context: Place;
  readonly variables: ReadonlyMap<string, Place>;
  /** Keys of places that are certainly there. */
  readonly present: ReadonlySet<string>;
}

/** What the parts of the inference share. */
export interface Inference {
  readonly source: string;
  readonly environment: TypeEnvironment;
  infer(node: Node, env: Env): Type;
  /** A variable's value, and how messages call it. */
  variable(node: Node, env: Env): Place;
  report(diagnostic: TextDiagnostic): void;
}

/** The same environment, with more places that are there. */
export function withPresent(env: Env, keys: readonly string[]): Env {
  return keys.length === 0 ? env : { ...env, present: new Set([...env.present, ...keys]) };
}

/** Where a node's token stands; of a call, its name. */
export function rangeOf(node: Node, { source }: Pick<Inference, 'source'>): TextRange {
  const isCall = node.type === 'function' || node.type === 'partial';
  return tokenRange(isCall ? (node.procedure as Node) : node, source);
}

// Nodes whose own text says what they are.
const NAMED: ReadonlySet<string> = new Set(['path', 'name', 'variable', 'function', 'number', 'string', 'value']);

/** How messages call the value of a node; without one it is the context. */
export function subjectOf(node: Node | undefined, inference: Pick<Inference, 'source'>): string {
  if (node === undefined) return 'the context';
  if (node.type === 'binary') return `the result of "${String(node.value)}"`;
  const { start, end } = rangeOf(node, inference);
  const text = inference.source.slice(start, end).trim();
  if (!NAMED.has(node.type) || text === '') return 'this';
  const name = node.type === 'string' ? String(node.value) : text;
  return `"${name.length > 40 ? `${name.slice(0, 37)}...` : name}"`;
}

/** What a value is instead of what was wanted. A value that is written out needs no other name. */
export function contrast(
  node: Node | undefined,
  isCertain: boolean,
  type: Type,
  inference: Pick<Inference, 'source'>,
): string {
  if (node?.type === 'string' || node?.type === 'number' || node?.type === 'value') return `not ${describeType(type)}`;
  return `but ${subjectOf(node, inference)} ${isCertain ? 'is' : 'may be'} ${describeType(type)}`;
}

/** What is said of a node. */
export interface Remark {
  readonly code: DiagnosticCode;
  readonly severity?: Severity;
  readonly message: string;
  readonly hint: string;
}

/** Reports a mistake at a node: an error, unless told otherwise. */
export function reportAt(node: Node, remark: Remark, inference: Inference): void {
  inference.report({ severity: 'error', ...remark, range: rangeOf(node, inference) });
}
