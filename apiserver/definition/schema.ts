// The schema of a version of a definition.

import type { CelFacts } from '../cel/check/facts.ts';
import { type FieldError, forbidden, invalid } from '../model/field-error.ts';
import { isObject, type Json, type JsonObject, objectIn, textIn } from '../model/json.ts';
import { checkDefaults, type DefaultDeps } from './defaults.ts';
import { checkOpenApi } from './open-api.ts';
import { SchemaRules } from './rule-scope.ts';
import { checkStructural, structuralProblem } from './structural-form.ts';

/** What checks of schemas need. */
export interface SchemaDeps extends DefaultDeps {
  /** What rules can call. */
  celFacts(): CelFacts;
}

/** Where a schema stands. */
export interface SchemaPlace {
  readonly path: string;
  readonly hasStatus: boolean;
  /** What was once allowed to cost much stays so. */
  readonly isUnchanged: boolean;
}

/** What is wrong with the schema of a version; nothing where there is none. */
export function checkSchema(version: JsonObject, place: SchemaPlace, deps: SchemaDeps): readonly FieldError[] {
  const schema = objectIn(version, 'schema')['openAPIV3Schema'];
  if (!isObject(schema)) return [];
  const path = `${place.path}.openAPIV3Schema`;
  const errors: FieldError[] = [...(place.hasStatus ? checkRoot(schema, path) : [])];
  if (schema['nullable'] === true) errors.push(forbidden(`${path}.nullable`, 'nullable cannot be true at the root'));
  const problem = structuralProblem(schema);
  const structural = problem === undefined ? checkForm(schema, path, deps) : [];
  errors.push(...structural);
  // Rules are looked at where the schema around them has a form.
  const rules =
    problem === undefined && structural.length === 0
      ? new SchemaRules(() => deps.celFacts(), { hasNoLimit: place.isUnchanged })
      : undefined;
  errors.push(...checkWords(schema, path, rules));
  if (errors.length === 0 && problem !== undefined) errors.push(invalid(path, '', problem));
  return rules === undefined ? errors : [...errors, ...rules.checkTotal(path)];
}

function checkForm(schema: JsonObject, path: string, deps: SchemaDeps): readonly FieldError[] {
  const errors = checkStructural(schema, path);
  return errors.length > 0 ? errors : checkDefaults(schema, path, deps);
}

function checkWords(schema: JsonObject, path: string, rules: SchemaRules | undefined): readonly FieldError[] {
  const found = checkOpenApi(schema, {
    path,
    isRoot: true,
    noDefaults: undefined,
    isInMetadata: false,
    uncorrelated: undefined,
    scope: rules?.scope(schema),
  });
  return [...found.schema, ...found.rules];
}

// Where a status is checked alone, nothing at the root may speak of it. In the order of the type's fields.
const ROOT_FIELDS: readonly string[] =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations'.split(
    ' ',
  );
const BEFORE_TYPE: readonly string[] = ['id', '$schema', '$ref'];
const NOT_AT_ROOT: readonly string[] = [
  'nullable',
  'default',
  'enum',
  'maxProperties',
  'minProperties',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'additionalProperties',
  'patternProperties',
  'dependencies',
  'additionalItems',
  'definitions',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-list-type',
  'x-kubernetes-map-type',
];

function checkRoot(schema: JsonObject, path: string): readonly FieldError[] {
  const type = textIn(schema, 'type');
  const has = (name: string): boolean => schema[name] !== undefined;
  const isEarly = BEFORE_TYPE.some(has);
  if (!isEarly && type !== '' && type !== 'object') {
    const what = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    return [invalid(`${path}.type`, type, what)];
  }
  if (!isEarly && !NOT_AT_ROOT.some(has)) return [];
  const shown: Json = {};
  const what = `only [${ROOT_FIELDS.join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`;
  return [invalid(path, shown, what)];
}
