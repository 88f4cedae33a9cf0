// Rules about the specs of pods, by themselves and in templates.

import { type FieldError, forbidden, invalid, notSupported, required } from '../model/field-error.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { checkContainers, checkHostNetwork, checkInitContainers, checkPodResources } from './container.ts';
import { checkAddress, checkLabelSelector, checkNeededOneOf, checkOneOf } from './fields.ts';
import { checkLabels } from './metadata.ts';
import { checkLabelName, checkLabelValue, checkQualifiedName, checkSubdomain } from './names.ts';
import { checkPodSecurity } from './security.ts';
import { checkVolumes } from './volume.ts';

const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
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

function checkToleration(toleration: Json, path: string): readonly FieldError[] {
  const [key, operator, value] = ['key', 'operator', 'value'].map((name) => textIn(toleration, name)) as [
    string,
    string,
    string,
  ];
  const errors = key === '' ? [] : checkQualifiedName(key).map((why) => invalid(`${path}.key`, key, why));
  if (key === '' && operator !== 'Exists') {
    const why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalid(`${path}.operator`, operator, why));
  }
  const effect = textIn(toleration, 'effect');
  if (objectIn(toleration)['tolerationSeconds'] !== undefined && effect !== 'NoExecute')
    errors.push(invalid(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  errors.push(...checkOperator(operator, value, `${path}.operator`));
  return effect === '' ? errors : [...errors, ...checkOneOf(effect, EFFECTS, `${path}.effect`)];
}

function checkOperator(operator: string, value: string, path: string): readonly FieldError[] {
  if (operator === 'Exists')
    return value === '' ? [] : [invalid(path, value, "value must be empty when `operator` is 'Exists'")];
  if (operator !== '' && operator !== 'Equal') {
    const further = ['Lt', 'Gt'];
    const known = ['Equal', 'Exists'];
    return [notSupported(path, operator, further.includes(operator) ? [...known, ...further] : known)];
  }
  const why = checkLabelValue(value);
  return why.length === 0 ? [] : [invalid(path, value, why.join(';'))];
}

function checkSpread(constraints: readonly Json[], path: string): readonly FieldError[] {
  const keys = constraints.map((one) => `${textIn(one, 'topologyKey')}, ${textIn(one, 'whenUnsatisfiable')}`);
  return constraints.flatMap((constraint, index) => {
    const at = `${path}[${index}]`;
    const { maxSkew = 0 } = objectIn(constraint);
    const errors: FieldError[] = [];
    if (typeof maxSkew === 'number' && maxSkew <= 0)
      errors.push(invalid(`${at}.maxSkew`, maxSkew, 'must be greater than zero'));
    if (textIn(constraint, 'topologyKey') === '') errors.push(required(`${at}.topologyKey`, 'can not be empty'));
    const action = textIn(constraint, 'whenUnsatisfiable');
    errors.push(...checkOneOf(action, ['DoNotSchedule', 'ScheduleAnyway'], `${at}.whenUnsatisfiable`));
    if (keys.indexOf(keys[index] ?? '', index + 1) > 0) {
      const value = `{${keys[index]}}`;
      errors.push({
        reason: 'FieldValueDuplicate',
        field: `${at}.{topologyKey, whenUnsatisfiable}`,
        message: `Duplicate value: ${JSON.stringify(value)}`,
      });
    }
    return [...errors, ...checkLabelSelector(objectIn(constraint)['labelSelector'], `${at}.labelSelector`)];
  });
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

function checkAffinity(affinity: JsonObject, path: string): readonly FieldError[] {
  return ['podAffinity', 'podAntiAffinity'].flatMap((name) => {
    const rules = objectIn(affinity, name);
    const at = `${path}.${name}`;
    return [
      ...listIn(rules, REQUIRED).flatMap((term, index) => checkPodTerm(term, `${at}.${REQUIRED}[${index}]`)),
      ...listIn(rules, PREFERRED).flatMap((term, index) => [
        ...checkWeight(term, `${at}.${PREFERRED}[${index}].weight`),
        ...checkPodTerm(objectIn(term, 'podAffinityTerm'), `${at}.${PREFERRED}[${index}].podAffinityTerm`),
      ]),
    ];
  });
}

function checkWeight(term: Json, path: string): readonly FieldError[] {
  const { weight = 0 } = objectIn(term);
  const isWeight = typeof weight === 'number' && weight >= 1 && weight <= 100;
  return isWeight ? [] : [invalid(path, weight, 'must be in the range 1-100')];
}

function checkPodTerm(term: Json, path: string): readonly FieldError[] {
  const key = textIn(term, 'topologyKey');
  const errors = [...checkLabelSelector(objectIn(term)['labelSelector'], `${path}.labelSelector`)];
  if (key === '') errors.push(required(`${path}.topologyKey`, 'can not be empty'));
  return [...errors, ...checkQualifiedName(key).map((why) => invalid(`${path}.topologyKey`, key, why))];
}

/** What no workload may say of its pods. */
export function checkNoDeadline(template: JsonObject, path: string, kind: string): readonly FieldError[] {
  if (objectIn(template, 'spec')['activeDeadlineSeconds'] === undefined) return [];
  const owner = kind === 'Deployment' ? 'ReplicaSet' : kind;
  return [forbidden(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${owner} is not Supported`)];
}
