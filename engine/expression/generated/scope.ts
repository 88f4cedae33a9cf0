// Variables in generated code: names of JavaScript where only generated code sees them, and slots of a frame where a
// closure inside has to see them too.

import { boundNames, type Scope } from '../closures/scope.ts';
import type { Node } from '../parse.ts';
import type { Piece } from './emitter.ts';

/** What is known of a variable. `code`: how it is read and written. */
export interface Variable {
  readonly code: string;
  /** Once it is certain that it is bound: what it holds. */
  piece: Piece | undefined;
}

/** The names of one block or function. */
export interface GeneratedScope {
  readonly scope: Scope;
  readonly parent: GeneratedScope | undefined;
  /** The name of its frame, where it has one. */
  readonly frame: string | undefined;
  readonly variables: ReadonlyMap<string, Variable>;
}

/** The names that a function binds: its parameters first, then what its body binds itself. */
export function namesOfLambda(node: Node): { readonly parameters: readonly string[]; readonly all: readonly string[] } {
  const parameters = (node.arguments ?? []).map(({ value }) => String(value));
  const bound = boundNames([node.body as Node]).filter((name) => !parameters.includes(name));
  return { parameters, all: [...parameters, ...bound] };
}
