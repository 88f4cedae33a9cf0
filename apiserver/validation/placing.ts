// Rules about where pods are placed: tolerations, spreading, affinity, gates.

import { duplicate, type FieldError, forbidden, invalid, notSupported, required } from '../model/field-error.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { checkLabelSelector, checkOneOf } from './fields.ts';
import { checkLabelName, checkLabelValue, checkQualifiedName, checkSubdomain } from './names.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** What is wrong with a toleration. */
export function checkToleration(toleration: Json, path: string): readonly FieldError[] {
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

/** What is wrong with how pods are to be spread. */
export function checkSpread(constraints: readonly Json[], path: string): readonly FieldError[] {
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
    return [
      ...errors,
      ...checkSpreadFields(objectIn(constraint), action, at),
      ...checkLabelKeys(objectIn(constraint), at),
      ...checkLabelSelector(objectIn(constraint)['labelSelector'], `${at}.labelSelector`),
    ];
  });
}

function checkSpreadFields(constraint: JsonObject, action: string, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { minDomains } = constraint;
  if (typeof minDomains === 'number') {
    const at = `${path}.minDomains`;
    if (minDomains <= 0) errors.push(invalid(at, minDomains, 'must be greater than zero'));
    const what = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`;
    if (action !== 'DoNotSchedule') errors.push(invalid(at, minDomains, what));
  }
  for (const name of ['nodeAffinityPolicy', 'nodeTaintsPolicy']) {
    const policy = constraint[name];
    if (typeof policy === 'string' && policy !== 'Honor' && policy !== 'Ignore')
      errors.push(notSupported(`${path}.${name}`, policy, ['Honor', 'Ignore']));
  }
  return errors;
}

// Keys whose values are taken from the labels of the pod itself.
function checkLabelKeys(selecting: JsonObject, path: string): readonly FieldError[] {
  const { labelSelector } = selecting;
  const [same, other] = ['matchLabelKeys', 'mismatchLabelKeys'].map((name) => listIn(selecting, name).map(String));
  if (same === undefined || other === undefined || same.length + other.length === 0) return [];
  const errors = [
    ...checkKeys(same, labelSelector, `${path}.matchLabelKeys`),
    ...checkKeys(other, labelSelector, `${path}.mismatchLabelKeys`),
  ];
  const seen = new Set(Object.keys(objectIn(labelSelector, 'matchLabels')));
  for (const { key } of listIn(labelSelector, 'matchExpressions').map((one) => ({ key: textIn(one, 'key') }))) {
    const what = 'exists in both matchLabelKeys and labelSelector';
    if (same.includes(key) && seen.has(key)) errors.push(invalid(`${path}[${same.lastIndexOf(key)}]`, key, what));
    seen.add(key);
  }
  for (const [at, key] of same.entries())
    if (other.includes(key))
      errors.push(invalid(`${path}.matchLabelKeys[${at}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys'));
  return errors;
}

function checkKeys(keys: readonly string[], selector: Json | undefined, path: string): readonly FieldError[] {
  if (keys.length === 0) return [];
  if (!isObject(selector)) return [forbidden(path, 'must not be specified when labelSelector is not set')];
  return keys.flatMap((key, at) => checkQualifiedName(key).map((why) => invalid(`${path}[${at}]`, key, why)));
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** What is wrong with where pods are to be, near which nodes and pods, or far from which. */
export function checkAffinity(affinity: JsonObject, path: string): readonly FieldError[] {
  const pods = ['podAffinity', 'podAntiAffinity'].flatMap((name) => {
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
  return [...checkNodeAffinity(objectIn(affinity, 'nodeAffinity'), `${path}.nodeAffinity`), ...pods];
}

function checkNodeAffinity(rules: JsonObject, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const needed = rules[REQUIRED];
  if (isObject(needed)) {
    const at = `${path}.${REQUIRED}.nodeSelectorTerms`;
    const terms = listIn(needed, 'nodeSelectorTerms');
    if (terms.length === 0) errors.push(required(at, 'must have at least one node selector term'));
    errors.push(...terms.flatMap((term, index) => checkNodeTerm(term, `${at}[${index}]`, true)));
  }
  for (const [index, term] of listIn(rules, PREFERRED).entries()) {
    const at = `${path}.${PREFERRED}[${index}]`;
    // Values of preferences are never looked at.
    errors.push(...checkWeight(term, `${at}.weight`));
    errors.push(...checkNodeTerm(objectIn(term, 'preference'), `${at}.preference`, false));
  }
  return errors;
}

function checkNodeTerm(term: Json, path: string, checksValues: boolean): readonly FieldError[] {
  return [
    ...listIn(term, 'matchExpressions').flatMap((one, at) =>
      checkExpression(one, `${path}.matchExpressions[${at}]`, checksValues),
    ),
    ...listIn(term, 'matchFields').flatMap((one, at) => checkField(one, `${path}.matchFields[${at}]`)),
  ];
}

const NO_OPERATOR = 'not a valid selector operator';

function checkExpression(expression: Json, path: string, checksValues: boolean): readonly FieldError[] {
  const [key, operator] = [textIn(expression, 'key'), textIn(expression, 'operator')];
  const values = listIn(expression, 'values').map(String);
  const errors = [...checkCount(operator, values.length, path)];
  errors.push(...checkQualifiedName(key).map((why) => invalid(`${path}.key`, key, why)));
  if (!checksValues) return errors;
  const wrong = values.flatMap((value, at) =>
    checkLabelValue(value).map((why) => invalid(`${path}.values[${at}]`, value, why)),
  );
  return [...errors, ...wrong];
}

function checkCount(operator: string, count: number, path: string): readonly FieldError[] {
  const at = `${path}.values`;
  switch (operator) {
    case 'In':
    case 'NotIn':
      return count > 0 ? [] : [required(at, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return count === 0 ? [] : [forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    case 'Gt':
    case 'Lt':
      return count === 1 ? [] : [required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
    default:
      return [invalid(`${path}.operator`, operator, NO_OPERATOR)];
  }
}

function checkField(requirement: Json, path: string): readonly FieldError[] {
  const [key, operator] = [textIn(requirement, 'key'), textIn(requirement, 'operator')];
  const values = listIn(requirement, 'values').map(String);
  const errors: FieldError[] = [];
  const one = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
  if (operator !== 'In' && operator !== 'NotIn') errors.push(invalid(`${path}.operator`, operator, NO_OPERATOR));
  else if (values.length !== 1) errors.push(required(`${path}.values`, one));
  if (key !== 'metadata.name') return [...errors, invalid(`${path}.key`, key, 'not a valid field selector key')];
  const wrong = values.flatMap((value, at) =>
    checkSubdomain(value).map((why) => invalid(`${path}.values[${at}]`, value, why)),
  );
  return [...errors, ...wrong];
}

function checkWeight(term: Json, path: string): readonly FieldError[] {
  const { weight = 0 } = objectIn(term);
  const isWeight = typeof weight === 'number' && weight >= 1 && weight <= 100;
  return isWeight ? [] : [invalid(path, weight, 'must be in the range 1-100')];
}

function checkPodTerm(term: Json, path: string): readonly FieldError[] {
  const key = textIn(term, 'topologyKey');
  const { labelSelector, namespaceSelector } = objectIn(term);
  const errors = [
    ...checkLabelSelector(labelSelector, `${path}.labelSelector`),
    ...checkLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
    ...listIn(term, 'namespaces')
      .map(String)
      .flatMap((name) => checkLabelName(name).map((why) => invalid(`${path}.namespace`, name, why))),
    ...checkLabelKeys(objectIn(term), path),
  ];
  if (key === '') errors.push(required(`${path}.topologyKey`, 'can not be empty'));
  return [...errors, ...checkQualifiedName(key).map((why) => invalid(`${path}.topologyKey`, key, why))];
}

/** What is wrong with what holds pods back, and with what makes them ready. */
export function checkGates(spec: JsonObject, path: string): readonly FieldError[] {
  const gates = listIn(spec, 'schedulingGates').map((gate) => textIn(gate, 'name'));
  return [
    ...gates.flatMap((name, at) => {
      const field = `${path}.schedulingGates[${at}]`;
      const wrong = checkQualifiedName(name).map((why) => invalid(field, name, why));
      return gates.indexOf(name) < at ? [...wrong, duplicate(field, name)] : wrong;
    }),
    ...listIn(spec, 'readinessGates').flatMap((gate, at) => {
      const type = textIn(gate, 'conditionType');
      return checkQualifiedName(type).map((why) => invalid(`${path}.readinessGates[${at}].conditionType`, type, why));
    }),
  ];
}
