// What can be known of a value before it is there. Formulas are checked with these types, and templates against those of
// the fields that they fill.

import type { GroupVersionKind } from './object.ts';

/**
 * The type of a value. `any` is not known and never a reason for an alarm; `nothing` is the value of a field that is not
 * there; a `sequence` is what a path over several values gives: nothing, one value, or an array of any length.
 */
export type Type =
  | { readonly kind: 'any' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value?: boolean }
  | NumberType
  | StringType
  | ObjectType
  | ArrayType
  | { readonly kind: 'sequence'; readonly items: Type }
  | FunctionType
  | { readonly kind: 'union'; readonly of: readonly Type[] };

/** A number. `value`: the only one that it can be. */
export interface NumberType {
  readonly kind: 'number';
  readonly isInteger: boolean;
  readonly value?: number;
}

/** A text. `values`: all that it can be, where they are known. */
export interface StringType {
  readonly kind: 'string';
  readonly values?: readonly string[];
}

/** An array. `keys`: fields that together tell its items apart, as `x-kubernetes-list-map-keys` says. */
export interface ArrayType {
  readonly kind: 'array';
  readonly items: Type;
  readonly keys?: readonly string[];
}

/** A field of an object. */
export interface FieldType {
  readonly type: Type;
  /** The object always has it. */
  readonly isPresent: boolean;
}

/** An object. Its fields are looked up one by one, since types of Kubernetes contain themselves. */
export interface ObjectType {
  readonly kind: 'object';
  /** What stands for it in messages where no path leads to it, such as `Deployment`. */
  readonly name?: string;
  /** The names of its known fields. */
  names(): readonly string[];
  field(name: string): FieldType | undefined;
  /** Fields that must be given when it is written. */
  readonly required: readonly string[];
  /** The type of all other fields, as in a map; undefined where there are none. */
  readonly rest: Type | undefined;
}

/** A function. */
export interface FunctionType {
  readonly kind: 'function';
  /** What it gives for arguments of these types. */
  apply(args: readonly Type[]): Type;
}

/** What a formula may read, and what is known of it. */
export interface TypeEnvironment {
  /** The context `$`. */
  readonly context: Type;
  /** The type of a variable; `any` for one that is not known. */
  variable(name: string): Type;
  /**
   * Paths that are certainly there, since something else depends on it: `.spec.host` below the context, `$tls.data`
   * below a variable.
   */
  readonly present: ReadonlySet<string>;
  /** True for a formula that is only asked whether it is true: nothing counts as false. */
  readonly isGuard?: boolean;
}

/** Where the schemas of kinds come from. */
export interface KindSchemas {
  /** The schema of a kind, or undefined where it is not known. */
  find(apiVersion: string, kind: string): KindSchema | undefined;
  /** All kinds of Kubernetes itself, where they are known; the preferred version of a group first. */
  readonly kinds?: readonly GroupVersionKind[] | undefined;
}

/** The OpenAPI schema of a kind. */
export interface KindSchema {
  readonly schema: SchemaObject;
  /** Undefined where that is not known. */
  readonly isNamespaced: boolean | undefined;
  /** What of its objects is written by itself, such as `status`; undefined where that is not known. */
  readonly subresources?: readonly string[];
  /** The schema behind a `$ref`. */
  resolve(ref: string): SchemaObject | undefined;
}

/** An OpenAPI schema, as far as it is looked at. */
export type SchemaObject = { readonly [keyword: string]: unknown };
