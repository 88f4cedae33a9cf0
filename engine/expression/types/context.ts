// What the parts of the inference share: what a node sees, and who hears of mistakes.

import type { DiagnosticCode } from '../../model/codes.ts';
import type { Severity, TextDiagnostic, TextRange } from '../../model/diagnostic.ts';
import type { Type, TypeEnvironment } from '../../model/type.ts';
import { type Node, tokenRange } from '../parse.ts';

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

/** The text of a node, as far as it has one place. */
export function textOf(node: Node, inference: Pick<Inference, 'source'>): string {
  const { start, end } = rangeOf(node, inference);
  const text = inference.source.slice(start, end).trim();
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
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
