// Rules about the specs of pods, by themselves and in templates.

import { type FieldError, forbidden, invalid, required } from '../model/field-error.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { checkContainers, checkHostNetwork, checkInitContainers, checkPodResources } from './container.ts';
import { checkAddress, checkNeededOneOf, checkOneOf } from './fields.ts';
import { checkLabels } from './metadata.ts';
import { checkLabelName, checkSubdomain } from './names.ts';
import { checkAffinity, checkGates, checkSpread, checkToleration } from './placing.ts';
import { checkPodSecurity } from './security.ts';
import { checkVolumes } from './volume.ts';

const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const MAX_DEADLINE = 2_147_483_647;

/** What is wrong with the spec of a pod. `isPod`: it is that of a pod, not of a template. */
export function checkPodSpec(spec: JsonObject, path: string, isPod = false): readonly FieldError[] {
  const { errors, usable } = checkVolumes(listIn(spec, 'volumes'), `${path}.volumes`);
  const place = { volumes: usable, graceSeconds: spec['terminationGracePeriodSeconds'] ?? null };
  const [containers, first] = [listIn(spec, 'containers'), listIn(spec, 'initContainers')];
  const names = containers.map((one) => textIn(one, 'name'));
  return [
    ...errors,
    ...checkContainers(containers, { ...place, path: `${path}.containers` }),
    ...checkInitContainers(first, names, { ...place, path: `${path}.initContainers` }),
    ...checkPodResources(spec, `${path}.resources`),
    ...checkHostNetwork(spec, path, isPod),
    ...checkChoices(spec, path),
    ...checkLabels(spec['nodeSelector'], `${path}.nodeSelector`),
    ...checkPodSecurity(spec['securityContext'], `${path}.securityContext`),
    ...checkSpecNames(spec, path),
    ...checkDeadline(spec, `${path}.activeDeadlineSeconds`),
    ...listIn(spec, 'tolerations').flatMap((one, at) => checkToleration(one, `${path}.tolerations[${at}]`)),
    ...listIn(spec, 'hostAliases').flatMap((one, at) => checkAlias(one, `${path}.hostAliases[${at}]`)),
    ...checkSpread(listIn(spec, 'topologySpreadConstraints'), `${path}.topologySpreadConstraints`),
    ...checkAffinity(objectIn(spec, 'affinity'), `${path}.affinity`),
    ...checkGates(spec, path),
  ];
}

function checkChoices(spec: JsonObject, path: string): readonly FieldError[] {
  const system = spec['os'];
  const name = textIn(system, 'name');
  const needed = isObject(system) && name === '' ? [required(`${path}.os.name`)] : [];
  const policy = spec['preemptionPolicy'];
  return [
    ...checkNeededOneOf(textIn(spec, 'restartPolicy'), ['Always', 'OnFailure', 'Never'], `${path}.restartPolicy`),
    ...checkNeededOneOf(textIn(spec, 'dnsPolicy'), DNS_POLICIES, `${path}.dnsPolicy`),
    ...(typeof policy === 'string'
      ? checkNeededOneOf(policy, ['PreemptLowerPriority', 'Never'], `${path}.preemptionPolicy`)
      : []),
    ...needed,
    ...(name === '' ? [] : checkOneOf(name, ['linux', 'windows'], `${path}.os`)),
  ];
}

type Check = (text: string) => readonly string[];
const NAMES: Readonly<Record<string, Check>> = {
  serviceAccountName: checkSubdomain,
  nodeName: checkSubdomain,
  hostname: checkLabelName,
  subdomain: checkLabelName,
  priorityClassName: checkSubdomain,
};
// These may not even be empty.
const GIVEN_NAMES: Readonly<Record<string, Check>> = {
  runtimeClassName: checkSubdomain,
  hostnameOverride: checkSubdomain,
};

function checkSpecNames(spec: JsonObject, path: string): readonly FieldError[] {
  return [NAMES, GIVEN_NAMES].flatMap((table) =>
    Object.entries(table).flatMap(([field, check]) => {
      const name = spec[field];
      if (typeof name !== 'string' || (name === '' && table === NAMES)) return [];
      return check(name).map((why) => invalid(`${path}.${field}`, name, why));
    }),
  );
}

function checkDeadline(spec: JsonObject, path: string): readonly FieldError[] {
  const seconds = spec['activeDeadlineSeconds'];
  if (typeof seconds !== 'number' || (seconds >= 1 && seconds <= MAX_DEADLINE)) return [];
  return [invalid(path, seconds, `must be between 1 and ${MAX_DEADLINE}, inclusive`)];
}

function checkAlias(alias: Json, path: string): readonly FieldError[] {
  const names = listIn(alias, 'hostnames').flatMap((name, at) =>
    checkSubdomain(String(name)).map((why) => invalid(`${path}.hostnames[${at}]`, name, why)),
  );
  return [...checkAddress(textIn(alias, 'ip'), `${path}.ip`), ...names];
}

/** What no workload may say of its pods. */
export function checkNoDeadline(template: JsonObject, path: string, kind: string): readonly FieldError[] {
  if (objectIn(template, 'spec')['activeDeadlineSeconds'] === undefined) return [];
  const owner = kind === 'Deployment' ? 'ReplicaSet' : kind;
  return [forbidden(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${owner} is not Supported`)];
}
