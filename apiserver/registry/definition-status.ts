// What the status of a definition says next: the names that it got, whether it was approved, whether it is served.
// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/

import { approvalCondition } from '../definition/approval.ts';
import type { ApiObject } from '../model/api-object.ts';
import { goQuote } from '../model/go-text.ts';
import { equals, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';

/** A status to be written. */
export interface NextStatus {
  readonly status: JsonObject;
  readonly changesNames: boolean;
}

/** The next status of a definition among others of its group; undefined where it has said all. */
export function nextStatus(definition: ApiObject, others: readonly ApiObject[], time: string): NextStatus | undefined {
  const status = objectIn(definition, 'status');
  const conditions = listIn(status, 'conditions');
  const put = (condition: JsonObject): NextStatus => ({
    status: { ...status, conditions: withCondition(conditions, { ...condition, lastTransitionTime: time }) },
    changesNames: false,
  });
  const named = nextNames(definition, others, time);
  if (named !== undefined) return { status: named, changesNames: true };
  const approval = approvalCondition(definition);
  if (approval !== undefined && !isSame(approval, find(conditions, 'KubernetesAPIApprovalPolicyConformant')))
    return put(approval);
  if (!isTrue(conditions, 'NamesAccepted') || isTrue(conditions, 'Established')) return undefined;
  return put({ ...ACCEPTED, type: 'Established', status: 'True', reason: 'InitialNamesAccepted' });
}

const ACCEPTED = { message: 'the initial names have been accepted' };

function nextNames(definition: ApiObject, others: readonly ApiObject[], time: string): JsonObject | undefined {
  const status = objectIn(definition, 'status');
  const wanted = objectIn(definition, 'spec', 'names');
  const accepted = objectIn(status, 'acceptedNames');
  if (equals(wanted, accepted)) return undefined;
  const conditions = listIn(status, 'conditions');
  const { names, condition } = accept(wanted, accepted, others);
  if (equals(names, accepted) && isSame(condition, find(conditions, 'NamesAccepted'))) return undefined;
  const established = find(conditions, 'Established') ?? {
    type: 'Established',
    status: 'False',
    reason: 'NotAccepted',
    message: 'not all names are accepted',
  };
  const isInstalling = established['status'] !== 'True' && condition['status'] === 'True';
  const next = isInstalling ? { ...ACCEPTED, type: 'Established', status: 'False', reason: 'Installing' } : established;
  const list = [condition, next].reduce(
    (all: readonly Json[], one) => withCondition(all, { ...one, lastTransitionTime: time }),
    conditions,
  );
  return { ...status, acceptedNames: names, conditions: list };
}

const SINGLE: readonly (readonly [name: string, reason: string, isKind: boolean])[] = [
  ['plural', 'PluralConflict', false],
  ['singular', 'SingularConflict', false],
  ['shortNames', 'ShortNamesConflict', false],
  ['kind', 'KindConflict', true],
  ['listKind', 'ListKindConflict', true],
];

// The last conflict is the one that is told; what has no conflict is accepted all the same.
function accept(
  wanted: JsonObject,
  accepted: JsonObject,
  others: readonly ApiObject[],
): { readonly names: JsonObject; readonly condition: JsonObject } {
  const taken = others.map((other) => objectIn(other, 'status', 'acceptedNames'));
  const resources = new Set(
    taken.flatMap((names) => [names['plural'], names['singular'], ...listIn(names, 'shortNames')]),
  );
  const kinds = new Set(taken.flatMap((names) => [names['kind'], names['listKind']]));
  let names: JsonObject = accepted;
  let condition: JsonObject = {
    type: 'NamesAccepted',
    status: 'True',
    reason: 'NoConflicts',
    message: 'no conflicts found',
  };
  for (const [name, reason, isKind] of SINGLE) {
    const [now, before] = [wanted[name], accepted[name]];
    const asked = [now ?? []].flat().filter((one) => ![before ?? []].flat().includes(one));
    const conflicts = asked.filter((one) => (isKind ? kinds : resources).has(one));
    if (conflicts.length === 0) names = withName(names, name, now);
    else condition = { type: 'NamesAccepted', status: 'False', reason, message: inUse(conflicts) };
  }
  return { names: withName(names, 'categories', wanted['categories']), condition };
}

function inUse(names: readonly Json[]): string {
  const texts = names.map((name) => `${goQuote(String(name))} is already in use`);
  return texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
}

function withName(names: JsonObject, name: string, value: Json | undefined): JsonObject {
  const { [name]: _, ...rest } = names;
  return value === undefined ? rest : { ...rest, [name]: value };
}

function find(conditions: readonly Json[], type: string): JsonObject | undefined {
  return conditions.filter(isObject).find((condition) => condition['type'] === type);
}

function isTrue(conditions: readonly Json[], type: string): boolean {
  return textIn(find(conditions, type), 'status') === 'True';
}

function isSame(one: JsonObject, other: JsonObject | undefined): boolean {
  return ['status', 'reason', 'message'].every((name) => one[name] === other?.[name]);
}

/** The conditions with one in its place, or at the end. Its time stays while its status does. */
export function withCondition(conditions: readonly Json[], condition: JsonObject): readonly Json[] {
  const before = find(conditions, textIn(condition, 'type'));
  if (before === undefined) return [...conditions, condition];
  const lastTransitionTime =
    before['status'] === condition['status'] ? before['lastTransitionTime'] : condition['lastTransitionTime'];
  const next = { ...before, ...condition, ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }) };
  return conditions.map((one) => (one === before ? next : one));
}
