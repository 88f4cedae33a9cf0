// Rules about what is done to a container from outside: probes, and the hooks of its life.

import { type FieldError, forbidden, invalid, notSupported, required } from '../model/field-error.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { checkNotNegative, checkPort } from './fields.ts';
import { checkHeaderName } from './names.ts';

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const HOOKS = ['postStart', 'preStop'] as const;
const TIMES = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'];

/** What is wrong with the probes of a container, and with its hooks. */
export function checkHandlers(container: JsonObject, path: string, graceSeconds: Json): readonly FieldError[] {
  const hooks = HOOKS.flatMap((name) => {
    const hook = objectIn(container, 'lifecycle')[name];
    return isObject(hook) ? checkHandler(hook, `${path}.lifecycle.${name}`, graceSeconds) : [];
  });
  return [...hooks, ...PROBES.flatMap((name) => checkProbe(container[name], `${path}.${name}`, name))];
}

/** What is wrong with those of a container that ends before the others begin: it may have none. */
export function checkNoHandlers(container: JsonObject, path: string): readonly FieldError[] {
  const message = 'may not be set for init containers without restartPolicy=Always';
  return ['lifecycle', ...PROBES]
    .filter((name) => isObject(container[name]))
    .map((name) => forbidden(`${path}.${name}`, message));
}

function checkProbe(probe: Json | undefined, path: string, name: (typeof PROBES)[number]): readonly FieldError[] {
  if (!isObject(probe)) return [];
  const errors = [...checkHandler(probe, path, undefined), ...checkNotNegative(probe, TIMES, path)];
  const { terminationGracePeriodSeconds: grace, successThreshold = 0 } = probe;
  if (typeof grace === 'number' && grace <= 0)
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
  if (name !== 'readinessProbe' && successThreshold !== 1)
    errors.push(invalid(`${path}.successThreshold`, successThreshold, 'must be 1'));
  if (name === 'readinessProbe' && grace !== undefined)
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes'));
  return errors;
}

type Check = (action: JsonObject, path: string, graceSeconds: Json | undefined) => readonly FieldError[];

// In the order in which the server looks: the first one counts, each further one is refused.
const ACTIONS: Readonly<Record<string, Check>> = {
  exec: (action, path) => (listIn(action, 'command').length === 0 ? [required(`${path}.command`)] : []),
  httpGet: checkHttpGet,
  tcpSocket: (action, path) => checkPort(action['port'] ?? 0, `${path}.port`),
  grpc: (action, path) => checkPort(action['port'] ?? 0, `${path}.port`),
  sleep: checkSleep,
};

function checkHandler(handler: JsonObject, path: string, graceSeconds: Json | undefined): readonly FieldError[] {
  const used = Object.entries(ACTIONS).filter(([name]) => isObject(handler[name]));
  if (used.length === 0) return [required(path, 'must specify a handler type')];
  return used.flatMap(([name, check], at) => {
    const field = `${path}.${name}`;
    if (at > 0) return [forbidden(field, 'may not specify more than 1 handler type')];
    return check(objectIn(handler, name), field, graceSeconds);
  });
}

function checkHttpGet(action: JsonObject, path: string): readonly FieldError[] {
  const errors = textIn(action, 'path') === '' ? [required(`${path}.path`)] : [];
  errors.push(...checkPort(action['port'] ?? 0, `${path}.port`));
  const scheme = textIn(action, 'scheme');
  if (!['HTTP', 'HTTPS'].includes(scheme)) errors.push(notSupported(`${path}.scheme`, scheme, ['HTTP', 'HTTPS']));
  for (const header of listIn(action, 'httpHeaders')) {
    const name = textIn(header, 'name');
    errors.push(...checkHeaderName(name).map((why) => invalid(`${path}.httpHeaders`, name, why)));
  }
  return errors;
}

function checkSleep(action: JsonObject, path: string, graceSeconds: Json | undefined): readonly FieldError[] {
  const seconds = action['seconds'] ?? 0;
  if (typeof graceSeconds !== 'number' || typeof seconds !== 'number') return [];
  if (seconds >= 0 && seconds <= graceSeconds) return [];
  const message = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`;
  return [invalid(path, seconds, message)];
}
