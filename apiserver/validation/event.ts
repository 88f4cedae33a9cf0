// Rules about events. Those that tell when they happened are of the newer kind, of which more is wanted; through
// `events.k8s.io` nothing but those is taken. All of it looks at the form of the core group.

import { type ApiObject, namespaceOf } from '../model/api-object.ts';
import { type FieldError, invalid, required } from '../model/field-error.ts';
import { equals, type Json, objectIn, textIn } from '../model/json.ts';
import { checkQualifiedName } from './names.ts';

const MAX_WORD = 128;
const MAX_NOTE = 1024;
const TYPES: readonly string[] = ['Normal', 'Warning'];

/** What is wrong with an event of the core group. */
export function checkCoreEvent(object: ApiObject): readonly FieldError[] {
  return checkEvent(object, 'reportingComponent');
}

/** What is wrong with a new event of `events.k8s.io`. */
export function checkNewEvent(object: ApiObject): readonly FieldError[] {
  const { eventTime = null, firstTimestamp = null, lastTimestamp = null, count, source } = object;
  const type = textIn(object, 'type');
  const old: readonly (readonly [string, boolean])[] = [
    ['firstTimestamp', firstTimestamp !== null],
    ['lastTimestamp', lastTimestamp !== null],
    ['count', count !== undefined],
    ['source', Object.keys(objectIn(source)).length > 0],
  ];
  return [
    ...checkEvent(object, 'reportingController'),
    ...checkSeries(object),
    ...(eventTime === null ? [required('eventTime')] : []),
    ...(TYPES.includes(type) ? [] : [invalid('type', '', `has invalid value: ${type}`)]),
    ...old.filter(([, isSet]) => isSet).map(([field]) => invalid(field, '', 'needs to be unset')),
  ];
}

const FROZEN = [
  'involvedObject',
  'reason',
  'message',
  'source',
  'firstTimestamp',
  'lastTimestamp',
  'count',
  'reportingInstance',
  'action',
  'type',
  'related',
  'eventTime',
] as const;

/** What is wrong with a changed event of `events.k8s.io`: only its series goes on. */
export function checkChangedEvent(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const changed = (name: string, field = name): readonly FieldError[] => {
    const [now, before] = [object[name] ?? null, old[name] ?? null];
    return equals(now, before) ? [] : [invalid(field, now, 'field is immutable')];
  };
  return [
    ...checkEvent(object, 'reportingController'),
    ...(equals(object['series'], old['series']) ? [] : checkSeries(object)),
    ...FROZEN.flatMap((name) => changed(name)),
    ...changed('reportingComponent', 'reportingController'),
  ];
}

function checkSeries(object: ApiObject): readonly FieldError[] {
  if (object['series'] === undefined) return [];
  const { count = 0, lastObservedTime = null } = objectIn(object, 'series');
  return [
    ...(Number(count) < 2 ? [invalid('series.count', '', 'should be at least 2')] : []),
    ...(lastObservedTime === null ? [required('series.lastObservedTime')] : []),
  ];
}

function checkEvent(object: ApiObject, reporter: string): readonly FieldError[] {
  const place = textIn(object, 'involvedObject', 'namespace');
  const own = namespaceOf(object);
  const misplaced = invalid('involvedObject.namespace', place, 'does not match event.namespace');
  if ((object['eventTime'] ?? null) === null) {
    const fits = place === '' ? own === 'default' : place === own;
    return fits ? [] : [misplaced];
  }
  const name = textIn(object, 'reportingComponent');
  const hasPlace = place !== '' || ['default', 'kube-system'].includes(own);
  return [
    ...(hasPlace ? [] : [misplaced]),
    ...(name === '' ? [required(reporter)] : []),
    ...checkQualifiedName(name).map((message) => invalid(reporter, name, message)),
    ...checkWord(object, 'reportingInstance'),
    ...checkWord(object, 'action'),
    ...checkWord(object, 'reason'),
    ...checkLength('message', object['message'], MAX_NOTE),
  ];
}

function checkWord(object: ApiObject, field: string): readonly FieldError[] {
  const missing = textIn(object, field) === '' ? [required(field)] : [];
  return [...missing, ...checkLength(field, object[field], MAX_WORD)];
}

function checkLength(field: string, value: Json | undefined, max: number): readonly FieldError[] {
  const length = typeof value === 'string' ? Buffer.byteLength(value) : 0;
  return length > max ? [invalid(field, '', `can have at most ${max} characters`)] : [];
}
