// Events as `events.k8s.io/v1` has them: the same fields as in the core group, under other names.

import type { ApiObject } from '../model/api-object.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { OtherForm } from './forms.ts';

/** The names in `events.k8s.io/v1`, and in the core group. */
const NAMES = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
] as const;
const TO_CORE: ReadonlyMap<string, string> = new Map(NAMES);
const FROM_CORE: ReadonlyMap<string, string> = new Map(NAMES.map(([name, core]) => [core, name]));

/** How events of the core group and of their own are made from each other. */
export const EVENT_FORM: OtherForm = {
  storedAs: 'v1/Event',
  toStored: (object) => renamed({ ...object, apiVersion: 'v1' }, TO_CORE),
  fromStored: (object) => renamed({ ...object, apiVersion: 'events.k8s.io/v1' }, FROM_CORE),
};

function renamed(object: JsonObject, names: ReadonlyMap<string, string>): ApiObject {
  const fields = Object.entries(object).map(([name, value]): [string, Json] => [names.get(name) ?? name, value]);
  return Object.fromEntries(fields) as ApiObject;
}
