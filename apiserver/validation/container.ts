// Rules about containers.

import { duplicate, type FieldError, forbidden, invalid, missing, required } from '../model/field-error.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { compareQuantities } from '../schema/quantity.ts';
import { checkNeededOneOf, checkPortNumber, checkProtocol, checkQuantity } from './fields.ts';
import { checkHandlers, checkNoHandlers } from './handler.ts';
import { checkLabelName, checkPortName, checkQualifiedName } from './names.ts';
import { checkContainerSecurity } from './security.ts';
import { checkVariables } from './variables.ts';
import { checkRelativePath } from './volume.ts';

/** Where containers are: in which list, and in which pod. */
export interface ContainerPlace {
  readonly path: string;
  /** The volumes that can be mounted. */
  readonly volumes: readonly string[];
  readonly graceSeconds: Json;
}

/** What is wrong with the containers that make up a pod. */
export function checkContainers(containers: readonly Json[], place: ContainerPlace): readonly FieldError[] {
  if (containers.length === 0) return [required(place.path)];
  const errors = containers.flatMap((one, at) => {
    const path = `${place.path}[${at}]`;
    return [...checkContainer(one, { ...place, path }), ...checkHandlers(objectIn(one), path, place.graceSeconds)];
  });
  return [...errors, ...checkNames(containers, [], place.path), ...checkHostPorts(containers, place.path)];
}

/** What is wrong with the containers that come before those; `names` are the names of those. */
export function checkInitContainers(
  containers: readonly Json[],
  names: readonly string[],
  place: ContainerPlace,
): readonly FieldError[] {
  const errors = containers.flatMap((one, at) => {
    const path = `${place.path}[${at}]`;
    const isSidecar = textIn(one, 'restartPolicy') === 'Always';
    const handlers = isSidecar
      ? checkHandlers(objectIn(one), path, place.graceSeconds)
      : checkNoHandlers(objectIn(one), path);
    return [...checkContainer(one, { ...place, path }), ...handlers];
  });
  return [...errors, ...checkNames(containers, names, place.path)];
}

function checkNames(containers: readonly Json[], before: readonly string[], path: string): readonly FieldError[] {
  const names = [...before, ...containers.map((one) => textIn(one, 'name'))];
  return containers.flatMap((one, at) => {
    const name = textIn(one, 'name');
    const isAgain = name !== '' && names.indexOf(name) < before.length + at;
    return isAgain ? [duplicate(`${path}[${at}].name`, name)] : [];
  });
}

function checkHostPorts(containers: readonly Json[], path: string): readonly FieldError[] {
  const seen = new Set<string>();
  return containers.flatMap((one, at) =>
    listIn(one, 'ports').flatMap((port, index) => {
      const hostPort = isObject(port) ? (port['hostPort'] ?? 0) : 0;
      if (hostPort === 0) return [];
      const used = `${textIn(port, 'hostIP')}/${textIn(port, 'protocol')}/${String(hostPort)}`;
      if (!seen.has(used)) {
        seen.add(used);
        return [];
      }
      const shown = [textIn(port, 'protocol'), textIn(port, 'hostIP'), String(hostPort)].join('/');
      return [duplicate(`${path}[${at}].ports[${index}].hostPort`, shown)];
    }),
  );
}

function checkContainer(container: Json, { path, volumes }: ContainerPlace): readonly FieldError[] {
  const name = textIn(container, 'name');
  const errors: FieldError[] = [];
  if (name === '') errors.push(required(`${path}.name`));
  else errors.push(...checkLabelName(name).map((message) => invalid(`${path}.name`, name, message)));
  if (textIn(container, 'image') === '') errors.push(required(`${path}.image`));
  return [
    ...errors,
    ...checkPolicies(container, path),
    ...checkPorts(listIn(container, 'ports'), `${path}.ports`),
    ...checkVariables(container, path),
    ...checkMounts(listIn(container, 'volumeMounts'), `${path}.volumeMounts`, volumes),
    ...checkResources(objectIn(container, 'resources'), `${path}.resources`),
    ...checkContainerSecurity(objectIn(container)['securityContext'], `${path}.securityContext`),
  ];
}

function checkPolicies(container: Json, path: string): readonly FieldError[] {
  return [
    ...checkNeededOneOf(
      textIn(container, 'terminationMessagePolicy'),
      ['File', 'FallbackToLogsOnError'],
      `${path}.terminationMessagePolicy`,
    ),
    ...checkNeededOneOf(
      textIn(container, 'imagePullPolicy'),
      ['Always', 'IfNotPresent', 'Never'],
      `${path}.imagePullPolicy`,
    ),
  ];
}

function checkPorts(ports: readonly Json[], path: string): readonly FieldError[] {
  const names = ports.map((port) => textIn(port, 'name'));
  return ports.flatMap((port, at) => checkPort(objectIn(port), { path: `${path}[${at}]`, before: names.slice(0, at) }));
}

function checkPort(
  port: JsonObject,
  { path, before }: { readonly path: string; readonly before: readonly string[] },
): readonly FieldError[] {
  const { containerPort = 0, hostPort = 0 } = port;
  const name = textIn(port, 'name');
  const wrong = name === '' ? [] : checkPortName(name);
  const errors = wrong.map((why) => invalid(`${path}.name`, name, why));
  if (name !== '' && wrong.length === 0 && before.includes(name)) errors.push(duplicate(`${path}.name`, name));
  if (containerPort === 0) errors.push(required(`${path}.containerPort`));
  else errors.push(...checkPortNumber(containerPort, `${path}.containerPort`));
  if (hostPort !== 0) errors.push(...checkPortNumber(hostPort, `${path}.hostPort`));
  return [...errors, ...checkProtocol(port['protocol'], `${path}.protocol`)];
}

function checkMounts(mounts: readonly Json[], path: string, volumes: readonly string[]): readonly FieldError[] {
  const places = mounts.map((mount) => textIn(mount, 'mountPath'));
  return mounts.flatMap((mount, index) => {
    const at = `${path}[${index}]`;
    const name = textIn(mount, 'name');
    const errors: FieldError[] = [];
    if (name === '') errors.push(required(`${at}.name`));
    if (!volumes.includes(name)) errors.push(missing(`${at}.name`, name));
    const place = places[index] ?? '';
    if (place === '') errors.push(required(`${at}.mountPath`));
    if (places.indexOf(place) < index) errors.push(invalid(`${at}.mountPath`, place, 'must be unique'));
    // The server names the list and not the mount.
    return [...errors, ...checkSubPaths(mount, path, at)];
  });
}

function checkSubPaths(mount: Json, path: string, at: string): readonly FieldError[] {
  const [plain, computed] = [textIn(mount, 'subPath'), textIn(mount, 'subPathExpr')];
  const errors = [
    ...checkRelativePath(plain, `${path}.subPath`),
    ...checkRelativePath(computed, `${path}.subPathExpr`),
  ];
  if (plain === '' || computed === '') return errors;
  return [...errors, invalid(`${at}.subPathExpr`, computed, 'subPathExpr and subPath are mutually exclusive')];
}

const STANDARD: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);

/** What is wrong with what containers, or a pod, ask for and may use. */
export function checkResources(resources: JsonObject, path: string): readonly FieldError[] {
  const [limits, requests] = [objectIn(resources, 'limits'), objectIn(resources, 'requests')];
  const errors = [...checkAmounts(limits, `${path}.limits`), ...checkAmounts(requests, `${path}.requests`)];
  for (const [name, amount] of Object.entries(requests)) {
    const limit = limits[name];
    const canExceed = (!name.includes('/') || name.includes('kubernetes.io/')) && !name.startsWith('hugepages-');
    const order = limit === undefined ? 0 : compareQuantities(String(amount), String(limit));
    if (limit === undefined && !canExceed)
      errors.push(required(`${path}.limits`, 'Limit must be set for non overcommitable resources'));
    if (order !== 0 && !canExceed)
      errors.push(invalid(`${path}.requests`, amount, `must be equal to ${name} limit of ${String(limit)}`));
    else if (order > 0)
      errors.push(
        invalid(`${path}.requests`, amount, `must be less than or equal to ${name} limit of ${String(limit)}`),
      );
  }
  return errors;
}

function checkAmounts(amounts: JsonObject, path: string): readonly FieldError[] {
  return Object.entries(amounts).flatMap(([name, amount]) => [
    ...checkResourceName(name, `${path}[${name}]`),
    ...checkQuantity(amount, `${path}[${name}]`),
  ]);
}

function checkResourceName(name: string, path: string): readonly FieldError[] {
  const wrong = checkQualifiedName(name).map((why) => invalid(path, name, why));
  if (wrong.length > 0 || name.includes('/') || STANDARD.has(name) || name.startsWith('hugepages-')) return wrong;
  const standard = invalid(path, name, 'must be a standard resource for containers');
  if (KNOWN_ELSEWHERE.has(name)) return [standard];
  return [invalid(path, name, 'must be a standard resource type or fully qualified'), standard];
}

// What may be asked for in claims and quotas.
const KNOWN_ELSEWHERE: ReadonlySet<string> = new Set([
  'storage',
  'pods',
  'services',
  'secrets',
  'configmaps',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'limits.cpu',
  'limits.memory',
]);

/** What is wrong with what a whole pod asks for. */
export function checkPodResources(spec: JsonObject, path: string): readonly FieldError[] {
  const { resources } = spec;
  if (!isObject(resources)) return [];
  const claims = 'claims may not be set for Resources at pod-level';
  const errors = resources['claims'] === undefined ? [] : [forbidden(`${path}.claims`, claims)];
  return [...errors, ...checkResources(resources, path)];
}

/** What is wrong with ports of containers in the network of the node. */
export function checkHostNetwork(spec: JsonObject, path: string, isPod: boolean): readonly FieldError[] {
  if (spec['hostNetwork'] !== true) return [];
  return listIn(spec, 'containers').flatMap((container, at) =>
    listIn(container, 'ports').flatMap((port, index) => {
      const { hostPort = 0, containerPort = 0 } = objectIn(port);
      if ((!isPod && hostPort === 0) || hostPort === containerPort) return [];
      const message = 'must match `containerPort` when `hostNetwork` is true';
      return [invalid(`${path}.containers[${at}].ports[${index}].hostPort`, hostPort, message)];
    }),
  );
}
