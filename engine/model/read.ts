// What a formula reads. The graph of children is built on it.

import type { TextRange } from './diagnostic.ts';

/** One read of a formula. */
export interface Read {
  /** The variable's name without `$`; the empty string is the context, the custom resource itself. */
  readonly variable: string;
  /** The path below it; `*` stands for each item or any field. */
  readonly path: readonly string[];
  /** `shallow`: whether it is there, or how many there are; `deep`: its content. */
  readonly depth: 'shallow' | 'deep';
  readonly range: TextRange;
}
