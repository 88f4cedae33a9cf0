// The audit log: who asked for what, and how it was answered, in the lines of kube-apiserver at its level Metadata.
// Source: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/
//
// Promises: a line for each request, written before its answer is given; of a watch one at the beginning and one at the
// end. What happens by itself asks for nothing, and is not in it.

import type { Admission } from '../auth/access.ts';
import { attributesOf } from '../auth/attributes.ts';
import { nameOf, namespaceOf, uidOf } from '../model/api-object.ts';
import { isObject, type Json, type JsonObject, textIn } from '../model/json.ts';
import type { ApiAnswer, ApiRequest, WatchLines } from '../model/request.ts';
import type { User } from '../model/user.ts';

/** What an audit log needs of the world. */
export interface AuditDeps {
  nowMs(): number;
  newUid(): string;
  /** Takes a line, with its end. */
  write(line: string): void;
}

/** One request on its way. */
export interface AuditedCall {
  /** Notes who it comes from, and whether he may. */
  admitted(admission: Admission): void;
  /** Notes what was sent, in JSON. */
  read(request: ApiRequest): void;
  /** Notes how it is answered. The result is that answer. */
  answered(answer: ApiAnswer): ApiAnswer;
}

/** Begins a line about a request. */
export function auditCall(deps: AuditDeps, request: ApiRequest): AuditedCall {
  const receivedMs = deps.nowMs();
  const auditID = deps.newUid();
  let admission: Admission | undefined;
  let sent: ApiRequest | undefined;
  const write = (stage: string, responseStatus: JsonObject): void => {
    const event: JsonObject = {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID,
      stage,
      requestURI: uriOf(request),
      verb: attributesOf(request).verb,
      ...aboutUser(admission),
      // It listens on the loopback interface only.
      sourceIPs: ['127.0.0.1'],
      userAgent: request.headers['user-agent'] ?? '',
      ...aboutObject(request, sent),
      responseStatus,
      requestReceivedTimestamp: timeOf(receivedMs),
      stageTimestamp: timeOf(deps.nowMs()),
      ...aboutDecision(admission),
    };
    deps.write(`${JSON.stringify(event)}\n`);
  };
  return {
    admitted: (one) => {
      admission = one;
    },
    read: (json) => {
      sent = json;
    },
    answered: (answer) => {
      const status = statusOf(answer);
      // Who is not known at all is turned away before anything begins.
      const isStarted = answer.kind === 'watch' || answer.status === 401;
      write(isStarted ? 'ResponseStarted' : 'ResponseComplete', status);
      if (answer.kind !== 'watch') return answer;
      return { ...answer, lines: withEnd(answer.lines, () => write('ResponseComplete', status)) };
    },
  };
}

function uriOf({ path, query }: ApiRequest): string {
  return query.size === 0 ? path : `${path}?${query}`;
}

function aboutUser(admission: Admission | undefined): JsonObject {
  if (admission === undefined) return { user: {} };
  const { sender, impersonated } = admission;
  const as = impersonated === undefined ? {} : { impersonatedUser: userOf(impersonated) };
  return { user: userOf(sender), ...as };
}

function userOf({ name, uid, groups, extra }: User): JsonObject {
  return {
    username: name,
    ...(uid === '' ? {} : { uid }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

// What the path does not say is taken from the object that was sent.
function aboutObject(request: ApiRequest, read: ApiRequest | undefined): JsonObject {
  const about = attributesOf(request);
  if (about.kind === 'path') return {};
  const sent = ['POST', 'PUT'].includes(request.method) && read !== undefined ? objectIn(read.body) : {};
  const { group, version, resource, subresource, namespace, name } = about;
  const facts: JsonObject = {
    resource,
    namespace: namespace === '' ? namespaceOf(sent) : namespace,
    name: name === '' ? nameOf(sent) : name,
    uid: uidOf(sent),
    apiGroup: group,
    apiVersion: version,
    resourceVersion: textIn(sent, 'metadata', 'resourceVersion'),
    subresource,
  };
  return { objectRef: Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== '')) };
}

function objectIn(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value as Json) ? (value as Json) : {};
  } catch {
    return {};
  }
}

function aboutDecision(admission: Admission | undefined): JsonObject {
  if (admission === undefined) return {};
  const { isAllowed, reason } = admission.decision;
  const annotations = {
    'authorization.k8s.io/decision': isAllowed ? 'allow' : 'forbid',
    'authorization.k8s.io/reason': reason,
  };
  return { annotations };
}

// A Status is told of whole; of everything else only how it went.
function statusOf(answer: ApiAnswer): JsonObject {
  const body = answer.kind === 'json' ? answer.body : {};
  const isStatus = isObject(body) && body['kind'] === 'Status' && body['apiVersion'] === 'v1';
  if (!isStatus) return { metadata: {}, code: answer.status };
  const { kind: _, apiVersion: __, metadata = {}, ...rest } = body;
  return { metadata, ...rest, code: answer.status };
}

function withEnd(lines: WatchLines, ended: () => void): WatchLines {
  let onEnd: (() => void) | undefined;
  let isOver = false;
  lines.onEnd(() => {
    if (!isOver) ended();
    isOver = true;
    onEnd?.();
  });
  return {
    onLine: (listener) => lines.onLine(listener),
    onEnd: (listener) => {
      onEnd = listener;
      if (isOver) listener();
    },
    stop: () => lines.stop(),
  };
}

// To the microsecond, of which the last three digits are not known here.
function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
