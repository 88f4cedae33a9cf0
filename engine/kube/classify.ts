// What an error answer of the API server means: its code, and when it is worth trying again.
//
// The HTTP status alone misleads: a typo in a template comes back as 500, a webhook that is down too; so the reason, the
// causes and, where nothing else tells, the message decide. The wordings are those of kube-apiserver 1.36.

import type { FaultCode } from '../model/codes.ts';
import { Fault, type Retry } from '../model/fault.ts';
import { getPath, isArray, isObject, type Json, type MaybeJson } from '../model/json.ts';
import type { ObjectRef } from '../model/object.ts';

/** An answer with an error status. `body`: a Status object, or whatever came instead. */
export interface ErrorAnswer {
  readonly status: number;
  readonly body: MaybeJson;
  readonly retryAfterMs?: number | undefined;
  readonly subject?: ObjectRef | undefined;
}

interface Facts {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly { readonly field: string; readonly message: string; readonly reason: string }[];
  readonly isAboutObject: boolean;
}

interface Row {
  readonly code: FaultCode;
  readonly retry: Retry;
  matches(facts: Facts): boolean;
}

const IMMUTABLE =
  /field is immutable|immutable field|may not change once set|(statefulset spec for|pod updates may not change) fields other than|cannot be changed|is immutable/i;
const UNKNOWN_FIELD =
  /field not declared in schema|strict decoding error|unknown field|failed to create typed patch object|\.spec\S*: expected .*, got /i;
const has = (facts: Facts, reason: string) => facts.causes.some((cause) => cause.reason === reason);

// The first row that matches decides.
const ROWS: readonly Row[] = [
  { code: 'Unauthorized', retry: 'backoff', matches: ({ status }) => status === 401 },
  {
    code: 'NamespaceTerminating',
    retry: 'backoff',
    matches: (facts) => facts.status === 403 && has(facts, 'NamespaceTerminating'),
  },
  {
    code: 'QuotaExceeded',
    retry: 'backoff',
    matches: ({ status, message }) => status === 403 && message.includes('exceeded quota'),
  },
  { code: 'Forbidden', retry: 'never', matches: ({ status }) => status === 403 },
  { code: 'NotFound', retry: 'now', matches: ({ status, isAboutObject }) => status === 404 && isAboutObject },
  { code: 'KindNotFound', retry: 'backoff', matches: ({ status }) => status === 404 },
  {
    code: 'FieldConflict',
    retry: 'never',
    matches: (facts) => facts.status === 409 && has(facts, 'FieldManagerConflict'),
  },
  { code: 'Conflict', retry: 'now', matches: ({ status }) => status === 409 },
  { code: 'Expired', retry: 'now', matches: ({ status }) => status === 410 },
  {
    code: 'ImmutableField',
    retry: 'never',
    matches: ({ status, message }) => status === 422 && IMMUTABLE.test(message),
  },
  { code: 'Invalid', retry: 'never', matches: ({ status }) => status === 422 },
  { code: 'ApiThrottled', retry: 'backoff', matches: ({ status }) => status === 429 },
  {
    code: 'SchemaMismatch',
    retry: 'never',
    matches: ({ status, message }) => (status === 500 || status === 400) && UNKNOWN_FIELD.test(message),
  },
  {
    code: 'AdmissionFailed',
    retry: 'backoff',
    matches: ({ status, message }) => status === 500 && message.includes('failed calling webhook'),
  },
  { code: 'ResponseTooLarge', retry: 'never', matches: ({ status }) => status === 413 },
  { code: 'Invalid', retry: 'never', matches: ({ status }) => status === 400 },
  { code: 'ApiUnavailable', retry: 'backoff', matches: ({ status }) => status >= 502 && status <= 504 },
];

/** The Fault of an error answer. The message is the API server's own. */
export function classify(answer: ErrorAnswer): Fault {
  const facts = factsOf(answer);
  const { code, retry } = ROWS.find((row) => row.matches(facts)) ?? {
    code: 'ApiError' as const,
    retry: 'backoff' as const,
  };
  const seconds = getPath(answer.body, ['details', 'retryAfterSeconds']);
  const retryAfterMs = answer.retryAfterMs ?? (typeof seconds === 'number' ? seconds * 1000 : undefined);
  return new Fault({
    code,
    retry,
    message: facts.message,
    status: facts.status,
    reason: facts.reason,
    causes: facts.causes,
    ...(answer.subject === undefined ? {} : { subject: answer.subject }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/**
 * True where fields that cannot be changed are all that the API server minds: it names everything that is wrong with an
 * object at once, so an object made anew of the same wish would be taken.
 */
export function isOnlyImmutable(fault: Fault): boolean {
  return (
    fault.code === 'ImmutableField' &&
    fault.causes.length > 0 &&
    fault.causes.every(({ message }) => IMMUTABLE.test(message))
  );
}

/** True for the answer to a read of a version that this API server has not seen yet. */
export function isTooLargeVersion(fault: Fault): boolean {
  return (
    fault.causes.some(({ reason }) => reason === 'ResourceVersionTooLarge') ||
    fault.message.includes('Too large resource version')
  );
}

function factsOf({ status, body }: ErrorAnswer): Facts {
  const text = (path: readonly string[]) => {
    const value = getPath(body, path);
    return typeof value === 'string' ? value : '';
  };
  const message = text(['message']) || (typeof body === 'string' ? body.trim().slice(0, 300) : '') || `HTTP ${status}`;
  return {
    status,
    reason: text(['reason']),
    message,
    causes: causesOf(getPath(body, ['details', 'causes'])),
    isAboutObject: text(['details', 'name']) !== '',
  };
}

function causesOf(causes: MaybeJson): Facts['causes'] {
  if (!isArray(causes)) return [];
  const text = (value: Json | undefined) => (typeof value === 'string' ? value : '');
  return causes
    .filter(isObject)
    .map((cause) => ({ field: text(cause['field']), message: text(cause['message']), reason: text(cause['reason']) }));
}
