// In what the embedded server is known to differ from the real one, each with its reason. An entry that explains nothing
// any more fails the tests: then it must go.

import { equals, isList, type Json, listIn, textIn } from '../../apiserver/model/json.ts';
import type { Difference } from './differences.ts';
import type { Answer, Script } from './script.ts';

/** A difference that is known. */
export interface KnownDifference {
  readonly reason: string;
  /** True for the differences that it explains. */
  explains?(difference: Difference, script: Script): boolean;
  /** True for whole answers that it explains. */
  explainsAnswers?(real: Answer, embedded: Answer, script: Script): boolean;
}

const EMPTY =
  /^spec\.(?:template\.spec\.resources\.claims|behavior\.scale(?:Up|Down)\.policies|validation\..*\.anyOf\[[01]\]\.type)$/;

function causesOf({ body }: Answer): readonly Json[] {
  return listIn(body, 'details', 'causes');
}

function isOfEmpty(cause: Json): boolean {
  return EMPTY.test(textIn(cause, 'field'));
}

// What is said of a rule up to the first thing that its parser stumbles over.
function firstSyntaxError(text: string): string {
  return text.replaceAll(
    /(Syntax error: [^\n]*\n \| [^\n]*\n \| [^\n]*\^)(?:\nERROR: <input>[^\n]*\n \|[^\n]*\n \| [^\n]*\^)+/g,
    '$1',
  );
}

function firstSyntaxErrors(answer: Answer): Json {
  return JSON.parse(JSON.stringify(answer.body), (key, value) =>
    key === 'message' && typeof value === 'string' ? firstSyntaxError(value) : value,
  ) as Json;
}

/** All of them. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    // How an object travels decides what is in it before its values are looked at.
    reason: 'an empty list, or an empty map of fields, that only counts by being there is none',
    explainsAnswers: (real, embedded) =>
      real.status === 422 &&
      textIn(real.body, 'reason') === 'Invalid' &&
      causesOf(real).some(isOfEmpty) &&
      !causesOf(embedded).some(isOfEmpty) &&
      causesOf(real).every((cause) => isOfEmpty(cause) || causesOf(embedded).some((other) => equals(cause, other))),
  },
  {
    // The real server stores the empty map, hides it when it reads, and drops it with the next write, which so gets a
    // version of its own.
    reason: 'a write that changes nothing, after an apply of empty labels or annotations, makes a new version',
    explains: ({ path, step }, { name, steps }) =>
      name.startsWith('things-') &&
      path === '.body.metadata.resourceVersion' &&
      /"(?:labels|annotations)":\{\}/.test(JSON.stringify(steps.slice(0, step))),
  },
  {
    // It tries an update on the copy in its cache first; what it warned of then it does not take back.
    reason: 'the real server also sends the warnings of an attempt on an older copy of the object',
    explains: ({ path, real, embedded }) =>
      path === '.warnings' &&
      isList(real) &&
      isList(embedded) &&
      real.length > embedded.length &&
      embedded.every((warning) => real.includes(warning)),
  },
  {
    reason:
      'of a rule that cannot be read the first mistake is told, not what the parser of the real server meets after it',
    explainsAnswers: (real, embedded) =>
      real.status === 422 && embedded.status === 422 && equals(firstSyntaxErrors(real), firstSyntaxErrors(embedded)),
  },
  {
    reason: 'a rule that is right and calls what is not emulated is refused with 501, not taken',
    explainsAnswers: (real, embedded, { name }) =>
      /^rule-c(?:hecks|osts)-/.test(name) &&
      real.status === 201 &&
      embedded.status === 501 &&
      textIn(embedded.body, 'message').includes('x-kubernetes-validations with'),
  },
  {
    reason: 'a Service without a name is refused by the allocation of its address before its name is looked at',
    explains: ({ step }, { name, steps }) =>
      name === 'lifecycle-services' &&
      steps[step]?.method === 'POST' &&
      /"metadata":\{\}/.test(JSON.stringify(steps[step])),
  },
  {
    reason: 'the metadata of a DaemonSet alone does not show the annotation with the number of its template',
    explains: ({ step, path }, { name, steps }) =>
      /^(?:lifecycle|answers)-daemonsets/.test(name) &&
      (steps[step]?.accept ?? '').includes('PartialObjectMetadata') &&
      /\.annotations(?:\.|$)/.test(path),
  },
  {
    reason: 'which of several bindings allows something is left to chance',
    explains: ({ path, real, embedded }, { name }) =>
      name.startsWith('access-') &&
      path === '.body.status.reason' &&
      [real, embedded].every((reason) => String(reason).startsWith('RBAC: allowed by ')),
  },
  {
    reason: 'the name that a LimitRange without one gets is another uid than its own',
    explains: ({ path }, { name }) => name === 'lifecycle-limitranges' && path === '.body.metadata.uid',
  },
];
