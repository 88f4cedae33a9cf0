// What a formula reads. The graph of children is built on it.

import type { TextRange } from './diagnostic.ts';

/**
 * One read of a formula. Whatever is covered by none of a formula's reads can change or vanish without another value or
 * another error.
 */
export interface Read {
  /** The variable's name without `$`; the empty string is the context, the custom resource itself. */
  readonly variable: string;
  /**
   * The path below it. Items of arrays take no step, since a formula does not show where arrays are: `spec.env.name` is
   * also the name of each item of `spec.env`. `*` stands for any field, and for the items of arrays in arrays; which
   * fields there are then counts as read. All that the path leads through is read shallowly.
   */
  readonly path: readonly string[];
  /** `shallow`: whether it is there, of which type, and how many items it has; `deep`: its content. */
  readonly depth: 'shallow' | 'deep';
  readonly range: TextRange;
}
