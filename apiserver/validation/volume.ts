// Rules about the volumes of pods.

import { duplicate, type FieldError, forbidden, invalid, required } from '../model/field-error.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { compareQuantities } from '../schema/quantity.ts';
import { checkClaimSpec } from './claim.ts';
import { checkOneOf, checkRepeated } from './fields.ts';
import { checkLabelName } from './names.ts';

type Check = (source: JsonObject, path: string) => readonly FieldError[];
const none: Check = () => [];

// In the order in which the server looks: the first one counts, each further one is refused.
const SOURCES: Readonly<Record<string, Check>> = {
  emptyDir: checkEmptyDir,
  hostPath: checkHostPath,
  gitRepo: none,
  gcePersistentDisk: none,
  awsElasticBlockStore: none,
  secret: (source, path) => checkFiles(source, path, 'secretName'),
  nfs: checkNfs,
  iscsi: none,
  glusterfs: none,
  flocker: none,
  persistentVolumeClaim: (source, path) => needed(source, ['claimName'], path),
  rbd: none,
  cephfs: none,
  quobyte: none,
  downwardAPI: none,
  fc: none,
  flexVolume: none,
  azureFile: none,
  configMap: (source, path) => checkFiles(source, path, 'name'),
  azureDisk: none,
  storageos: none,
  scaleIO: none,
  projected: checkMode,
  csi: (source, path) => needed(source, ['driver'], path),
  ephemeral: checkEphemeral,
  image: none,
};
const HOST_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

/** What is wrong with volumes, and the names of those that can be mounted. */
export interface CheckedVolumes {
  readonly errors: readonly FieldError[];
  readonly usable: readonly string[];
}

/** Looks at all volumes of a pod. */
export function checkVolumes(volumes: readonly Json[], path: string): CheckedVolumes {
  const checked = volumes.map((volume, at) => ({
    name: textIn(volume, 'name'),
    wrong: checkVolume(volume, `${path}[${at}]`),
  }));
  const again = checkRepeated(checked.map(({ name }) => name));
  return {
    errors: [
      ...checked.flatMap(({ wrong }) => wrong),
      ...again.map(({ at, name }) => duplicate(`${path}[${at}].name`, name)),
    ],
    // A volume that is wrong cannot be mounted.
    usable: checked.filter(({ wrong }) => wrong.length === 0).map(({ name }) => name),
  };
}

function checkVolume(volume: Json, path: string): readonly FieldError[] {
  const name = textIn(volume, 'name');
  const used = Object.entries(SOURCES).filter(([type]) => isObject(volume) && isObject(volume[type]));
  const errors = used.flatMap(([type, check], at) => {
    if (at > 0) return [forbidden(`${path}.${type}`, 'may not specify more than 1 volume type')];
    return check(objectIn(volume, type), `${path}.${type}`);
  });
  if (used.length === 0) errors.push(required(path, 'must specify a volume type'));
  if (name === '') return [...errors, required(`${path}.name`)];
  return [...errors, ...checkLabelName(name).map((message) => invalid(`${path}.name`, name, message))];
}

function needed(source: JsonObject, names: readonly string[], path: string): readonly FieldError[] {
  return names.filter((name) => textIn(source, name) === '').map((name) => required(`${path}.${name}`));
}

function checkEmptyDir(source: JsonObject, path: string): readonly FieldError[] {
  const { sizeLimit } = source;
  const isNegative = typeof sizeLimit === 'string' && compareQuantities(sizeLimit, '0') < 0;
  return isNegative ? [forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')] : [];
}

function checkHostPath(source: JsonObject, path: string): readonly FieldError[] {
  const place = textIn(source, 'path');
  if (place === '') return [required(`${path}.path`)];
  return [...checkNoWayUp(place, `${path}.path`), ...checkOneOf(source['type'], HOST_TYPES, `${path}.type`)];
}

function checkNfs(source: JsonObject, path: string): readonly FieldError[] {
  const errors = needed(source, ['server', 'path'], path);
  const place = textIn(source, 'path');
  if (place === '' || place.startsWith('/')) return errors;
  return [...errors, invalid(`${path}.path`, place, 'must be an absolute path')];
}

function checkFiles(source: JsonObject, path: string, nameField: string): readonly FieldError[] {
  return [
    ...needed(source, [nameField], path),
    ...checkMode(source, path),
    ...listIn(source, 'items').flatMap((item, at) => checkItem(objectIn(item), `${path}.items[${at}]`)),
  ];
}

function checkItem(item: JsonObject, path: string): readonly FieldError[] {
  const place = textIn(item, 'path');
  const errors = [...needed(item, ['key', 'path'], path), ...checkRelativePath(place, `${path}.path`)];
  if (place.startsWith('..') && !place.startsWith('../') && place !== '..')
    errors.push(invalid(`${path}.path`, place, "must not start with '..'"));
  return [...errors, ...checkFileMode(item['mode'], `${path}.mode`)];
}

function checkMode(source: JsonObject, path: string): readonly FieldError[] {
  return checkFileMode(source['defaultMode'], `${path}.defaultMode`);
}

function checkFileMode(mode: Json | undefined, path: string): readonly FieldError[] {
  if (typeof mode !== 'number' || (mode >= 0 && mode <= 0o777)) return [];
  return [invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')];
}

function checkEphemeral(source: JsonObject, path: string): readonly FieldError[] {
  const { volumeClaimTemplate } = source;
  if (!isObject(volumeClaimTemplate)) return [required(`${path}.volumeClaimTemplate`)];
  return checkClaimSpec(objectIn(volumeClaimTemplate, 'spec'), `${path}.volumeClaimTemplate.spec`);
}

/** What is wrong with a path within a volume. */
export function checkRelativePath(place: string, path: string): readonly FieldError[] {
  const errors = place.startsWith('/') ? [invalid(path, place, 'must be a relative path')] : [];
  return [...errors, ...checkNoWayUp(place, path)];
}

function checkNoWayUp(place: string, path: string): readonly FieldError[] {
  return place.split('/').includes('..') ? [invalid(path, place, "must not contain '..'")] : [];
}
