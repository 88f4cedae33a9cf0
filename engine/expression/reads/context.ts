// What the parts of the walk share: what a node sees, and who hears of reads.

import type { TextRange } from '../../model/diagnostic.ts';
import type { Profile } from '../functions/functions.ts';
import type { Node } from '../parse.ts';
import type { Scope } from './scope.ts';
import type { Shape } from './shape.ts';

/** What is known of the formula's surroundings. */
export interface ReadOptions {
  readonly variables: readonly string[];
  readonly profile: Profile;
}

/** What a node sees. */
export interface Env {
  readonly context: Shape;
  readonly scope: Scope;
}

/** Who hears of reads. */
export interface Reader {
  /** Whether it is there, of which type, and how many. */
  shallow(shape: Shape): void;
  deep(shape: Shape): void;
}

/** Keys and values of an object. */
export type Pairs = readonly (readonly [Node, Node])[];

/** What the parts of the walk share. */
export interface Reading extends Reader {
  readonly source: string;
  evaluate(node: Node, env: Env): Shape;
  variable(node: Node, env: Env): Shape;
  /** An object for all values of a shape. */
  group(pairs: Pairs, context: Shape, scope: Scope): Shape;
  /** The custom resource, where the formula names it. */
  named(shape: Shape, range: TextRange): Shape;
  /** Binds what a path carries along, also for steps outside of it. */
  carry(name: string, shape: Shape, scope: Scope): void;
  /** Looks at the body of a function, as long as not too many are inside each other. */
  enter(body: () => Shape): Shape;
}
