// The patches of a rule: what they are applied to, what they do, and what they need of the children.

import type { Span } from '../model/diagnostic.ts';
import { isObject, type Json } from '../model/json.ts';
import { tokensOf } from '../model/patch.ts';
import {
  type CompiledChild,
  type CompiledInput,
  type CompiledPatch,
  type CompiledPatchContent,
  type CompiledPatchOperation,
  type Formula,
  formulasOf,
  formulasOfInput,
  type LooseRule,
  type PathStep,
} from '../model/rule.ts';
import type { KindSchemas } from '../model/type.ts';
import { afterOf, type Needs, namedReads, readsOf, reservedIn } from './children.ts';
import { type ChoiceScope, findChosen, lintName, type NamedReads } from './choice.ts';
import { compileGuard } from './guard.ts';
import { checkWhich, compileWhich, lintWhere } from './inputs.ts';
import { compileTemplate, type TemplateScope } from './template.ts';

type LoosePatch = NonNullable<NonNullable<NonNullable<LooseRule['spec']>['patches']>[number]>;
type LooseTarget = NonNullable<LoosePatch['target']>;

/** What patches need to know of the rest of the rule. */
export interface PatchSurroundings {
  /** What values of `let` read. */
  readonly lets: NamedReads;
  readonly inputs: readonly CompiledInput[];
  /** The rule's own kind has no namespaces. */
  readonly isClusterScoped: boolean;
  readonly children: readonly CompiledChild[];
  readonly schemas: KindSchemas;
}

const MODES = ['apply', 'merge', 'json'] as const;

/** Compiles the patches. */
export function compilePatches(
  patches: readonly (LoosePatch | null)[],
  scope: TemplateScope,
  surroundings: PatchSurroundings,
): readonly CompiledPatch[] {
  return patches.flatMap((patch, index): CompiledPatch[] => {
    const path = ['spec', 'patches', index];
    const span = scope.document.places.value([...path, 'id']);
    if (patch?.id === undefined || patch.target === undefined) return [];
    const target = compileTarget(patch.id, patch.target, [...path, 'target'], scope, surroundings);
    const content = compileContent(patch, path, scope);
    if (target === undefined || content === undefined) return [];
    lintPatch(patch, content, path, scope);
    checkSubresource(patch.target, [...path, 'target'], scope, surroundings);
    const when = compileGuard(patch.when, [...path, 'when'], scope);
    const { children, lets, inputs } = surroundings;
    const needs: Needs = { ids: children.map(({ id }) => id), named: namedReads(lets, inputs) };
    const early = readsOf(formulasOf(when), needs).map((read) => ({ ...read, part: 'when' as const }));
    const formulas = [...formulasOfInput(target), ...formulasOfContent(content)];
    const late = readsOf(formulas, needs).map((read) => ({ ...read, part: 'template' as const }));
    const dependencies = [...early, ...late, ...afterOf(patch, path, scope, needs.ids)];
    const upstream = dependencies.flatMap(({ id }) => [id, ...(children.find((one) => one.id === id)?.upstream ?? [])]);
    return [
      {
        id: patch.id,
        span,
        when,
        target,
        names: patch.target.names?.filter((name) => name !== null),
        subresource: patch.target.subresource,
        content,
        onConflict: patch.onConflict ?? 'fail',
        dependencies,
        upstream: [...new Set(upstream)],
      },
    ];
  });
}

/** Every formula of what a patch does. */
export function formulasOfContent(content: CompiledPatchContent): readonly Formula[] {
  if (content.mode !== 'json') return formulasOf(content.fields);
  return content.operations.flatMap(({ value }) => formulasOf(value));
}

function compileTarget(
  id: string,
  target: LooseTarget,
  path: readonly PathStep[],
  scope: TemplateScope,
  { lets, inputs, isClusterScoped, schemas, children }: PatchSurroundings,
): CompiledInput | undefined {
  const { apiVersion, kind } = target;
  if (apiVersion === undefined || kind === undefined) return undefined;
  const span = scope.document.places.value(path);
  checkLiteral(target, path, scope);
  checkWhich(target, path, 'the target of a patch', span, scope);
  const which = compileWhich(target, path, scope);
  const choosing = { ...scope, named: lets, inputs, isClusterScoped, own: children.map((child) => child.id) };
  lintWhere(which, path, choosing);
  // In the resource's own namespace, whoever writes the resource may say which object is meant; nowhere else.
  const isBeside = target.namespace === undefined && schemas.find(apiVersion, kind)?.isNamespaced === true;
  if (!isBeside && target.names === undefined) lintName(which.name, [...path, 'name'], choosing);
  if (!isBeside) lintSelector(which, path, choosing);
  return { id, resource: { apiVersion, kind }, span, when: undefined, ...which };
}

function checkLiteral(target: LooseTarget, path: readonly PathStep[], scope: TemplateScope): void {
  for (const field of ['apiVersion', 'kind'] as const) {
    const value = target[field];
    if (value === undefined || !(value.startsWith('=') || value.includes('{%'))) continue;
    scope.report({
      code: 'LiteralRequired',
      severity: 'error',
      message: `${field} is computed; who writes a resource must not choose the kind that is patched`,
      span: scope.document.places.value([...path, field]),
      hint: 'write one patch for each kind, with when',
    });
  }
}

function lintSelector(
  { selector }: Pick<CompiledInput, 'selector'>,
  path: readonly PathStep[],
  scope: ChoiceScope,
): void {
  for (const { values } of selector?.terms ?? []) {
    const chosen = values.flatMap((value) => findChosen(value, scope) ?? [])[0];
    if (chosen === undefined) continue;
    scope.report({
      code: 'ChosenByResource',
      severity: 'error',
      message: `the objects are chosen by ${chosen}; who writes a resource could reach any object of the kind`,
      span: scope.document.places.value([...path, 'selector']),
      hint: 'compare the label with a value of the rule, or with metadata.name or metadata.namespace',
    });
  }
}

function compileContent(
  patch: LoosePatch,
  path: readonly PathStep[],
  scope: TemplateScope,
): CompiledPatchContent | undefined {
  const [mode, ...others] = MODES.filter((name) => patch[name] !== undefined);
  const { places } = scope.document;
  if (mode === undefined || others.length > 0) {
    const message = mode === undefined ? 'the patch does nothing' : 'a patch has one of apply, merge and json';
    const code = mode === undefined ? 'MissingField' : 'WrongValue';
    const span = mode === undefined ? places.value([...path, 'id']) : places.key([...path, others[0] as string]);
    const hint = mode === undefined ? 'add apply, merge or json' : 'write one patch for each';
    scope.report({ code, severity: 'error', message, span, hint });
  }
  if (mode === undefined) return undefined;
  if (mode !== 'json') return { mode, fields: compileTemplate(patch[mode] as Json, [...path, mode], scope) };
  const operations = (patch.json ?? []).flatMap((operation, index) => {
    const at = [...path, 'json', index];
    return operation?.op === undefined || operation.path === undefined ? [] : compileOperation(operation, at, scope);
  });
  return { mode, operations };
}

const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test'];

type LooseOperation = NonNullable<NonNullable<LoosePatch['json']>[number]>;

function compileOperation(
  operation: LooseOperation,
  path: readonly PathStep[],
  scope: TemplateScope,
): readonly CompiledPatchOperation[] {
  const { op, path: to, from, value } = operation;
  if (op === undefined || to === undefined) return [];
  // What is no operation was said already.
  if (!OPERATIONS.includes(op)) return [];
  checkPart(operation, 'value', ['add', 'replace', 'test'].includes(op), path, scope);
  checkPart(operation, 'from', ['move', 'copy'].includes(op), path, scope);
  checkPointer(operation, 'path', path, scope);
  checkPointer(operation, 'from', path, scope);
  const template = value === undefined ? undefined : compileTemplate(value as Json, [...path, 'value'], scope);
  const span = scope.document.places.value(path);
  return [{ op, path: to, ...(from === undefined ? {} : { from }), value: template, span }];
}

function checkPart(
  operation: LooseOperation,
  field: 'value' | 'from',
  isNeeded: boolean,
  path: readonly PathStep[],
  { document, report }: TemplateScope,
): void {
  if (isNeeded === (operation[field] !== undefined)) return;
  const span = isNeeded ? document.places.value([...path, 'op']) : document.places.key([...path, field]);
  const message = `"${operation.op}" ${isNeeded ? 'needs' : 'has no'} "${field}"`;
  report({ code: 'WrongValue', severity: 'error', message, span, hint: isNeeded ? `add ${field}` : 'remove it' });
}

function checkPointer(
  operation: LooseOperation,
  field: 'path' | 'from',
  path: readonly PathStep[],
  { document, report }: TemplateScope,
): void {
  if (operation[field]?.includes('{%') !== true) return;
  const message = 'a path is computed; which fields are changed is the rule’s to say';
  const span = document.places.value([...path, field]);
  report({ code: 'LiteralRequired', severity: 'error', message, span, hint: 'write the path out' });
}

// Values that are replaced are kept in the status, where those of a Secret must not be seen.
function lintPatch(
  patch: LoosePatch,
  content: CompiledPatchContent,
  path: readonly PathStep[],
  scope: TemplateScope,
): void {
  const { places } = scope.document;
  if (content.mode !== 'apply' && patch.target?.kind === 'Secret' && patch.target.apiVersion === 'v1') {
    const message = `${content.mode} would keep what it replaces of a Secret in the status, for all to see`;
    const span = places.key([...path, content.mode]);
    scope.report({ code: 'UnfitPolicy', severity: 'error', message, span, hint: 'use apply' });
  }
  if (content.mode !== 'apply' && patch.onConflict !== undefined) {
    const message = `"onConflict" says nothing of ${content.mode}, which sets fields whoever owns them`;
    const span = places.value([...path, 'onConflict']);
    scope.report({ code: 'UnfitPolicy', severity: 'error', message, span, hint: 'remove it' });
  }
  for (const { name, span } of reservedOf(patch, content, path, scope)) {
    const part = patch.target?.subresource;
    // What is no subresource at all was said already, and nobody knows what it writes.
    if (part !== undefined && !Object.hasOwn(PARTS, part)) return;
    const message =
      part === undefined
        ? `${name} of an object that is not yours cannot be patched`
        : `${name} is not written through the subresource "${part}"`;
    const hint = name.split('.')[0] === 'status' ? 'write "subresource: status" into the target' : 'remove it';
    scope.report({ code: 'ReservedMetadata', severity: 'error', message, span, hint });
  }
}

// Where it is not known whether the kind has it, the API server says so.
function checkSubresource(
  { apiVersion = '', kind = '', subresource }: LooseTarget,
  path: readonly PathStep[],
  { document, report }: TemplateScope,
  { schemas }: PatchSurroundings,
): void {
  const known = schemas.find(apiVersion, kind)?.subresources;
  // What is no subresource at all was said already.
  if (subresource === undefined || !Object.hasOwn(PARTS, subresource)) return;
  if (known === undefined || known.includes(subresource)) return;
  const message = `${kind} has no subresource "${subresource}"`;
  const span = document.places.value([...path, 'subresource']);
  const hint = known.length === 0 ? 'remove it' : `it has ${known.join(', ')}`;
  report({ code: 'WrongValue', severity: 'error', message, span, hint });
}

interface Reserved {
  readonly name: string;
  readonly span: Span;
}

// What is written through a subresource, and nothing else.
const PARTS = { status: 'status', resize: 'spec' } as const;

const NAMING = ['apiVersion', 'kind', 'status'];

function reservedOf(
  patch: LoosePatch,
  content: CompiledPatchContent,
  path: readonly PathStep[],
  { document }: TemplateScope,
): readonly Reserved[] {
  const part = patch.target?.subresource === undefined ? undefined : PARTS[patch.target.subresource];
  if (content.mode === 'json') {
    return content.operations.flatMap(({ op, path: to, from }, index): Reserved[] => {
      const changed = [...(op === 'test' ? [] : [to]), ...(op === 'move' && from !== undefined ? [from] : [])];
      const span = document.places.value([...path, 'json', index, 'path']);
      return changed.flatMap((pointer) => {
        const steps = tokensOf(pointer);
        const name = part === undefined ? reservedName(steps) : besidePart(steps, part);
        return name === undefined ? [] : [{ name, span }];
      });
    });
  }
  const fields = patch[content.mode] as Json;
  if (!isObject(fields)) return [];
  const metadata = fields['metadata'];
  const others = Object.keys(fields).filter((name) => name !== part);
  if (part !== undefined)
    return others.map((name) => ({ name, span: document.places.key([...path, content.mode, name]) }));
  const names = [
    ...NAMING.filter((name) => Object.hasOwn(fields, name)).map((name) => [name]),
    ...(isObject(metadata) && Object.hasOwn(metadata, 'name') ? [['metadata', 'name']] : []),
    ...reservedIn(metadata, false).map((steps) => ['metadata', ...steps]),
  ];
  return names.map((steps) => ({
    name: steps.join('.'),
    span: document.places.key([...path, content.mode, ...steps]),
  }));
}

function besidePart([first]: readonly string[], part: string): string | undefined {
  return first === part ? undefined : first || 'the whole';
}

function reservedName([first, second, third]: readonly string[]): string | undefined {
  if (first === undefined || first === '' || NAMING.includes(first)) return first === '' ? 'the whole' : first;
  if (first !== 'metadata') return undefined;
  if (second === undefined) return 'metadata';
  const isMap = second === 'labels' || second === 'annotations';
  const isMark = isMap && third?.startsWith('opsonata.dev/') === true;
  return isMap && !isMark ? undefined : [first, second, ...(isMark ? [third] : [])].join('.');
}
