// The one table of everything that can be said to a user: code -> title, kind, cause, remedy. A code is used unchanged
// as condition reason, log field, metric label and page docs/errors/<code>.md. Released codes are never reused.

import { type CodeFacts, fault, note, waiting } from './code-facts.ts';
import { type DiagnosticCode, diagnosticCodes } from './diagnostic-codes.ts';

/** What a plan can wait for. */
export type WaitingCode =
  | 'Progressing'
  | 'DependencyMissing'
  | 'InputMissing'
  | 'NotListed'
  | 'DependencyNotReady'
  | 'MemberWaits'
  | 'ChildTerminating'
  | 'Terminating'
  | 'PruneHeld'
  | 'ChildFailed';

/** What a Fault can carry. */
export type FaultCode =
  | 'ExpressionFailed'
  | 'InvalidResult'
  | 'ApiUnavailable'
  | 'ApiThrottled'
  | 'ApiError'
  | 'Unauthorized'
  | 'Forbidden'
  | 'QuotaExceeded'
  | 'NamespaceTerminating'
  | 'NotFound'
  | 'KindNotFound'
  | 'Expired'
  | 'Conflict'
  | 'FieldConflict'
  | 'FieldContention'
  | 'NotOwned'
  | 'PatchRefused'
  | 'Invalid'
  | 'ImmutableField'
  | 'SchemaMismatch'
  | 'AdmissionFailed'
  | 'ResponseTooLarge'
  | 'InvalidConfig'
  | 'InternalError';

/** What is worth telling although nothing is wrong. */
export type NoteCode = 'FieldYielded' | 'Drifted';

/** Why nothing is written for a resource. */
export type HaltCode = 'Suspended' | 'Observing';

/** The name of anything that can be said to a user. */
export type Code = DiagnosticCode | WaitingCode | FaultCode | NoteCode | HaltCode;

/** Every code, grouped by the stage that speaks it. */
export const codes: { readonly [C in Code]: CodeFacts } = {
  ...diagnosticCodes,
  // waiting
  Progressing: waiting(
    'a child is not ready yet',
    'A child was applied and its health is not good yet.',
    'Wait; the message says which child and what it lacks.',
  ),
  DependencyMissing: waiting(
    'something it reads is not there yet',
    'A formula reads a child that has not been made yet.',
    'Wait; the message names the child that must come first.',
  ),
  InputMissing: waiting(
    'an object that it reads is not there',
    'An input of the rule names an object that does not exist.',
    'Make the object, correct its name, or set optional on the input.',
  ),
  NotListed: waiting(
    'nobody can say what is there',
    'A kind that the rule makes or reads was not listed yet, is not served, or may not be listed.',
    'Wait, install the kind, or grant the right that the message names.',
  ),
  DependencyNotReady: waiting(
    'something it reads is not ready yet',
    'A formula reads a child that is not ready.',
    'Wait, or set readsUnready on the child that reads it.',
  ),
  MemberWaits: waiting(
    'a member waits for its turn',
    'A child has a rollout: its members are replaced one by one, leave one by one, and get no name whose volume is still there.',
    'Wait; the message says for which member, formula or volume. A member that is not ready can be cured by another wish, a drain that failed by skip or by its key back in the list.',
  ),
  ChildTerminating: waiting(
    'an old child is still being deleted',
    'The child of this name carries a deletion timestamp.',
    'Wait; remove the finalizer that holds it if its owner is gone for good.',
  ),
  Terminating: waiting(
    'the resource is being deleted',
    'Something of it must be gone or undone first.',
    'Wait; the message names what holds it. Who removes the finalizer opsonata.dev/RULE by hand leaves the rest as it is.',
  ),
  PruneHeld: waiting(
    'more would go than the rule allows',
    'The rule has a limit under prune, and more of the children than that are wanted no more.',
    'Undo the change that wants so little, or set the annotation that the message names.',
  ),
  ChildFailed: waiting(
    'a child has failed',
    'The health of a child says that it will not become ready without help.',
    'Look at the child; the message names it.',
  ),
  // evaluate
  ExpressionFailed: fault(
    'formula failed',
    'A formula failed on the data of this resource.',
    'The message names file, line and column, and what was found there.',
  ),
  InvalidResult: fault(
    'formula gave an unusable value',
    'A formula gave a value that this place cannot take.',
    'The message names the formula and the type that is needed.',
  ),
  // apply
  ApiUnavailable: fault(
    'API server cannot be reached',
    'The connection failed, timed out or was closed.',
    'Nothing; the engine tries again with growing pauses.',
  ),
  ApiThrottled: fault(
    'API server asks to slow down',
    'It answered 429.',
    'Nothing; the engine waits as long as it is told.',
  ),
  ApiError: fault(
    'API server failed',
    'It answered with an error that has no code of its own.',
    'Read the message; it is the API server’s own.',
  ),
  Unauthorized: fault(
    'credentials are not accepted',
    'The API server answered 401.',
    'Renew the credentials in the kubeconfig.',
  ),
  Forbidden: fault('right is missing', 'The API server answered 403.', 'Grant the right that the message names.'),
  QuotaExceeded: fault(
    'quota is used up',
    'A ResourceQuota refuses the object.',
    'Raise the quota or remove something; the engine tries again.',
  ),
  NamespaceTerminating: fault(
    'namespace is being deleted',
    'Nothing can be created in a namespace that is being deleted.',
    'Nothing.',
  ),
  NotFound: fault('object does not exist', 'The API server answered 404.', 'Nothing; the engine looks again.'),
  KindNotFound: fault(
    'kind does not exist',
    'The API server serves no such kind: its CRD is not installed.',
    'Install the CRD; the engine goes on by itself.',
  ),
  Expired: fault(
    'history is gone',
    'The API server has forgotten the version that was asked for (410).',
    'Nothing; the engine lists again.',
  ),
  Conflict: fault(
    'object changed meanwhile',
    'A precondition on uid or resourceVersion did not hold.',
    'Nothing; the engine reads it again.',
  ),
  FieldConflict: fault(
    'somebody else owns the field',
    'Another field manager holds a field that the rule sets to another value.',
    'Remove the field from the rule, or let the other manager give it up.',
  ),
  FieldContention: fault(
    'somebody fights for the field',
    'Another field manager changed a field back each time the engine wrote it.',
    'Stop the other one, leave the field out of the rule, or put it under ignoreFields; the engine tries again after a pause that doubles.',
  ),
  NotOwned: fault(
    'object belongs to somebody else',
    'An object of this name exists that this resource did not make.',
    'Rename the child, or delete the object. Let the rule take it over by adopt: ifReleased where the rule itself had made it and let it go, by adopt: ifUnowned where nobody owns it.',
  ),
  PatchRefused: fault(
    'patch cannot be applied',
    'An operation of a patch does not fit the object: a test fails, or there is nothing at its path.',
    'Correct the operation that the message names, or make the object as the patch expects it.',
  ),
  Invalid: fault(
    'API server rejects the object',
    'Validation or admission refuses it (422).',
    'Correct the field that the message names.',
  ),
  ImmutableField: fault(
    'field cannot be changed',
    'The API server does not allow this field to change after creation.',
    'Change it back, or delete the child so that it is made anew.',
  ),
  SchemaMismatch: fault(
    'field is not in the schema',
    'The template sets a field that the kind does not have.',
    'Correct the field that the message names.',
  ),
  AdmissionFailed: fault(
    'admission webhook failed',
    'An admission webhook could not be called.',
    'Repair the webhook; the engine tries again.',
  ),
  ResponseTooLarge: fault(
    'answer is too large',
    'The API server sent more than the engine accepts.',
    'Narrow what the rule reads.',
  ),
  InvalidConfig: fault(
    'kubeconfig cannot be used',
    'The kubeconfig is missing, unreadable or incomplete.',
    'Check --kubeconfig and --context.',
  ),
  InternalError: fault(
    'the engine has a bug',
    'The engine met a state that it holds impossible.',
    'Report it with the message; other resources go on.',
  ),
  // notes
  FieldYielded: note(
    'field is left to somebody else',
    'Another field manager has declared a field of the wish, and the child says onConflict: yield.',
    'Nothing; the field is taken back when the other manager gives it up.',
  ),
  Drifted: note(
    'child was edited',
    'Somebody changed or removed a field of the wish, and the child says onDrift: warn.',
    'Set the field back to what the rule wants, or change the resource or the rule.',
  ),
  Suspended: note(
    'nothing is written for the resource',
    'Its rule says suspend, or the resource has the annotation opsonata.dev/suspend.',
    'Take suspend out of the rule, or remove the annotation; the engine goes on at once.',
  ),
  Observing: note(
    'it is told what would be done',
    'The rule says observe, or the resource has the annotation opsonata.dev/observe.',
    'Take observe out of the rule, or remove the annotation; the engine then does what the message and status.preview say.',
  ),
};
