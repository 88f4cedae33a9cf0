// Names and namespaces: what the author of a resource may choose, and what not.

import type { Json } from '../model/json.ts';
import type { ChildPolicy } from '../model/policy.ts';
import type { Read } from '../model/read.ts';
import {
  type ChildPlace,
  type CompiledChoice,
  type CompiledInput,
  type Formula,
  formulasOf,
  type PathStep,
  type Template,
} from '../model/rule.ts';
import { compileTemplate, type TemplateScope } from './template.ts';

/** What formulas read through other names. */
export type NamedReads = ReadonlyMap<string, readonly Formula[]>;

/** An object that the rule reads, and what says which one it is. */
export type ReadObject = Pick<CompiledInput, 'id' | 'resource' | 'name' | 'selector' | 'namespace'>;

/** Where a choice stands. */
export interface ChoiceScope extends TemplateScope {
  /** What values of `let` read, and the list that a child repeats over. */
  readonly named: NamedReads;
  readonly inputs: readonly ReadObject[];
  /** The rule's own kind has no namespaces. */
  readonly isClusterScoped: boolean;
  /** Ids of children: objects that this rule made, whose names and uids nobody else has chosen. */
  readonly own: readonly string[];
}

// Fields of an object that say which one it is. Those of the resource are its own, and no two have the same.
const IDENTITY = ['name', 'namespace', 'uid'];

/** Compiles a namespace that may be a formula. */
export function compileChoice(
  value: string,
  choices: readonly (string | null)[] | undefined,
  path: readonly PathStep[],
  scope: TemplateScope,
): CompiledChoice {
  const listed = choices?.filter((choice) => choice !== null);
  return { template: compileTemplate(value, path, scope), choices: listed, span: scope.document.places.value(path) };
}

/** Reports a namespace that the author of a resource chooses. */
export function lintNamespace(template: Template | undefined, path: readonly PathStep[], scope: ChoiceScope): void {
  // Whoever may write into one namespace chooses the name of a resource there freely.
  const isNamed = !scope.isClusterScoped && readsName(template, scope);
  const read = findChosen(template, scope) ?? (isNamed ? 'metadata.name' : undefined);
  if (read === undefined) return;
  scope.report({
    code: 'ChosenByResource',
    severity: 'error',
    message: `the namespace is chosen by ${read}; who writes a resource could reach any namespace`,
    span: scope.document.places.value(path),
    hint: 'list the namespaces that may be chosen under namespaces',
  });
}

/** Where the objects of a child are. `isNamespaced`: what is known of their kind. */
export function placeOf(
  namespace: Template | undefined,
  namespaces: readonly string[] | undefined,
  isNamespaced: boolean | undefined,
): ChildPlace {
  if (isNamespaced === false || (namespace?.kind === 'literal' && namespace.value === '')) return { kind: 'none' };
  if (namespaces !== undefined) return { kind: 'named', namespaces };
  if (namespace === undefined) return { kind: 'beside' };
  return namespace.kind === 'literal' && typeof namespace.value === 'string'
    ? { kind: 'named', namespaces: [namespace.value] }
    : { kind: 'anywhere' };
}

/**
 * Reports what lets the author of a resource that has a namespace take over what is beyond it by the name of the
 * resource: many may have the same name.
 */
export function lintAdoption(
  child: { readonly template: Template; readonly where: ChildPlace; readonly adopt: ChildPolicy['adopt'] },
  path: readonly PathStep[],
  scope: ChoiceScope,
): void {
  const { template, where, adopt } = child;
  if (scope.isClusterScoped || where.kind === 'beside' || adopt === 'never') return;
  if (!readsName(fieldOf(template, 'metadata', 'name'), scope)) return;
  scope.report({
    code: 'ChosenByResource',
    severity: 'error',
    message: 'what is taken over is chosen by metadata.name; who writes a resource could take objects elsewhere',
    span: scope.document.places.value([...path, 'adopt']),
    hint: 'write the name out, list what may be chosen under names, or remove adopt',
  });
}

/** Reports a name that the author of a resource chooses, unless the resource's own name is in it. */
export function lintName(template: Template | undefined, path: readonly PathStep[], scope: ChoiceScope): void {
  const read = findChosen(template, scope);
  if (read === undefined || formulasOf(template).some((formula) => readsIdentity(formula, scope, new Set()))) return;
  scope.report({
    code: 'ChosenByResource',
    severity: 'error',
    message: `the name is chosen by ${read} alone; who writes a resource could claim any name`,
    span: scope.document.places.value(path),
    hint: 'put metadata.name into it, or list what may be chosen under names',
  });
}

/** The template of a field of a template. */
export function fieldOf(template: Template, ...keys: readonly string[]): Template | undefined {
  const [key, ...rest] = keys;
  if (key === undefined) return template;
  if (template.kind === 'literal') return toLiteral(template.value, keys);
  const entry = template.kind === 'object' ? template.entries.find(([name]) => name === key) : undefined;
  return entry === undefined ? undefined : fieldOf(entry[1], ...rest);
}

function toLiteral(value: Json, keys: readonly string[]): Template | undefined {
  let found: unknown = value;
  for (const key of keys) found = (found as { readonly [name: string]: unknown } | null | undefined)?.[key];
  return found === undefined ? undefined : { kind: 'literal', value: found as Json };
}

/** The first read whose value comes from what people write into a resource, as text. */
export function findChosen(template: Template | undefined, scope: ChoiceScope): string | undefined {
  for (const formula of formulasOf(template)) {
    const found = chosenBy(formula, scope, new Set());
    if (found !== undefined) return found;
  }
  return undefined;
}

function chosenBy(formula: Formula, scope: ChoiceScope, seen: ReadonlySet<string>): string | undefined {
  for (const read of formula.reads) {
    const found = chosenByRead(read, scope, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

function chosenByRead(read: Read, scope: ChoiceScope, seen: ReadonlySet<string>): string | undefined {
  const { variable, path } = read;
  if (variable === 'now' || variable === 'index' || seen.has(variable) || isOwn(read, scope)) return undefined;
  if (variable === '') return path.length === 0 ? 'the whole resource' : path.join('.');
  const below = formulasBehind(read, scope);
  if (below === undefined) return `$${[variable, ...path].join('.')}`;
  const next = new Set([...seen, variable]);
  for (const inner of below) {
    const found = chosenBy(inner, scope, next);
    if (found !== undefined) return found;
  }
  return undefined;
}

// The formulas that a value is made by; undefined for what somebody else says. Of an input that is what says which object
// it is, as the rule has written it: all else in it is its writer's.
function formulasBehind(read: Read, scope: ChoiceScope): readonly Formula[] | undefined {
  const { variable, path } = read;
  const input = scope.inputs.find(({ id }) => id === variable);
  if (input === undefined) return behindItem(read, scope) ?? scope.named.get(variable);
  if (isNamespaces(input)) return isIdentity(path) ? formulasOfSelector(input) : undefined;
  const { name, namespace } = input;
  const isInAll = namespace?.template.kind === 'literal' && namespace.template.value === '*';
  if (name === undefined || isInAll || !isIdentity(path)) return undefined;
  // Those that are listed are the rule's own choice.
  const place = namespace?.choices === undefined ? formulasOf(namespace?.template) : [];
  if (path[1] === 'namespace') return place;
  return path[1] === 'name' ? formulasOf(name) : [...formulasOf(name), ...place];
}

// An item of a list of namespaces that are selected is one of these.
function behindItem({ variable, path }: Read, scope: ChoiceScope): readonly Formula[] | undefined {
  if (variable !== 'item' || !isIdentity(path)) return undefined;
  const reads = (scope.named.get('item') ?? []).flatMap((formula) => formula.reads);
  const lists = reads.map((read) => scope.inputs.find(({ id }) => id === read.variable && read.path.length === 0));
  if (lists.length === 0 || !lists.every((list) => list !== undefined && isNamespaces(list))) return undefined;
  return lists.flatMap((list) => (list === undefined ? [] : formulasOfSelector(list)));
}

// Who may label a namespace says what may be made in it, and the rule names the label: that is a set of choices.
function isNamespaces({ resource, selector }: ReadObject): boolean {
  return selector !== undefined && resource.apiVersion === 'v1' && resource.kind === 'Namespace';
}

function formulasOfSelector({ selector }: ReadObject): readonly Formula[] {
  return (selector?.terms ?? []).flatMap(({ values }) => values.flatMap(formulasOf));
}

// What tells which object it is, of the resource itself, of a child, or of an item of a list of children.
function isOwn({ variable, path }: Read, { named, own }: ChoiceScope): boolean {
  if (!isIdentity(path)) return false;
  if (variable === '' || own.includes(variable)) return true;
  if (variable !== 'item') return false;
  const reads = (named.get('item') ?? []).flatMap((formula) => formula.reads);
  return reads.length > 0 && reads.every((read) => own.includes(read.variable) && read.path.length === 0);
}

function readsName(template: Template | undefined, scope: ChoiceScope): boolean {
  return formulasOf(template).some((formula) => readsIdentity(formula, scope, new Set()));
}

function readsIdentity(formula: Formula, scope: ChoiceScope, seen: ReadonlySet<string>): boolean {
  return formula.reads.some((read) => {
    const { variable, path } = read;
    if (variable === '') return isIdentity(path) && path[1] !== 'namespace';
    if (seen.has(variable)) return false;
    const next = new Set([...seen, variable]);
    return formulasBehind(read, scope)?.some((inner) => readsIdentity(inner, scope, next)) === true;
  });
}

function isIdentity(path: readonly string[]): boolean {
  return path[0] === 'metadata' && path.length === 2 && IDENTITY.includes(path[1] as string);
}
