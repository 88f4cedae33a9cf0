// A resource that is served: a kind in one version, how its objects are read, and how they live.

import type { FieldSet } from '../apply/field-set.ts';
import type { SubresourceFacts } from '../facts/facts.ts';
import type { ApiObject, GroupVersionKind } from '../model/api-object.ts';
import type { FieldError } from '../model/field-error.ts';
import type { JsonObject } from '../model/json.ts';
import type { TypeNode } from '../schema/type-node.ts';

/** What a body was read as, and the paths of the fields that the kind does not have. */
export interface DecodedObject {
  readonly object: ApiObject;
  readonly unknown: readonly string[];
}

/** How objects of a kind are read. */
export interface ObjectCodec {
  /** Reads an object, without defaults. Throws ApiError 400. */
  decode(value: JsonObject): DecodedObject;
  /** Gives what an apply has put together its stored form. Parts that a stored object has, too, stay as they are. */
  settle(object: JsonObject, stored?: ApiObject): ApiObject;
  /** Fills in defaults; the same holds. */
  fill(object: ApiObject, stored?: ApiObject): ApiObject;
  /** What writing an object and reading it makes of it, within its own version; the same holds. */
  reread(object: ApiObject, stored?: ApiObject): ApiObject;
  /** An object in the form in which it is stored. */
  toStorage(object: ApiObject): ApiObject;
  /** An object that was stored, in the version of the resource. */
  fromStorage(object: ApiObject): ApiObject;
  /** The object before anything is set. */
  readonly blank: ApiObject;
  /** The type in a version, or undefined for one that is not served. */
  typeIn(apiVersion: string): TypeNode | undefined;
}

/** How objects of a kind live. Objects are never changed in place. */
export interface Lifecycle {
  /** What a client may not set when it creates is taken away; what the server sets is set. `others` are of its kind. */
  prepareCreate(object: ApiObject, others: () => readonly ApiObject[]): ApiObject;
  /** The same for an update; `old` is what is stored. The generation is the old one when it comes in. */
  prepareUpdate(object: ApiObject, old: ApiObject, others: () => readonly ApiObject[]): ApiObject;
  /** The same for an update through the status subresource. */
  prepareStatus(object: ApiObject, old: ApiObject): ApiObject;
  /** What is wrong with a new object, besides its metadata. */
  validate(object: ApiObject): readonly FieldError[];
  /** What is wrong with a changed object, besides its metadata. */
  validateUpdate(object: ApiObject, old: ApiObject): readonly FieldError[];
  /** What is wrong with an object whose status was changed. */
  validateStatus(object: ApiObject, old: ApiObject): readonly FieldError[];
  /** What is wrong with a changed object and may be, as it was so before. */
  tolerated(object: ApiObject, old: ApiObject, subresource: string | undefined): readonly string[];
  /** What is allowed and hardly meant; `old` is undefined for a new object. */
  warn(object: ApiObject, old: ApiObject | undefined): readonly string[];
  /** What is wrong with a name. */
  validateName(name: string): readonly string[];
  /** Why nothing may be created; undefined where it may. */
  readonly refusesNew: string | undefined;
  /** A PUT of a name that is not there creates it. */
  readonly createsOnUpdate: boolean;
  /** An update needs no resourceVersion. */
  readonly updatesUnconditionally: boolean;
  /** A delete answers with the object instead of a Status. */
  readonly returnsDeleted: boolean;
  /** A delete without a propagation policy leaves dependents alone. */
  readonly orphansByDefault: boolean;
  /** How long its objects are given to end: the time that a delete asks for, or their own. 0: they go at once. */
  graceSeconds(object: ApiObject, asked: number | undefined): number;
  /** A finalizer that the server sets when a delete begins. */
  readonly finalizerOnDelete: string | undefined;
  /** What nobody owns after a write to the main endpoint, and after one to status. */
  readonly unowned: FieldSet;
  readonly unownedByStatus: FieldSet;
  /** The fields that a field selector may name, besides name and namespace. */
  readonly selectableFields: readonly string[];
}

/** A column of a table. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
  /** The path of the value, in the language of printer columns. */
  readonly jsonPath: string;
}

/** How the scale subresource of a kind finds its numbers: dotted paths. */
export interface ScalePaths {
  readonly replicas: string;
  readonly statusReplicas: string;
  /** Undefined where there is none; its value is a text or a label selector. */
  readonly selector: string | undefined;
}

/** The forms of the objects of one collection. */
export interface Forms {
  /** An object in the form of a version. */
  convert(object: ApiObject, apiVersion: string): ApiObject;
  /** The resource that stores objects, with the names of the one that was asked. */
  readonly storing: Resource;
}

/** A kind in one version, as it is served. */
export interface Resource extends GroupVersionKind {
  readonly apiVersion: string;
  readonly plural: string;
  readonly singular: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly isNamespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly SubresourceFacts[];
  /** The group and version in which its objects are stored. */
  readonly storedAs: string;
  /** Where its objects are stored; the same for all versions of a kind. */
  readonly collection: string;
  readonly codec: ObjectCodec;
  readonly lifecycle: Lifecycle;
  /** Undefined where all versions of a kind look the same but for their name. */
  readonly forms: Forms | undefined;
  /** What every answer about the kind warns of. */
  readonly deprecation: string | undefined;
  readonly columns: readonly Column[] | undefined;
  readonly scale: ScalePaths | undefined;
  /** The schema in OpenAPI documents; undefined for kinds whose schema is among the facts. */
  readonly openApi: JsonObject | undefined;
}
