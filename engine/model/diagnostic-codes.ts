// What can be said about the text of a rule.

import { type CodeFacts, diagnostic } from './code-facts.ts';

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
  | 'ChosenByResource'
  | 'InvalidName'
  | 'UnknownChild'
  | 'DependencyCycle'
  | 'UnfitPolicy'
  | 'DataAtRisk'
  | 'InvalidSchema'
  | 'SampleDiffers'
  | 'BeyondNamespace';

/** The facts of all of them. */
export const diagnosticCodes: { readonly [C in DiagnosticCode]: CodeFacts } = {
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
    'two rules claim the same',
    'Two rules have the same metadata.name, operate the same kind, whatever its version, or define kinds of which one has a name of the other: of the kind, its plural, its singular or a short name.',
    'Rename or remove one.',
  ),
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
  ChosenByResource: diagnostic(
    'who writes a resource could choose any name',
    'A name or namespace is made from what the author of a resource writes alone, so that they could reach any object.',
    'Put metadata.name into it, or list what may be chosen under names or namespaces.',
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
  BeyondNamespace: diagnostic(
    'rule reaches beyond the namespace of the engine',
    'The engine runs with --namespace, and the rule is for a kind without namespaces (an error: it does not run), or makes, reads or patches objects elsewhere (a warning: that needs rights there).',
    'Run the rule in an engine without --namespace, or give the engine a ClusterRole for what the message names.',
  ),
};
