// Resources of definitions: one for each version that is served.

import { fieldSetOf, NO_FIELDS } from '../apply/field-set.ts';
import { compileRules, type RuleResult } from '../cel/rules.ts';
import { checkEmbedded, coerceEmbedded } from '../definition/embedded.ts';
import { checkScale, warnOfFinalizers } from '../definition/object.ts';
import type { SubresourceFacts } from '../facts/facts.ts';
import { badRequest, invalidObject, unexpected } from '../model/api-error.ts';
import { type ApiObject, nameOf, withMetadata } from '../model/api-object.ts';
import { type FieldError, invalid } from '../model/field-error.ts';
import {
  equals,
  isObject,
  type Json,
  type JsonObject,
  listIn,
  objectIn,
  setIn,
  textIn,
  toCanonicalText,
  withOrderedKeys,
} from '../model/json.ts';
import { compareVersions } from '../model/version.ts';
import type { Codec } from '../schema/codec.ts';
import { Correlated } from '../schema/correlate.ts';
import { validateLists } from '../schema/list-keys.ts';
import { applyDefaults, dropNulls, prune } from '../schema/structural.ts';
import type { TypeNode, TypeNodes } from '../schema/type-node.ts';
import { SchemaValidator } from '../schema/validate.ts';
import { checkSubdomain } from '../validation/names.ts';
import { metadataReader, OBJECT_META } from './definition-check.ts';
import type { Column, Lifecycle, ObjectCodec, Resource, ScalePaths } from './resource.ts';

/** What the resources of definitions share with the built-in ones. */
export interface CustomParts {
  readonly codec: Codec;
  readonly types: TypeNodes;
}

const VERBS: readonly string[] = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const PART_VERBS: readonly string[] = ['get', 'patch', 'update'];
const AGE: Column = {
  name: 'Age',
  type: 'date',
  format: '',
  description:
    'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata',
  priority: 0,
  jsonPath: '.metadata.creationTimestamp',
};

/** The resources that a definition names. */
export function customResources(definition: JsonObject, parts: CustomParts): readonly Resource[] {
  const spec = objectIn(definition, 'spec');
  const versions = listIn(spec, 'versions').filter(isObject);
  const served = versions.filter((version) => version['served'] === true);
  const inVersions = (list: readonly JsonObject[]) =>
    list.map((version) => [`${textIn(spec, 'group')}/${textIn(version, 'name')}`, schemaOf(version)] as const);
  const nodes = new Map(inVersions(served).map(([name, schema]) => [name, typeOf(schema, parts)]));
  const schemas = new Map(inVersions(versions));
  const accepted = objectIn(definition, 'status', 'acceptedNames');
  const named = { ...spec, names: { ...objectIn(spec, 'names'), ...accepted } };
  const isEnding = listIn(definition, 'status', 'conditions').some(
    (condition) => textIn(condition, 'type') === 'Terminating' && textIn(condition, 'status') === 'True',
  );
  return served.map((version) => toResource(named, version, { ...parts, nodes, schemas, isEnding }));
}

interface VersionParts extends CustomParts {
  readonly nodes: ReadonlyMap<string, TypeNode>;
  /** The schemas of all versions, served or not, by `apiVersion`. */
  readonly schemas: ReadonlyMap<string, JsonObject>;
  /** The definition is on its way out. */
  readonly isEnding: boolean;
}

function schemaOf(version: JsonObject): JsonObject {
  return objectIn(version, 'schema', 'openAPIV3Schema');
}

function toResource(spec: JsonObject, version: JsonObject, parts: VersionParts): Resource {
  const names = objectIn(spec, 'names');
  const group = textIn(spec, 'group');
  const name = textIn(version, 'name');
  const kind = textIn(names, 'kind');
  const apiVersion = `${group}/${name}`;
  const plural = textIn(names, 'plural');
  const hasStatus = isObject(objectIn(version, 'subresources')['status']);
  const scale = scaleOf(version);
  const subresources: SubresourceFacts[] = [];
  if (hasStatus) subresources.push({ name: 'status', apiVersion, kind, verbs: PART_VERBS });
  if (scale !== undefined)
    subresources.push({ name: 'scale', apiVersion: 'autoscaling/v1', kind: 'Scale', verbs: PART_VERBS });
  return {
    group,
    version: name,
    kind,
    apiVersion,
    plural,
    singular: textIn(names, 'singular'),
    listKind: textIn(names, 'listKind'),
    shortNames: listIn(names, 'shortNames').map(String),
    categories: listIn(names, 'categories').map(String),
    isNamespaced: textIn(spec, 'scope') === 'Namespaced',
    verbs: VERBS,
    subresources,
    storedAs: `${group}/${storageVersionOf(spec)}`,
    collection: `${group}/${plural}`,
    codec: toCodec({ apiVersion, kind, version, storedAs: `${group}/${storageVersionOf(spec)}` }, parts),
    lifecycle: {
      ...toLifecycle(version, hasStatus),
      refusesNew: parts.isEnding ? 'create not allowed while custom resource definition is terminating' : undefined,
    },
    forms: undefined,
    deprecation: deprecationOf(spec, version),
    columns: columnsOf(version),
    scale,
    openApi: openApiOf({ group, version: name, kind }, schemaOf(version)),
  };
}

function storageVersionOf(spec: JsonObject): string {
  const stored = listIn(spec, 'versions').find((version) => isObject(version) && version['storage'] === true);
  return textIn(stored, 'name');
}

// A version that is to go says so in its own words, or names the one to use instead.
function deprecationOf(spec: JsonObject, version: JsonObject): string | undefined {
  if (version['deprecated'] !== true) return undefined;
  const own = textIn(version, 'deprecationWarning');
  if (own !== '') return own;
  const title = (name: string): string => `${textIn(spec, 'group')}/${name} ${textIn(spec, 'names', 'kind')}`;
  const name = textIn(version, 'name');
  const [best] = listIn(spec, 'versions')
    .filter((one) => isObject(one) && one['served'] === true && one['deprecated'] !== true)
    .map((one) => textIn(one, 'name'))
    .filter((other) => compareVersions(other, name) < 0)
    .sort(compareVersions);
  return `${title(name)} is deprecated${best === undefined ? '' : `; use ${title(best)}`}`;
}

interface Naming {
  readonly apiVersion: string;
  readonly kind: string;
  readonly version: JsonObject;
  /** The version in which objects are stored. */
  readonly storedAs: string;
}

function toCodec(
  { apiVersion, kind, version, storedAs }: Naming,
  { codec, nodes, schemas }: VersionParts,
): ObjectCodec {
  const schema = schemaOf(version);
  const subject = { version: apiVersion.slice(apiVersion.indexOf('/') + 1), kind };
  const readMetadata = (value: JsonObject) => {
    const metadata = isObject(value['metadata']) ? value['metadata'] : {};
    return codec.decode(OBJECT_META, metadata, subject);
  };
  const readEmbedded = metadataReader(codec);
  const settle = (value: JsonObject): ApiObject => ({
    ...(coerceEmbedded(schema, value, readEmbedded).value as JsonObject),
    apiVersion,
    kind,
    metadata: readMetadata(value).object,
  });
  // The object in a version, without what that version does not know. What it cannot read is left out of the version in
  // which it is stored; another one cannot be had then.
  const convert = (object: ApiObject, to: string): ApiObject => {
    const known = schemas.get(to) ?? {};
    const pruned = dropNulls(known, prune(known, object).object);
    const dropsWrong = object.apiVersion === to;
    const { value, error } = coerceEmbedded(known, pruned, readEmbedded, { dropsWrong });
    if (error !== undefined) throw unexpected(`${error.field}: ${error.message}`);
    return { ...(value as ApiObject), apiVersion: to };
  };
  const read = new WeakMap<ApiObject, ApiObject>();
  const fromStorage = (object: ApiObject): ApiObject => {
    const known = read.get(object);
    if (known !== undefined) return known;
    const { apiVersion: from } = object;
    const made = convert(applyDefaults(schemas.get(from) ?? {}, convert(object, from)) as ApiObject, apiVersion);
    read.set(object, made);
    return made;
  };
  return {
    toStorage: (object) => (storedAs === object.apiVersion ? object : convert(object, storedAs)),
    fromStorage,
    decode: (value) => {
      checkKind(value, apiVersion, kind);
      const metadata = readMetadata(value);
      const pruned = prune(schema, value);
      const embedded = coerceEmbedded(schema, dropNulls(schema, pruned.object), readEmbedded);
      if (embedded.error !== undefined) {
        const { field, message } = embedded.error;
        const { version: name } = subject;
        throw badRequest(`${kind} in version "${name}" cannot be handled as a ${kind}: ${field}: ${message}`);
      }
      const object = embedded.value as JsonObject;
      const unknown = [...metadata.unknown.map((path) => `metadata.${path}`), ...pruned.unknown, ...embedded.unknown];
      return { object: { ...object, apiVersion, kind, metadata: metadata.object }, unknown };
    },
    settle,
    fill: (object) => applyDefaults(schema, object) as ApiObject,
    // Custom resources are maps, which the real server writes in the order of their keys; some clients keep such texts.
    reread: (object) => withOrderedKeys(object) as ApiObject,
    blank: { apiVersion, kind, metadata: {} },
    typeIn: (wanted) => nodes.get(wanted),
  };
}

function checkKind(value: JsonObject, apiVersion: string, kind: string): void {
  const [version, own] = [textIn(value, 'apiVersion'), textIn(value, 'kind')];
  const text = toCanonicalText(value);
  const unrecognized = (what: string) =>
    badRequest(
      `the object provided is unrecognized (must be of type ${kind}): Object '${what}' is missing in '${text}' (${text})`,
    );
  if (own === '') throw unrecognized('Kind');
  if (version === '') throw unrecognized('apiVersion');
  const errors: FieldError[] = [];
  if (version !== apiVersion) errors.push(invalid('apiVersion', version, `must be ${apiVersion}`));
  if (own !== kind) errors.push(invalid('kind', own, `must be ${kind}`));
  const group = version.includes('/') ? version.slice(0, version.indexOf('/')) : '';
  if (errors.length > 0) throw invalidObject({ group, kind: own }, nameOf(value), errors);
}

// The type of the whole object: what the schema says, and what every object has.
function typeOf(schema: JsonObject, { types }: CustomParts): TypeNode {
  return types.of(withObjectFields({ ...schema, type: 'object' }));
}

// Whole objects within others have what every object has.
function withEmbeddedFields(schema: JsonObject): JsonObject {
  const { items, additionalProperties } = schema;
  const properties = Object.entries(objectIn(schema, 'properties'));
  const inner = (part: Json): Json => (isObject(part) ? withEmbeddedFields(part) : part);
  const out = {
    ...schema,
    ...(items === undefined ? {} : { items: inner(items) }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: inner(additionalProperties) }),
    ...(properties.length === 0
      ? {}
      : { properties: Object.fromEntries(properties.map(([name, part]) => [name, inner(part)])) }),
  };
  if (schema['x-kubernetes-embedded-resource'] !== true) return out;
  const required = new Set([...listIn(schema, 'required'), 'kind', 'apiVersion']);
  return { ...out, required: [...required], properties: { ...objectIn(out, 'properties'), ...OBJECT_FIELDS } };
}

const OBJECT_FIELDS: JsonObject = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { $ref: OBJECT_META },
};

function withObjectFields(schema: JsonObject): JsonObject {
  const whole = withEmbeddedFields(schema);
  return { ...whole, properties: { ...objectIn(whole, 'properties'), ...OBJECT_FIELDS } };
}

const BLOCKING: ReadonlySet<string> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);
const UNCHECKED = invalid(
  '<nil>',
  null,
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
);
const NO_RESULT: RuleResult = { errors: [], warnings: [] };

function toLifecycle(version: JsonObject, hasStatus: boolean): Omit<Lifecycle, 'refusesNew'> {
  const schema = schemaOf(version);
  const validator = new SchemaValidator();
  const rules = compileRules(schema);
  const scale = scaleOf(version);
  // Rules are asked only about what fits its types.
  const askRules = (errors: readonly FieldError[], object: ApiObject, old?: ApiObject): RuleResult => {
    if (rules === undefined) return NO_RESULT;
    const isBlocked = errors.some(({ reason }) => BLOCKING.has(reason));
    return isBlocked ? { ...NO_RESULT, errors: [UNCHECKED] } : rules.check(object, old);
  };
  const validateUpdate = (object: ApiObject, old: ApiObject): readonly FieldError[] => [
    ...validator.validate(schema, object, '', new Correlated(schema, object, old)),
    ...checkScale(scale, object),
    ...checkEmbedded(schema, object, ''),
    ...newDuplicates(schema, object, old),
  ];
  const validateStatus = (object: ApiObject, old: ApiObject): readonly FieldError[] => {
    const part = objectIn(schema, 'properties')['status'];
    const { status } = object;
    const before = new Correlated(schema, object, old).key('status');
    return [
      ...(isObject(part) && status !== undefined ? validator.validate(part, status, 'status', before) : []),
      ...checkScale(scale, object, { isStatusOnly: true }),
      ...newDuplicates(schema, object, old),
    ];
  };
  return {
    prepareCreate: (object) => {
      const numbered = withMetadata(object, { generation: 1 });
      return hasStatus ? (setIn(numbered, ['status'], undefined) as ApiObject) : numbered;
    },
    prepareUpdate: (object, old) => {
      const next = hasStatus ? (setIn(object, ['status'], old['status']) as ApiObject) : object;
      const isSame = equals(withoutMetadata(next), withoutMetadata(old));
      return isSame ? next : withMetadata(next, { generation: Number(old.metadata['generation'] ?? 0) + 1 });
    },
    prepareStatus: (object, old) => {
      const kept = withMetadata(old, { managedFields: object.metadata['managedFields'] });
      return setIn(kept, ['status'], object['status']) as ApiObject;
    },
    validate: (object) => {
      const errors = [
        ...validator.validate(schema, object, ''),
        ...checkScale(scale, object),
        ...checkEmbedded(schema, object, ''),
        ...validateLists(schema, object),
      ];
      return [...errors, ...askRules(errors, object).errors];
    },
    validateUpdate: (object, old) => {
      const errors = validateUpdate(object, old);
      return [...errors, ...askRules(errors, object, old).errors];
    },
    validateStatus: (object, old) => {
      const errors = validateStatus(object, old);
      return [...errors, ...askRules(errors, object, old).errors];
    },
    tolerated: (object, old, subresource) => {
      if (rules === undefined) return [];
      const errors = subresource === 'status' ? validateStatus(object, old) : validateUpdate(object, old);
      return askRules(errors, object, old).warnings;
    },
    warn: warnOfFinalizers,
    validateName: checkSubdomain,
    createsOnUpdate: false,
    updatesUnconditionally: false,
    returnsDeleted: false,
    orphansByDefault: false,
    graceSeconds: () => 0,
    finalizerOnDelete: undefined,
    unowned: hasStatus ? fieldSetOf(['status']) : NO_FIELDS,
    unownedByStatus: fieldSetOf(['metadata'], ['spec']),
    selectableFields: listIn(version, 'selectableFields').map((field) => textIn(field, 'jsonPath').slice(1)),
  };
}

// Objects that have duplicates from before may keep them.
function newDuplicates(schema: JsonObject, object: ApiObject, old: ApiObject): readonly FieldError[] {
  return validateLists(schema, old).length > 0 ? [] : validateLists(schema, object);
}

// Through which version an object is written does not matter.
function withoutMetadata({ metadata: _, apiVersion: __, ...rest }: ApiObject): JsonObject {
  return rest;
}

function scaleOf(version: JsonObject): ScalePaths | undefined {
  const scale = objectIn(version, 'subresources')['scale'];
  if (!isObject(scale)) return undefined;
  const selector = textIn(scale, 'labelSelectorPath').slice(1);
  return {
    replicas: textIn(scale, 'specReplicasPath').slice(1),
    statusReplicas: textIn(scale, 'statusReplicasPath').slice(1),
    selector: selector === '' ? undefined : selector,
  };
}

function columnsOf(version: JsonObject): readonly Column[] {
  const columns = listIn(version, 'additionalPrinterColumns').map((column) => {
    const priority = isObject(column) ? column['priority'] : undefined;
    const jsonPath = textIn(column, 'jsonPath');
    return {
      name: textIn(column, 'name'),
      type: textIn(column, 'type'),
      format: textIn(column, 'format'),
      description:
        textIn(column, 'description') || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
      priority: typeof priority === 'number' ? priority : 0,
      jsonPath,
    };
  });
  return columns.length === 0 ? [AGE] : columns;
}

function openApiOf(
  gvk: { readonly group: string; readonly version: string; readonly kind: string },
  schema: JsonObject,
): JsonObject {
  return { ...withObjectFields(schema), type: 'object', 'x-kubernetes-group-version-kind': [{ ...gvk }] };
}
