// Rules about definitions of custom resources.
//
// Where all versions say the same of something (schema, columns, subresources, selectable fields), it is told of as one
// for all of them. Source: https://pkg.go.dev/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation

import { type ApiObject, nameOf } from '../model/api-object.ts';
import { type FieldError, invalid, notSupported, required } from '../model/field-error.ts';
import { equals, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { checkSubdomain } from '../validation/names.ts';
import { checkApproval } from './approval.ts';
import { checkConversion } from './conversion.ts';
import { checkLabelAt, checkNames } from './names.ts';
import { checkSchema, type SchemaDeps } from './schema.ts';
import { checkColumns, checkSelectable, checkSubresources, checkWarning } from './version-parts.ts';

/** What checks of definitions need. */
export interface DefinitionDeps extends SchemaDeps {}

/** What is wrong with a definition. */
export function checkDefinition(object: ApiObject, deps: DefinitionDeps, old?: ApiObject): readonly FieldError[] {
  const spec = objectIn(object, 'spec');
  const versions = listIn(spec, 'versions').filter(isObject);
  return [
    ...checkName(object, old),
    ...checkSpec(spec),
    ...checkVersionNames(versions),
    ...checkStoredVersions(object, versions),
    ...checkVersions({ versions, old, deps }),
    ...checkNames(objectIn(spec, 'names'), 'spec.names'),
    ...checkConversion(objectIn(spec, 'conversion'), 'spec.conversion'),
    ...checkApproval(object, old),
    ...(old === undefined ? [] : checkUpdate(spec, old)),
  ];
}

function checkName(object: ApiObject, old: ApiObject | undefined): readonly FieldError[] {
  const wanted = `${textIn(object, 'spec', 'names', 'plural')}.${textIn(object, 'spec', 'group')}`;
  if (old !== undefined || nameOf(object) === wanted) return [];
  return [invalid('metadata.name', nameOf(object), `must be spec.names.plural+"."+spec.group`)];
}

const SCOPES: readonly string[] = ['Cluster', 'Namespaced'];

function checkSpec(spec: JsonObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  const [group, scope] = [textIn(spec, 'group'), textIn(spec, 'scope')];
  const wrong = group === '' ? [] : checkSubdomain(group);
  if (group === '') errors.push(required('spec.group'));
  else if (wrong.length > 0) errors.push(invalid('spec.group', group, wrong.join(',')));
  else if (!group.includes('.')) errors.push(invalid('spec.group', group, 'should be a domain with at least one dot'));
  if (scope === '') errors.push(required('spec.scope'));
  else if (!SCOPES.includes(scope)) errors.push(notSupported('spec.scope', scope, SCOPES));
  if (spec['preserveUnknownFields'] === true)
    errors.push(
      invalid(
        'spec.preserveUnknownFields',
        true,
        'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
      ),
    );
  return errors;
}

function checkVersionNames(versions: readonly JsonObject[]): readonly FieldError[] {
  const names = versions.map((version) => textIn(version, 'name'));
  const errors = names.flatMap((name, at) => checkLabelAt(`spec.versions[${at}].name`, name));
  const [first] = names;
  if (first !== undefined && first !== '') errors.push(...checkLabelAt('spec.version', first));
  if (new Set(names).size < names.length)
    errors.push(invalid('spec.versions', versions, 'must contain unique version names'));
  if (versions.filter((version) => version['storage'] === true).length !== 1)
    errors.push(invalid('spec.versions', versions, 'must have exactly one version marked as storage version'));
  return errors;
}

function checkStoredVersions(object: ApiObject, versions: readonly JsonObject[]): readonly FieldError[] {
  const stored = listIn(object, 'status', 'storedVersions').map(String);
  const field = 'status.storedVersions';
  if (stored.length === 0) return [invalid(field, null, 'must have at least one stored version')];
  const left = new Map(stored.map((name, at) => [name, at]));
  const errors: FieldError[] = [];
  for (const version of versions) {
    const name = textIn(version, 'name');
    if (version['storage'] === true && !left.has(name))
      errors.push(invalid(field, stored, `must have the storage version ${name}`));
    left.delete(name);
  }
  for (const [name, at] of left) {
    const why = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    errors.push(invalid(`${field}[${at}]`, name, why));
  }
  return errors;
}

interface Versions {
  readonly versions: readonly JsonObject[];
  readonly old: ApiObject | undefined;
  readonly deps: DefinitionDeps;
}

function checkVersions({ versions, old, deps }: Versions): readonly FieldError[] {
  const [first] = versions;
  if (first === undefined) return [];
  const isShared = (name: string): boolean => versions.every((version) => equals(version[name], first[name]));
  // A part of each version, or of all of them as one.
  const each = (
    name: string,
    shared: string,
    check: (version: JsonObject, path: string) => readonly FieldError[],
  ): readonly FieldError[] =>
    isShared(name)
      ? check(first, shared)
      : versions.flatMap((version, at) => check(version, `spec.versions[${at}].${name}`));
  const hasStatus = (version: JsonObject): boolean => isObject(objectIn(version, 'subresources')['status']);
  const oldVersions = listIn(old, 'spec', 'versions').filter(isObject);
  const isUnchanged = (version: JsonObject): boolean =>
    oldVersions.some((one) => one['name'] === version['name'] && equals(one['schema'], version['schema']));
  const sharesSchema = isShared('schema');
  return [
    ...versions.flatMap((version, at) => checkWarning(version, `spec.versions[${at}].deprecationWarning`)),
    ...checkSchemaThere(versions),
    ...each('schema', 'spec.validation', (version, path) =>
      checkSchema(
        version,
        {
          path,
          hasStatus: sharesSchema ? versions.some(hasStatus) : hasStatus(version),
          isUnchanged: isUnchanged(version),
        },
        deps,
      ),
    ),
    ...each('subresources', 'spec.subresources', checkSubresources),
    ...each('additionalPrinterColumns', 'spec.additionalPrinterColumns', checkColumns),
    ...each('selectableFields', 'spec.selectableFields', (version, path) =>
      checkSelectable(version, { path, isShared: isShared('selectableFields'), sharesSchema }),
    ),
  ];
}

function checkSchemaThere(versions: readonly JsonObject[]): readonly FieldError[] {
  return versions.flatMap((version, at) =>
    isObject(objectIn(version, 'schema')['openAPIV3Schema'])
      ? []
      : [required(`spec.versions[${at}].schema.openAPIV3Schema`)],
  );
}

function checkUpdate(spec: JsonObject, old: ApiObject): readonly FieldError[] {
  const before = objectIn(old, 'spec');
  const isServed = listIn(old, 'status', 'conditions').some(
    (condition) => textIn(condition, 'type') === 'Established' && textIn(condition, 'status') === 'True',
  );
  const fields: readonly (readonly string[])[] = [
    ...(isServed ? [['scope'], ['names', 'kind']] : []),
    ['group'],
    ['names', 'plural'],
  ];
  return fields.flatMap((path) => {
    const now: Json = textIn(spec, ...path);
    return now === textIn(before, ...path) ? [] : [invalid(`spec.${path.join('.')}`, now, 'field is immutable')];
  });
}
