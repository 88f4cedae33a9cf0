// Rules about pods, as far as templates of workloads meet them.

import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  missing,
  notSupported,
  required,
} from '../model/field-error.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { checkLabels } from './metadata.ts';
import { checkLabelName } from './names.ts';

// The order in which the server looks: the first one counts, each further one is refused.
const VOLUME_TYPES: readonly string[] = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'flexVolume',
  'azureFile',
  'configMap',
  'azureDisk',
  'storageos',
  'scaleIO',
  'projected',
  'csi',
  'ephemeral',
  'image',
];

/** What is wrong with a pod template. */
export function checkPodTemplate(template: JsonObject, path: string): readonly FieldError[] {
  const spec = objectIn(template, 'spec');
  const at = `${path}.spec`;
  const errors = [...checkLabels(objectIn(template, 'metadata')['labels'], `${path}.labels`)];
  const checked = listIn(spec, 'volumes').map((volume, index) => {
    const wrong = checkVolume(volume, `${at}.volumes[${index}]`);
    errors.push(...wrong);
    return { name: textIn(volume, 'name'), isWrong: wrong.length > 0 };
  });
  const names = checked.map(({ name }) => name);
  errors.push(...repeated(names, (index) => `${at}.volumes[${index}].name`));
  // A volume that is wrong cannot be mounted.
  const volumes = checked.filter(({ isWrong }) => !isWrong).map(({ name }) => name);
  const containers = listIn(spec, 'containers');
  if (containers.length === 0) errors.push(required(`${at}.containers`));
  for (const list of ['initContainers', 'containers']) {
    const all = listIn(spec, list);
    errors.push(...all.flatMap((one, index) => checkContainer(one, { path: `${at}.${list}[${index}]`, volumes })));
    const names = all.map((one) => textIn(one, 'name'));
    errors.push(...repeated(names, (index) => `${at}.${list}[${index}].name`));
  }
  return errors;
}

function repeated(names: readonly string[], pathOf: (index: number) => string): readonly FieldError[] {
  return names.flatMap((name, index) =>
    name !== '' && names.indexOf(name) < index ? [duplicate(pathOf(index), name)] : [],
  );
}

function checkVolume(volume: Json, path: string): readonly FieldError[] {
  const name = textIn(volume, 'name');
  const used = VOLUME_TYPES.filter((type) => isObject(volume) && isObject(volume[type]));
  const errors = used.slice(1).map((type) => forbidden(`${path}.${type}`, 'may not specify more than 1 volume type'));
  if (name === '') return [...errors, required(`${path}.name`)];
  return [...errors, ...checkLabelName(name).map((message) => invalid(`${path}.name`, name, message))];
}

interface ContainerPlace {
  readonly path: string;
  readonly volumes: readonly string[];
}

function checkContainer(container: Json, { path, volumes }: ContainerPlace): readonly FieldError[] {
  const name = textIn(container, 'name');
  const errors: FieldError[] = [];
  if (name === '') errors.push(required(`${path}.name`));
  else errors.push(...checkLabelName(name).map((message) => invalid(`${path}.name`, name, message)));
  if (textIn(container, 'image') === '') errors.push(required(`${path}.image`));
  errors.push(...listIn(container, 'ports').flatMap((port, index) => checkPort(port, `${path}.ports[${index}]`)));
  const portNames = listIn(container, 'ports').map((port) => textIn(port, 'name'));
  errors.push(...repeated(portNames, (index) => `${path}.ports[${index}].name`));
  for (const [index, env] of listIn(container, 'env').entries())
    if (textIn(env, 'name') === '') errors.push(required(`${path}.env[${index}].name`));
  errors.push(...checkMounts(listIn(container, 'volumeMounts'), { path, volumes }), ...checkProbes(container, path));
  return errors;
}

function checkPort(port: Json, path: string): readonly FieldError[] {
  const number = isObject(port) ? port['containerPort'] : 0;
  const errors: FieldError[] = [];
  if (number === 0) errors.push(required(`${path}.containerPort`));
  else errors.push(...checkPortNumber(number ?? 0, `${path}.containerPort`));
  const protocol = textIn(port, 'protocol');
  if (!['SCTP', 'TCP', 'UDP'].includes(protocol))
    errors.push(notSupported(`${path}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']));
  return errors;
}

/** What is wrong with the number of a port. */
export function checkPortNumber(number: Json, path: string): readonly FieldError[] {
  const isPort = typeof number === 'number' && number >= 1 && number <= 65_535;
  return isPort ? [] : [invalid(path, number, 'must be between 1 and 65535, inclusive')];
}

function checkMounts(mounts: readonly Json[], { path, volumes }: ContainerPlace): readonly FieldError[] {
  const paths = mounts.map((mount) => textIn(mount, 'mountPath'));
  return mounts.flatMap((mount, index) => {
    const at = `${path}.volumeMounts[${index}]`;
    const name = textIn(mount, 'name');
    const errors: FieldError[] = [];
    if (name === '') errors.push(required(`${at}.name`));
    if (!volumes.includes(name)) errors.push(missing(`${at}.name`, name));
    const place = paths[index] ?? '';
    if (place === '') errors.push(required(`${at}.mountPath`));
    if (paths.indexOf(place) < index) errors.push(invalid(`${at}.mountPath`, place, 'must be unique'));
    return errors;
  });
}

function checkProbes(container: Json, path: string): readonly FieldError[] {
  return ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((name) =>
    ['httpGet', 'tcpSocket'].flatMap((handler) => {
      const probe = objectIn(container, name)[handler];
      if (!isObject(probe) || typeof probe['port'] === 'string') return [];
      return checkPortNumber(probe['port'] ?? 0, `${path}.${name}.${handler}.port`);
    }),
  );
}

interface NamedPort {
  readonly field: string;
  readonly port: JsonObject;
}

/** What is allowed in a pod template and hardly meant. */
export function warnOfPodTemplate(template: JsonObject, path: string): readonly string[] {
  const spec = objectIn(template, 'spec');
  const ports = ['initContainers', 'containers'].flatMap((list) =>
    listIn(spec, list).flatMap((container, index) =>
      listIn(container, 'ports')
        .filter(isObject)
        .map((port, at) => ({ field: `${path}.spec.${list}[${index}].ports[${at}]`, port })),
    ),
  );
  return [...ports.flatMap((port, at) => overlaps(port, ports.slice(0, at))), ...sameNames(ports)];
}

function overlaps({ field, port }: NamedPort, before: readonly NamedPort[]): readonly string[] {
  return before
    .filter(
      ({ port: other }) => other['containerPort'] === port['containerPort'] && other['protocol'] === port['protocol'],
    )
    .flatMap((other) => {
      const [host, otherHost] = [port['hostPort'] ?? 0, other.port['hostPort'] ?? 0];
      const hasSameHost = host === otherHost && (port['hostIP'] ?? '') === (other.port['hostIP'] ?? '');
      if (hasSameHost) return [`${field}: duplicate port definition with ${other.field}`];
      return host === 0 || otherHost === 0 ? [`${field}: overlapping port definition with ${other.field}`] : [];
    });
}

function sameNames(ports: readonly NamedPort[]): readonly string[] {
  const first = new Map<string, string>();
  return ports.flatMap(({ field, port }) => {
    const name = textIn(port, 'name');
    if (name === '') return [];
    const other = first.get(name);
    if (other !== undefined)
      return [
        `${field}: duplicate port name ${JSON.stringify(name)} with ${other}, services and probes that select ports by name will use ${other}`,
      ];
    first.set(name, field);
    return [];
  });
}
