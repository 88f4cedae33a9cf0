// The one table of everything that can be said to a user: code -> title, kind, cause, remedy. A code is used unchanged
// as condition reason, log field, metric label and page docs/errors/<code>.md. Released codes are never reused.

/** What a code stands for. */
export interface CodeFacts {
  /**
   * `diagnostic`: the rule's text is wrong. `waiting`: nothing is wrong yet. `fault`: the world failed. `note`: nothing is
   * wrong, and still worth telling.
   */
  readonly kind: 'diagnostic' | 'waiting' | 'fault' | 'note';
  readonly title: string;
  readonly cause: string;
  readonly remedy: string;
}

/** What can be wrong with a rule's text. */
export type DiagnosticCode =
  | 'FileUnreadable'
  | 'YamlSyntax'
  | 'QuoteNeeded'
  | 'DuplicateKey'
  | 'ReservedKey'
  | 'UnsafeNumber'
  | 'AmbiguousScalar'
  | 'TooLarge'
  | 'NotARule'
  | 'UnknownField'
  | 'MissingField'
  | 'WrongType'
  | 'WrongValue'
  | 'DuplicateRule'
  | 'ExpressionSyntax'
  | 'ExpressionUnsupported'
  | 'UnknownFunction'
  | 'UnknownVariable'
  | 'WrongArguments'
  | 'NeverEqual'
  | 'ManyValues'
  | 'MaybeNothing'
  | 'UnclosedInsertion'
  | 'LiteralRequired'
  | 'ReservedMetadata'
  | 'InvalidName'
  | 'UnknownChild'
  | 'DependencyCycle'
  | 'UnfitPolicy'
  | 'DataAtRisk'
  | 'InvalidSchema'
  | 'SampleDiffers';

/** What a plan can wait for. */
export type WaitingCode =
  | 'Progressing'
  | 'DependencyMissing'
  | 'DependencyNotReady'
  | 'ChildTerminating'
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
  | 'Invalid'
  | 'ImmutableField'
  | 'SchemaMismatch'
  | 'AdmissionFailed'
  | 'ResponseTooLarge'
  | 'InvalidConfig'
  | 'InternalError';

/** What is worth telling although nothing is wrong. */
export type NoteCode = 'FieldYielded' | 'Drifted';

/** The name of anything that can be said to a user. */
export type Code = DiagnosticCode | WaitingCode | FaultCode | NoteCode;

const diagnostic = (title: string, cause: string, remedy: string): CodeFacts => ({
  kind: 'diagnostic',
  title,
  cause,
  remedy,
});
const waiting = (title: string, cause: string, remedy: string): CodeFacts => ({
  kind: 'waiting',
  title,
  cause,
  remedy,
});
const fault = (title: string, cause: string, remedy: string): CodeFacts => ({ kind: 'fault', title, cause, remedy });
const note = (title: string, cause: string, remedy: string): CodeFacts => ({ kind: 'note', title, cause, remedy });

/** Every code, grouped by the stage that speaks it. */
export const codes: { readonly [C in Code]: CodeFacts } = {
  // load
  FileUnreadable: diagnostic(
    'file cannot be read',
    'The path does not exist, or may not be read.',
    'Check the path and its rights.',
  ),
  YamlSyntax: diagnostic(
    'not valid YAML',
    'The YAML parser cannot read the file.',
    'Correct the line that the message names.',
  ),
  QuoteNeeded: diagnostic(
    'formula needs quotes',
    'YAML takes a character of the formula for its own syntax.',
    'Quote the formula, or write it as a block scalar.',
  ),
  DuplicateKey: diagnostic('key appears twice', 'A YAML mapping has the same key twice.', 'Remove one of the two.'),
  ReservedKey: diagnostic(
    'key is reserved',
    'A key is named __proto__, constructor or prototype, or is the YAML merge key.',
    'Use another key; write merged values out.',
  ),
  UnsafeNumber: diagnostic(
    'number loses digits',
    'An integer lies beyond 2^53 and would be rounded silently.',
    'Quote it, if the field takes a string; use a smaller number otherwise.',
  ),
  AmbiguousScalar: diagnostic(
    'other YAML readers understand it differently',
    'YAML 1.1 readers such as kubectl read this plain text as a boolean or as an octal number; this engine reads YAML 1.2.',
    'Quote it, or write the value that you mean.',
  ),
  TooLarge: diagnostic(
    'file is too large',
    'A rule file is larger than 1 MiB or nests more than 100 levels.',
    'Split it.',
  ),
  NotARule: diagnostic(
    'document is not a rule',
    'The document has another apiVersion or kind than a rule.',
    'Use apiVersion opsonata.dev/v1alpha1 and kind Rule or Health, or move the document elsewhere.',
  ),
  UnknownField: diagnostic('field does not exist', 'The rule format has no such field here.', 'Correct the name.'),
  MissingField: diagnostic('field is missing', 'The rule format requires a field that is not there.', 'Add it.'),
  WrongType: diagnostic(
    'value has the wrong type',
    'The field takes another type of value.',
    'Write a value of the type that the message names.',
  ),
  WrongValue: diagnostic('value is not allowed', 'The field takes only certain values.', 'Use one of them.'),
  DuplicateRule: diagnostic(
    'rule name is used twice',
    'Two rules have the same metadata.name, or two rules operate the same kind.',
    'Rename or remove one.',
  ),
  // compile
  ExpressionSyntax: diagnostic(
    'formula cannot be parsed',
    'The formula is not valid JSONata.',
    'Correct it at the place that the message names.',
  ),
  ExpressionUnsupported: diagnostic(
    'not allowed in a rule',
    'The formula uses a part of JSONata that rules may not use.',
    'Write it another way; the hint says how.',
  ),
  UnknownFunction: diagnostic(
    'function does not exist',
    'The formula calls a function that is not there.',
    'Correct the name.',
  ),
  UnknownVariable: diagnostic(
    'variable does not exist',
    'The formula reads a variable that the rule does not define.',
    'Correct the name, or define it under let or children.',
  ),
  WrongArguments: diagnostic(
    'wrong number of arguments',
    'A function is called with too many or too few arguments.',
    'Call it as its signature says.',
  ),
  NeverEqual: diagnostic(
    'values can never be equal',
    'A formula compares a value with one that it can never have: another type, or a text that the schema does not list.',
    'Compare with one of the values that the message names.',
  ),
  ManyValues: diagnostic(
    'several values where one is wanted',
    'A path over a list gives nothing, one value or several, and what takes it wants one.',
    'Choose one with a predicate, or combine them with $sum, $max, $join or $count.',
  ),
  MaybeNothing: diagnostic(
    'value may be missing',
    'A formula gives nothing where a field that it reads is not set, and its place needs a value.',
    'Give a default with ??, or make the field required in the schema.',
  ),
  UnclosedInsertion: diagnostic('insertion is not closed', 'A {% has no %} behind it.', 'Close it with %}.'),
  LiteralRequired: diagnostic(
    'must be a literal',
    'apiVersion, kind and the keys of maps cannot be computed.',
    'Write the value out.',
  ),
  ReservedMetadata: diagnostic(
    'metadata belongs to the engine',
    'A template sets metadata that only the engine may set.',
    'Remove the field.',
  ),
  InvalidName: diagnostic(
    'name cannot be used',
    'An id is used twice, hides a function or a built-in variable, or is not an identifier.',
    'Choose another name.',
  ),
  UnknownChild: diagnostic(
    'no child has this id',
    'after names a child that the rule does not have.',
    'Correct the id.',
  ),
  DependencyCycle: diagnostic(
    'children wait for each other',
    'The formulas of some children read each other in a circle.',
    'Break the circle at one of the places that the message names.',
  ),
  UnfitPolicy: diagnostic(
    'policy does not fit',
    'A policy of a child excludes another, says nothing beside it, or cannot be used for the kind.',
    'Follow the hint; the message says why.',
  ),
  DataAtRisk: diagnostic(
    'child may hold data',
    'The rule lets a child be deleted and made anew, and objects of its kind may hold data that would go with it.',
    'Say it twice, with recreate: dataToo, if the data may go.',
  ),
  InvalidSchema: diagnostic(
    'schema of the custom resource is wrong',
    'The schema under crd is not a structural OpenAPI schema.',
    'Correct it; the message names the keyword.',
  ),
  SampleDiffers: diagnostic(
    'sample of a health rule is judged otherwise',
    'A health rule says something else of one of its samples than the sample expects.',
    'Correct the cases of the rule, or what the sample expects.',
  ),
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
  DependencyNotReady: waiting(
    'something it reads is not ready yet',
    'A formula reads a child that is not ready.',
    'Wait, or set readsUnready on the child that reads it.',
  ),
  ChildTerminating: waiting(
    'an old child is still being deleted',
    'The child of this name carries a deletion timestamp.',
    'Wait; remove the finalizer that holds it if its owner is gone for good.',
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
    'Rename the child, or delete the object.',
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
};
