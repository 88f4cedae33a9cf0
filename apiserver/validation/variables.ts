// Rules about the variables of a container, and where they come from.

import { type FieldError, invalid, notSupported, required } from '../model/field-error.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { checkConfigKey, checkQualifiedName, checkSubdomain, checkVariableName } from './names.ts';

const FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const HUGE_PAGES = /^(?:limits|requests)\.hugepages-/;

/** What is wrong with the variables of a container. */
export function checkVariables(container: Json, path: string): readonly FieldError[] {
  const own = listIn(container, 'env').flatMap((one, at) => checkVariable(one, `${path}.env[${at}]`));
  return [...own, ...listIn(container, 'envFrom').flatMap((one, at) => checkSource(one, `${path}.envFrom`, at))];
}

function checkVariable(variable: Json, path: string): readonly FieldError[] {
  const name = textIn(variable, 'name');
  const errors =
    name === '' ? [required(`${path}.name`)] : checkVariableName(name).map((why) => invalid(`${path}.name`, name, why));
  const from = isObject(variable) ? variable['valueFrom'] : undefined;
  return isObject(from) ? [...errors, ...checkFrom(from, `${path}.valueFrom`, textIn(variable, 'value'))] : errors;
}

type Check = (ref: JsonObject, path: string) => readonly FieldError[];
const REFS: Readonly<Record<string, Check>> = {
  fieldRef: checkFieldRef,
  resourceFieldRef: checkResourceRef,
  configMapKeyRef: checkKeyRef,
  secretKeyRef: checkKeyRef,
  fileKeyRef: () => [],
};

function checkFrom(from: JsonObject, path: string, value: string): readonly FieldError[] {
  const used = Object.entries(REFS).filter(([name]) => isObject(from[name]));
  const errors = used.flatMap(([name, check]) => check(objectIn(from, name), `${path}.${name}`));
  const wrong = (why: string): readonly FieldError[] => [...errors, invalid(path, '', why)];
  if (used.length === 0)
    return wrong(
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
    );
  if (value !== '') return wrong('may not be specified when `value` is not empty');
  return used.length > 1 ? wrong('may not have more than one field specified at a time') : errors;
}

function checkKeyRef(ref: JsonObject, path: string): readonly FieldError[] {
  const [name, key] = [textIn(ref, 'name'), textIn(ref, 'key')];
  const errors = checkSubdomain(name).map((why) => invalid(`${path}.name`, name, why));
  if (key === '') return [...errors, required(`${path}.key`)];
  return [...errors, ...checkConfigKey(key).map((why) => invalid(`${path}.key`, key, why))];
}

function checkFieldRef(ref: JsonObject, path: string): readonly FieldError[] {
  const field = textIn(ref, 'fieldPath');
  if (field === '') return [required(`${path}.fieldPath`)];
  const [, start = '', key] = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/.exec(field) ?? [];
  if (key !== undefined) {
    const name = start === 'metadata.labels' ? key : key.toLowerCase();
    return checkQualifiedName(name).map((why) => invalid(path, name, why));
  }
  if (FIELDS.includes(field)) return [];
  // These are known, but of no use here.
  if (field === 'metadata.labels' || field === 'metadata.annotations')
    return [notSupported(`${path}.fieldPath`, field, FIELDS)];
  const why = `error converting fieldPath: field label not supported: ${field}`;
  return [invalid(`${path}.fieldPath`, field, why)];
}

function checkResourceRef(ref: JsonObject, path: string): readonly FieldError[] {
  const resource = textIn(ref, 'resource');
  if (resource === '') return [required(`${path}.resource`)];
  if (RESOURCES.includes(resource) || HUGE_PAGES.test(resource)) return [];
  return [notSupported(`${path}.resource`, resource, RESOURCES)];
}

function checkSource(source: Json, path: string, at: number): readonly FieldError[] {
  const prefix = textIn(source, 'prefix');
  const errors = checkVariableName(prefix).map((why) => invalid(`${path}[${at}].prefix`, prefix, why));
  const used = ['configMapRef', 'secretRef'].filter((name) => isObject(source) && isObject(source[name]));
  for (const name of used) {
    const ref = textIn(source, name, 'name');
    errors.push(...checkSubdomain(ref).map((why) => invalid(`${path}[${at}].${name}.name`, ref, why)));
  }
  if (used.length === 0) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
  if (used.length > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  return errors;
}
