// A rule in its two forms: as read (RuleDocument) and as understood (CompiledRule).

import type { HaltCode } from './codes.ts';
import type { Span, TextDiagnostic, TextRange } from './diagnostic.ts';
import type { Json, JsonObject, MaybeJson } from './json.ts';
import { type GroupVersionKind, groupOf, type Subresource } from './object.ts';
import type { PatchOperation } from './patch.ts';
import type { ChildPolicy } from './policy.ts';
import type { Read } from './read.ts';
import type { RuleFile } from './rule-file.generated.ts';
import type { LabelSelector, SelectorTerm } from './selector.ts';
import type { Type, TypeEnvironment } from './type.ts';

/** A step into a document: a key of a mapping or an index of a sequence. */
export type PathStep = string | number;

/** Where the parts of a document stand in its file. A path that is not there gives the place of its nearest parent. */
export interface Places {
  /** The key of a mapping entry. */
  key(path: readonly PathStep[]): Span;
  /** A whole value. */
  value(path: readonly PathStep[]): Span;
  /** A piece of a text value, by offsets in the text as YAML understands it. */
  text(path: readonly PathStep[], range: TextRange): Span;
}

/** What the loader understood of a rule: fields of the wrong type are left out, items of the wrong type are null. */
export type LooseRule = Loose<RuleFile>;

/** A document as far as it was understood: parts of the wrong type are missing. */
export type Loose<T> = T extends readonly (infer Item)[]
  ? readonly (Loose<Item> | null)[]
  : T extends object
    ? { readonly [K in keyof T]?: Loose<T[K]> }
    : T;

/**
 * True where a rule's kind is somebody else's, so that its status is not ours to fill. A rule that brings the kind owns
 * it; the kinds of Kubernetes itself are nobody's.
 */
export function isDecorator({ spec }: LooseRule): boolean {
  const { apiVersion = '', crd, decorates: said } = spec?.resource ?? {};
  if (said !== undefined) return said;
  const group = groupOf(apiVersion);
  return crd === undefined && (!group.includes('.') || group.endsWith('.k8s.io'));
}

/** The versions of a rule's kind, each with its group: the newest first, then those that the rule's definition has beside it. */
export function apiVersionsOf({ spec }: LooseRule): readonly string[] {
  const { apiVersion, crd } = spec?.resource ?? {};
  if (apiVersion === undefined) return [];
  const older = (crd?.versions ?? []).flatMap((version) => version?.name ?? []);
  return [apiVersion, ...older.map((name) => `${groupOf(apiVersion)}/${name}`)];
}

/** One rule as read from a file. */
export interface RuleDocument {
  readonly file: string;
  /** Its text, and the line where that begins: two versions that are equal in it are equal, places included. */
  readonly text: string;
  readonly content: LooseRule;
  readonly places: Places;
}

/** A compiled formula, and where it stands. */
export interface Formula {
  /** The formula's own text, without the leading `=` or the braces. */
  readonly source: string;
  readonly span: Span;
  readonly reads: readonly Read[];
  /** Paths that are there whenever its value counts as true, as `TypeEnvironment.present` knows them. */
  readonly presentWhenTrue: readonly string[];
  /** The type of its value, and what is wrong with it, for these types of what it reads. */
  infer(environment: TypeEnvironment): { readonly type: Type; readonly diagnostics: readonly TextDiagnostic[] };
  /**
   * The value for a context and variables; throws what `expression/` throws. `random`: numbers from 0 to below 1, for
   * functions of chance.
   */
  evaluate(input: MaybeJson, variables: Readonly<Record<string, MaybeJson>>, random?: () => number): MaybeJson;
  /** Where a piece of the formula stands in its file. */
  locate(range: TextRange): Span;
}

/** A data tree with formulas at its leaves. Never text that is parsed later: a value cannot become structure. */
export type Template =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'formula'; readonly formula: Formula }
  | { readonly kind: 'text'; readonly parts: readonly (string | Formula)[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Template])[] }
  | { readonly kind: 'array'; readonly items: readonly Template[] };

/** A value under `let` or `memory`. */
export interface CompiledLet {
  readonly name: string;
  readonly value: Template;
  readonly span: Span;
}

/** A label selector whose values are templates. */
export interface CompiledSelector {
  readonly terms: readonly (Omit<SelectorTerm, 'values'> & { readonly values: readonly Template[] })[];
}

/** A value that decides where an object is or how it is called: free, or one of a list. */
export interface CompiledChoice {
  readonly template: Template;
  readonly choices: readonly string[] | undefined;
  readonly span: Span;
}

/** Live objects that formulas read. Exactly one of `name` and `selector` is there. */
export interface CompiledInput {
  readonly id: string;
  readonly resource: GroupVersionKind;
  readonly span: Span;
  readonly when: Template | undefined;
  readonly name: Template | undefined;
  readonly selector: CompiledSelector | undefined;
  /** Undefined: the namespace of the custom resource. The value `*`: all. */
  readonly namespace: CompiledChoice | undefined;
  readonly isOptional: boolean;
}

/** What makes a child a task: it runs to its end, once for each key. */
export interface CompiledTask {
  /** `Delete`: it runs when the resource is being deleted, before what it depends on goes. */
  readonly runOn: 'Change' | 'Delete';
  readonly key: Template;
  readonly skip: Template | undefined;
  readonly retries: number;
  /** Undefined: for ever. */
  readonly timeoutSeconds: number | undefined;
  readonly keep: number;
  /** The child whose members it drains; then it runs once for each member that leaves. */
  readonly drains: string | undefined;
}

/** How the members of a child are replaced and removed: docs/decisions/0010-members.md. */
export interface CompiledRollout {
  readonly span: Span;
  readonly order: Template | undefined;
  readonly maxUnavailable: number;
  readonly gate: Template | undefined;
  /** True where missing members are made one after the other. */
  readonly isOrdered: boolean;
  /** The task that drains a member before it goes. */
  readonly drain: { readonly id: string; readonly span: Span } | undefined;
  /** Ids of children whose object of a key belongs to the member of that key. */
  readonly volumes: readonly string[];
}

/** Where the objects of a child are: beside their owner, in some or any namespaces, or in none, as their kind has none. */
export type ChildPlace =
  | { readonly kind: 'beside' | 'anywhere' | 'none' }
  | { readonly kind: 'named'; readonly namespaces: readonly string[] };

/** Objects of a kind, in some places where that is said. */
export type KindPlace = GroupVersionKind & { readonly where?: ChildPlace };

/** One child of a rule, or one task. */
export interface CompiledChild {
  readonly id: string;
  /** Where it stands in the document. */
  readonly path: readonly PathStep[];
  readonly task: CompiledTask | undefined;
  /** How its members are replaced and removed. Undefined: all at once. */
  readonly rollout: CompiledRollout | undefined;
  readonly resource: GroupVersionKind;
  readonly span: Span;
  /** The list that it exists once for each item of, and what tells the items apart. Undefined: it exists once. */
  readonly forEach: CompiledLoop | undefined;
  /** The names and namespaces that it may have, where the rule lists them. */
  readonly names: readonly string[] | undefined;
  readonly namespaces: readonly string[] | undefined;
  readonly where: ChildPlace;
  readonly when: Template | undefined;
  readonly ready: Template | undefined;
  readonly readsUnready: boolean;
  readonly policy: ChildPolicy;
  readonly template: Template;
  /** Ids of the children that its formulas read, and that `after` names; each with the place that says so. */
  readonly dependencies: readonly Dependency[];
  /** Ids of all children that it depends on, directly or through others. */
  readonly upstream: readonly string[];
  /** 1 for children that depend on none, otherwise one more than the highest of its dependencies. */
  readonly wave: number;
}

/** How much of a resource's children may go in one evaluation. */
export interface PruneLimit {
  readonly value: number;
  readonly unit: '%' | '';
  readonly span: Span;
}

/** Points in time. Exactly one of `cron` and `every` is there. */
export interface CompiledSchedule {
  readonly id: string;
  readonly span: Span;
  readonly when: Template | undefined;
  readonly cron: Template | undefined;
  readonly timeZone: Template | undefined;
  readonly every: Template | undefined;
}

/** An annotation that is acted on once. */
export interface CompiledTrigger {
  readonly id: string;
  readonly annotation: string;
}

/** What a child with `forEach` is repeated over. */
export interface CompiledLoop {
  readonly items: Template;
  readonly key: Template;
  /** The place of `key`. */
  readonly span: Span;
}

/** One edge of the graph: this child needs that one. */
export interface Dependency {
  readonly id: string;
  readonly span: Span;
  /**
   * Which part of the child needs it; `when` stands for `forEach`, too. `after` waits for readiness even where
   * `readsUnready` is set. `order` waits for nothing: the other is only looked at first.
   */
  readonly part: 'when' | 'template' | 'after' | 'order';
}

/** A patch of objects that the rule does not own. */
export interface CompiledPatch {
  readonly id: string;
  readonly span: Span;
  readonly when: Template | undefined;
  readonly target: CompiledInput;
  /** The names that the target may have, where the rule lists them. */
  readonly names: readonly string[] | undefined;
  /** The part of the target that is written; undefined for the object without its status. */
  readonly subresource: Subresource | undefined;
  readonly content: CompiledPatchContent;
  readonly onConflict: 'fail' | 'yield';
  readonly dependencies: readonly Dependency[];
  readonly upstream: readonly string[];
}

/** What a patch does, with templates as values. */
export type CompiledPatchContent =
  | { readonly mode: 'apply' | 'merge'; readonly fields: Template }
  | { readonly mode: 'json'; readonly operations: readonly CompiledPatchOperation[] };

/** An operation whose value is a template. */
export interface CompiledPatchOperation extends Omit<PatchOperation, 'value'> {
  readonly value: Template | undefined;
}

/** A condition of a rule. */
export interface CompiledCondition {
  readonly type: string;
  readonly span: Span;
  readonly status: Template;
  readonly reason: Template | undefined;
  readonly message: Template | undefined;
}

/** A rule that can run. */
export interface CompiledRule {
  readonly name: string;
  readonly file: string;
  readonly resource: GroupVersionKind;
  /** The versions in which its objects may come, the one of `resource` first. They differ in nothing else. */
  readonly apiVersions: readonly string[];
  /** The CustomResourceDefinition that the rule brings, if it does. */
  readonly crd: JsonObject | undefined;
  /** True where the kind is known to have no namespaces. */
  readonly isClusterScoped: boolean;
  /** True where the kind is somebody else's: its status is reported in only as far as the rule says. */
  readonly decorates: boolean;
  /** Why nothing is written for any of its resources; absent where it is. */
  readonly halt: HaltCode | undefined;
  readonly pruneLimit: PruneLimit | undefined;
  /** Which resources the rule is for; all where absent. */
  readonly selector: LabelSelector | undefined;
  readonly namespaces: readonly string[] | undefined;
  /** In any order: each is read when a formula first needs it. */
  readonly inputs: readonly CompiledInput[];
  readonly schedules: readonly CompiledSchedule[];
  readonly triggers: readonly CompiledTrigger[];
  readonly memory: readonly CompiledLet[];
  /** In an order in which each reads only those before it. */
  readonly lets: readonly CompiledLet[];
  /** In an order in which each depends only on those before it. */
  readonly children: readonly CompiledChild[];
  readonly patches: readonly CompiledPatch[];
  readonly conditions: readonly CompiledCondition[];
  readonly status: readonly (readonly [string, Template])[];
}

/** Every formula of an input. */
export function formulasOfInput({ when, name, selector, namespace }: CompiledInput): readonly Formula[] {
  const values = selector?.terms.flatMap((term) => term.values) ?? [];
  return [when, name, namespace?.template, ...values].flatMap(formulasOf);
}

/** Every formula of a template, in the order of the text. */
export function formulasOf(template: Template | undefined): readonly Formula[] {
  switch (template?.kind) {
    case undefined:
    case 'literal':
      return [];
    case 'formula':
      return [template.formula];
    case 'text':
      return template.parts.filter((part) => typeof part !== 'string');
    case 'array':
      return template.items.flatMap(formulasOf);
    case 'object':
      return template.entries.flatMap(([, item]) => formulasOf(item));
  }
}
