// When nothing is written for a resource but its status: its rule or an annotation says so.

import type { HaltCode } from './codes.ts';
import type { JsonObject } from './json.ts';
import { isLeaving } from './lifecycle.ts';
import type { KubeObject } from './object.ts';
import type { CompiledRule } from './rule.ts';

/** Why nothing is written. `by`: who says so. */
export interface Halt {
  readonly code: HaltCode;
  readonly by: string;
}

/** A halt in words. */
export interface ToldHalt {
  readonly code: HaltCode;
  readonly message: string;
  /** What makes the resource other than it should be for as long as this lasts, each a sentence. */
  readonly missing: readonly string[];
  /** What would be done, object by object, where that is told. Shape: an entry of `status.preview`. */
  readonly preview?: readonly JsonObject[];
}

const ANNOTATIONS: readonly (readonly [HaltCode, string])[] = [
  ['Suspended', 'opsonata.dev/suspend'],
  ['Observing', 'opsonata.dev/observe'],
];

/**
 * What halts the engine for a resource; undefined where nothing does, as for one that is being deleted. Any value of an
 * annotation counts but `false`: who sets one wants to stop something.
 */
export function haltOf({ halt }: Pick<CompiledRule, 'halt'>, owner: KubeObject): Halt | undefined {
  if (isLeaving(owner)) return undefined;
  for (const [code, annotation] of ANNOTATIONS) {
    if (halt === code) return { code, by: 'its rule' };
    const value = owner.metadata.annotations?.[annotation];
    if (value !== undefined && value !== 'false') return { code, by: `the annotation ${annotation}` };
  }
  return undefined;
}
