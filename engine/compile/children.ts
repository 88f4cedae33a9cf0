// The children of a rule: their templates, and what each needs of the others.

import type { Span } from '../model/diagnostic.ts';
import { isObject, type Json } from '../model/json.ts';
import {
  type CompiledChild,
  type CompiledInput,
  type CompiledLoop,
  type CompiledRollout,
  type CompiledTask,
  type Dependency,
  type Formula,
  formulasOf,
  formulasOfInput,
  type LooseRule,
  type PathStep,
  type Template,
} from '../model/rule.ts';
import { suggest } from '../model/suggest.ts';
import type { KindSchemas } from '../model/type.ts';
import {
  type ChoiceScope,
  fieldOf,
  lintAdoption,
  lintName,
  lintNamespace,
  type NamedReads,
  placeOf,
} from './choice.ts';
import { orderGraph } from './graph.ts';
import { compileGuard } from './guard.ts';
import { compilePolicy, mayUseChance } from './policies.ts';
import { compileRollout, type Drains, drainsOf } from './rollout.ts';
import { compileTask } from './tasks.ts';
import { compileTemplate, type TemplateScope } from './template.ts';

type Children = NonNullable<NonNullable<LooseRule['spec']>['children']>;
type LooseChild = NonNullable<Children[number]>;
type Tasks = NonNullable<NonNullable<LooseRule['spec']>['tasks']>;

// Only the engine writes these: a template that set them could take or free objects of others.
const RESERVED = [
  ...['generateName', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp'],
  ...['ownerReferences', 'finalizers', 'managedFields', 'selfLink'],
];

/** What children need to know of the rest of the rule. */
export interface Surroundings {
  /** What values of `let` read: a formula that reads `$labels` depends on the children that the value of `labels` reads. */
  readonly lets: NamedReads;
  readonly inputs: readonly CompiledInput[];
  /** The rule's own kind has no namespaces. */
  readonly isClusterScoped: boolean;
  readonly schemas: KindSchemas;
}

/** Compiles the children and puts them into an order in which each depends only on those before it. */
export function compileChildren(
  { children = [], tasks = [] }: { readonly children?: Children; readonly tasks?: Tasks },
  scope: TemplateScope,
  surroundings: Surroundings,
): readonly CompiledChild[] {
  const { lets, inputs, isClusterScoped, schemas } = surroundings;
  const named = namedReads(lets, inputs);
  const all = [
    ...children.map((child, index) => ({ child, task: undefined, path: ['spec', 'children', index] })),
    ...tasks.map((task, index) => ({ child: toChild(task), task, path: ['spec', 'tasks', index] })),
  ];
  const present = all.flatMap(({ child, task, path }) =>
    child?.id === undefined || child.template === undefined ? [] : [{ child, task, path }],
  );
  const ids = present.map(({ child }) => child.id as string);
  const drains = drainsOf(children, tasks, scope);
  const graph = { ids, named, lets, inputs, isClusterScoped, schemas, drains, children };
  const compiled = present.map(({ child, task, path }) => {
    const whole = compileChild(child, path, scope, graph);
    if (task === null || task === undefined) return whole;
    const drained = drains.get(whole.id);
    return withTask(whole, compileTask(task, path, withDrained(scope, drained), drained), graph);
  });
  const nodes = compiled.map((child) => ({
    name: child.id,
    span: child.span,
    edges: child.dependencies.map(({ id, span }) => ({ to: id, span })),
  }));
  const { order, waves, diagnostics } = orderGraph(nodes, 'these children');
  for (const diagnostic of diagnostics) scope.report(diagnostic);
  const placed = new Map<string, CompiledChild>();
  for (const id of order) {
    const child = compiled.find((candidate) => candidate.id === id) as CompiledChild;
    const needed = child.dependencies.filter(({ part }) => part !== 'order');
    const above = needed.flatMap(({ id: other }) => [other, ...(placed.get(other)?.upstream ?? [])]);
    placed.set(id, { ...child, upstream: [...new Set(above)], wave: waves.get(id) as number });
  }
  return [...placed.values()];
}

// A Job is made once and never changed.
function toChild(task: Tasks[number]): LooseChild | null {
  if (task === null) return null;
  const { id, when, after, template } = task;
  const given = Object.entries({ id, when, after, template }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), write: 'once' };
}

function withTask(child: CompiledChild, task: CompiledTask, graph: Graph): CompiledChild {
  const reads = readsOf([...formulasOf(task.key), ...formulasOf(task.skip)], graph);
  return {
    ...child,
    task,
    dependencies: [...child.dependencies, ...reads.map((read) => ({ ...read, part: 'template' as const }))],
  };
}

function compileChild(child: LooseChild, path: readonly PathStep[], outer: TemplateScope, graph: Graph): CompiledChild {
  const forEach = compileLoop(child, path, outer);
  const drained = graph.drains.get(child.id as string);
  const variables = forEach === undefined ? outer.variables : [...outer.variables, 'item', 'index'];
  const scope = withDrained({ ...outer, variables }, drained);
  const rollout = compileRollout(child, path, { ...scope, children: graph.children });
  const template = compileTemplate(child.template as Json, [...path, 'template'], {
    ...scope,
    mayUseChance: (place) => mayUseChance(child, place),
  });
  // A Job is beside what it works for.
  const mayBeElsewhere = graph.isClusterScoped || path[1] === 'children';
  lintTemplate(child.template as Json, [...path, 'template'], { ...scope, mayBeElsewhere });
  const { ids: own, inputs, isClusterScoped } = graph;
  const choices: ChoiceScope = { ...scope, named: withItem(graph.lets, forEach), inputs, isClusterScoped, own };
  lintChoices(child, template, path, choices);
  const when = compileGuard(child.when, [...path, 'when'], scope);
  const ready = compileGuard(child.ready, [...path, 'ready'], { ...scope, variables: [...variables, 'self'] });
  const listed = (names: readonly (string | null)[] | undefined) => names?.filter((name) => name !== null);
  const { apiVersion = '', kind = '' } = child.template as { apiVersion?: string; kind?: string };
  const namespaces = listed(child.namespaces);
  const isNamespaced = graph.schemas.find(apiVersion, kind)?.isNamespaced;
  const where = placeOf(fieldOf(template, 'metadata', 'namespace'), namespaces, isNamespaced);
  const policy = compilePolicy(child, path, scope);
  if (child.names === undefined) lintAdoption({ template, where, adopt: policy.adopt }, path, choices);
  return {
    id: child.id as string,
    path,
    task: undefined,
    rollout,
    resource: { apiVersion, kind },
    span: scope.document.places.value([...path, 'id']),
    forEach,
    names: listed(child.names),
    namespaces,
    where,
    when,
    ready,
    readsUnready: child.readsUnready === true,
    policy,
    template,
    dependencies: [
      ...readsOf([...formulasOf(forEach?.items), ...formulasOf(forEach?.key), ...formulasOf(when)], graph).map(
        (read) => ({ ...read, part: 'when' as const }),
      ),
      ...readsOf(formulasOf(template), graph).map((read) => ({ ...read, part: 'template' as const })),
      ...afterOf(child, path, scope, graph.ids),
      ...(rollout === undefined ? [] : looksAt(rollout, child.id as string, graph)),
      ...(drained === undefined
        ? []
        : [{ id: drained, span: scope.document.places.value(path), part: 'order' as const }]),
    ],
    upstream: [],
    wave: 1,
  };
}

// What drains a member sees it, and its key.
function withDrained(scope: TemplateScope, drained: string | undefined): TemplateScope {
  return drained === undefined ? scope : { ...scope, variables: [...scope.variables, 'self', 'item'] };
}

// Its own members are known by then; of the others, only what is there is read.
function looksAt({ order, gate, volumes, span }: CompiledRollout, own: string, graph: Graph): readonly Dependency[] {
  const read = readsOf([...formulasOf(order), ...formulasOf(gate)], graph).filter(({ id }) => id !== own);
  return [...read, ...volumes.map((id) => ({ id, span }))].map((one) => ({ ...one, part: 'order' }));
}

// Formulas of the list see no item: it is not there yet.
function compileLoop(child: LooseChild, path: readonly PathStep[], scope: TemplateScope): CompiledLoop | undefined {
  const { places } = scope.document;
  const missing = (field: 'forEach' | 'key', other: string, hint: string): undefined => {
    const message = `${other} needs the field "${field}"`;
    scope.report({ code: 'MissingField', severity: 'error', message, span: places.key([...path, other]), hint });
  };
  if (child.forEach === undefined)
    return child.key === undefined ? undefined : missing('forEach', 'key', 'add forEach, the list of items');
  if (child.key === undefined) return missing('key', 'forEach', 'add key: =$item, or a field of it that never changes');
  const items =
    typeof child.forEach === 'string'
      ? compileGuard(child.forEach, [...path, 'forEach'], scope)
      : compileTemplate(child.forEach as Json, [...path, 'forEach'], scope);
  const variables = [...scope.variables, 'item', 'index'];
  const key = compileTemplate(child.key, [...path, 'key'], { ...scope, variables });
  return items === undefined ? undefined : { items, key, span: places.value([...path, 'key']) };
}

function withItem(lets: NamedReads, forEach: CompiledLoop | undefined): NamedReads {
  return forEach === undefined ? lets : new Map([...lets, ['item', formulasOf(forEach.items)]]);
}

function lintChoices(child: LooseChild, template: Template, path: readonly PathStep[], scope: ChoiceScope): void {
  const at = [...path, 'template', 'metadata'];
  if (child.names === undefined) lintName(fieldOf(template, 'metadata', 'name'), [...at, 'name'], scope);
  if (child.namespaces === undefined)
    lintNamespace(fieldOf(template, 'metadata', 'namespace'), [...at, 'namespace'], scope);
}

/** What values of `let` and inputs read. */
export function namedReads(lets: NamedReads, inputs: readonly CompiledInput[]): NamedReads {
  return new Map([...lets, ...inputs.map((input) => [input.id, formulasOfInput(input)] as const)]);
}

/** The children that formulas and `after` may need. */
export interface Needs {
  readonly ids: readonly string[];
  /** What values of `let` and inputs read. */
  readonly named: NamedReads;
}

interface Graph extends Needs {
  readonly lets: NamedReads;
  readonly inputs: readonly CompiledInput[];
  readonly isClusterScoped: boolean;
  readonly schemas: KindSchemas;
  readonly drains: Drains;
  readonly children: Children;
}

/** The children that formulas read, directly or through other names. */
export function readsOf(formulas: readonly Formula[], graph: Needs): readonly Omit<Dependency, 'part'>[] {
  const found = new Map<string, Span>();
  for (const formula of formulas) {
    for (const read of formula.reads) {
      const span = formula.locate(read.range);
      for (const id of childrenBehind(read.variable, graph, new Set())) if (!found.has(id)) found.set(id, span);
    }
  }
  return [...found].map(([id, span]) => ({ id, span }));
}

// A variable is a child, or a value of `let` or an input that reads children in turn.
function childrenBehind(variable: string, graph: Needs, seen: ReadonlySet<string>): readonly string[] {
  if (graph.ids.includes(variable)) return [variable];
  if (seen.has(variable)) return [];
  const reads = (graph.named.get(variable) ?? []).flatMap((formula) => formula.reads);
  return reads.flatMap((read) => childrenBehind(read.variable, graph, new Set([...seen, variable])));
}

/** The children that `after` names. */
export function afterOf(
  child: Pick<LooseChild, 'after'>,
  path: readonly PathStep[],
  scope: TemplateScope,
  ids: readonly string[],
): readonly Dependency[] {
  return (child.after ?? []).flatMap((id, index): Dependency[] => {
    if (id === null) return [];
    const span = scope.document.places.value([...path, 'after', index]);
    if (ids.includes(id)) return [{ id, span, part: 'after' }];
    scope.report({
      code: 'UnknownChild',
      severity: 'error',
      message: `no child has the id "${id}"`,
      span,
      hint: suggest(id, ids) ?? (ids.length === 0 ? 'remove it' : `use one of ${ids.join(', ')}`),
    });
    return [];
  });
}

function lintTemplate(
  template: Json,
  path: readonly PathStep[],
  scope: TemplateScope & { readonly mayBeElsewhere: boolean },
): void {
  if (!isObject(template)) return;
  const { places } = scope.document;
  for (const field of ['apiVersion', 'kind']) {
    const value = template[field];
    if (typeof value !== 'string' || !(value.startsWith('=') || value.includes('{%'))) continue;
    const message = `${field} is computed; who writes a resource must not choose the kind of its children`;
    const span = places.value([...path, field]);
    scope.report({
      code: 'LiteralRequired',
      severity: 'error',
      message,
      span,
      hint: 'write one child for each kind, with when',
    });
  }
  for (const steps of reservedIn(template['metadata'], scope.mayBeElsewhere)) {
    const message = `metadata.${steps.join('.')} is written by the engine`;
    const span = places.key([...path, 'metadata', ...steps]);
    scope.report({ code: 'ReservedMetadata', severity: 'error', message, span, hint: 'remove it' });
  }
}

/**
 * What a template may not say of metadata. `mayBeElsewhere`: it may say the namespace.
 */
export function reservedIn(metadata: Json | undefined, mayBeElsewhere: boolean): readonly (readonly string[])[] {
  if (!isObject(metadata)) return [];
  const reserved = mayBeElsewhere ? RESERVED : ['namespace', ...RESERVED];
  const fields = reserved.filter((field) => Object.hasOwn(metadata, field)).map((field) => [field]);
  const marks = ['labels', 'annotations'].flatMap((map) => {
    const entries = metadata[map];
    const keys = isObject(entries) ? Object.keys(entries) : [];
    return keys.filter((key) => key.startsWith('opsonata.dev/')).map((key) => [map, key]);
  });
  return [...fields, ...marks];
}
