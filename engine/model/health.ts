// A health rule in its two forms: as read (HealthDocument) and as understood (CompiledHealth).

import type { Span } from './diagnostic.ts';
import type { HealthFile } from './health-file.generated.ts';
import type { GroupVersionKind, KubeObject } from './object.ts';
import type { Health } from './plan.ts';
import type { CompiledLet, Loose, Places, Template } from './rule.ts';

/** One health rule as read from a file. */
export interface HealthDocument {
  readonly file: string;
  /** As in RuleDocument. */
  readonly text: string;
  readonly content: Loose<HealthFile>;
  readonly places: Places;
}

/** The kinds that a health rule judges. */
export interface HealthTarget {
  /** A group, or `*.` and the end of groups. */
  readonly group: string;
  /** A `*` at its end stands for any text. */
  readonly version: string;
  /** Names of kinds, or only `*`. */
  readonly kinds: readonly string[];
}

/** One case of a health rule. */
export interface HealthCase {
  readonly span: Span;
  /** Undefined: always. */
  readonly when: Template | undefined;
  readonly status: Health['status'];
  readonly message: Template | undefined;
}

/** An object with the health that it is expected to have. */
export interface HealthSample {
  /** The places of the object and of what is expected; the latter that of the object where nothing is said. */
  readonly spans: { readonly object: Span; readonly status: Span; readonly message: Span };
  readonly object: KubeObject;
  readonly status: Health['status'];
  readonly message: string | undefined;
}

/** A health rule that can judge. */
export interface CompiledHealth {
  readonly name: string;
  readonly target: HealthTarget;
  readonly lets: readonly CompiledLet[];
  readonly cases: readonly HealthCase[];
  readonly samples: readonly HealthSample[];
}

/** Where health rules come from. */
export interface HealthRules {
  /** The rules that judge a kind, in the order in which they are asked. */
  find(kind: GroupVersionKind): readonly CompiledHealth[];
}
