// Rule documents -> compiled rules.
//
// In: a document as loaded, possibly with parts missing that were wrong. Out: the compiled rule, and every mistake that
// can be seen without a cluster: formulas that do not parse or read what is not there, circles, names that clash, keys
// and kinds that are computed, metadata that only the engine may write, a schema that no API server would take.
// Promises: never throws on what an author can write; the same document always gives the same result. `rule` is
// missing when the document lacks what makes a rule; whoever runs rules leaves out those with errors.

import { functionNames } from '../expression/expression.ts';
import type { Diagnostic, Span } from '../model/diagnostic.ts';
import type { Json } from '../model/json.ts';
import {
  apiVersionsOf,
  type CompiledCondition,
  type CompiledRule,
  type Formula,
  formulasOf,
  isDecorator,
  type LooseRule,
  type PathStep,
  type PruneLimit,
  type RuleDocument,
  type Template,
} from '../model/rule.ts';
import type { KindSchemas } from '../model/type.ts';
import { compileChildren } from './children.ts';
import type { NamedReads } from './choice.ts';
import { toCrd } from './crd.ts';
import { compileGuard } from './guard.ts';
import { compileInputs, compileLiteralSelector } from './inputs.ts';
import { kindSchemas } from './kinds.ts';
import { lintDefinition } from './lint/definition.ts';
import { lintKinds } from './lint/kinds.ts';
import { lintPaths } from './lint/paths.ts';
import { lintPodLabels } from './lint/pod-labels.ts';
import { lintSchema } from './lint/schema.ts';
import { lintVersions } from './lint/versions.ts';
import { compilePatches } from './patches.ts';
import { compileState } from './state.ts';
import { compileTemplate, type TemplateScope } from './template.ts';
import { typeRule } from './type-rule.ts';
import { compileLets, orderValues } from './values.ts';

// Variables that the engine itself gives.
const BUILT_IN = ['now', 'self', 'item', 'index', 'memory', 'triggers'];
// Fields of the status that the engine writes.
const RESERVED_STATUS = [
  ...[
    'observedGeneration',
    'conditions',
    'children',
    'patches',
    'memory',
    'schedules',
    'triggers',
    'tasks',
    'restarts',
    'preview',
  ],
];

/** What compiling one document gives. */
export interface Compiled {
  readonly rule: CompiledRule | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles one rule. `schemas`: what is known of the kinds that it speaks of; its own definition need not be there. */
export function compile(document: RuleDocument, schemas: KindSchemas = kindSchemas([document])): Compiled {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): void => {
    diagnostics.push(diagnostic);
  };
  const spec: NonNullable<LooseRule['spec']> = document.content.spec ?? {};
  const names = collectNames(document, spec, report);
  const scope: TemplateScope = {
    document,
    variables: [...names, 'now', ...(['memory', 'triggers'] as const).filter((name) => spec[name] !== undefined)],
    report,
  };
  const lets = compileLets(spec.let as { [name: string]: Json } | undefined, scope);
  const reads: NamedReads = new Map(
    lets.map(({ name, value }): [string, readonly Formula[]] => [name, formulasOf(value)]),
  );
  const isClusterScoped = isOfCluster(spec, schemas);
  const inputs = compileInputs(spec.inputs ?? [], scope, { named: reads, own: childIds(spec), isClusterScoped });
  const order = orderValues(lets, inputs, scope);
  const children = compileChildren(spec, scope, { lets: reads, inputs, isClusterScoped, schemas });
  for (const child of children) diagnostics.push(...lintPodLabels(child, child.path, document.places));
  const patches = compilePatches(spec.patches ?? [], scope, {
    lets: reads,
    inputs,
    isClusterScoped,
    children,
    schemas,
  });
  const conditions = compileConditions(spec.conditions ?? [], scope);
  const status = compileStatus(spec.status as { [name: string]: Json } | undefined, scope);
  for (const part of ['spec', 'status'] as const) {
    const schema = spec.resource?.crd?.schema?.[part];
    const path = ['spec', 'resource', 'crd', 'schema', part];
    if (schema !== undefined) diagnostics.push(...lintSchema(schema as Json, path, document.places));
  }
  diagnostics.push(...lintDefinition(spec.resource, document.places), ...lintVersions(spec.resource, document.places));
  diagnostics.push(...lintKinds(document, schemas), ...lintPaths(document.content, document.places));
  const name = document.content.metadata?.name;
  const { apiVersion, kind, namespaces } = spec.resource ?? {};
  if (name === undefined || apiVersion === undefined || kind === undefined) return { rule: undefined, diagnostics };
  const rule: CompiledRule = {
    name,
    file: document.file,
    resource: { apiVersion, kind },
    apiVersions: apiVersionsOf(document.content),
    crd: toCrd(document.content),
    isClusterScoped,
    decorates: isDecorator(document.content),
    pruneLimit: compilePruneLimit(spec, document),
    halt: spec.suspend === true ? 'Suspended' : spec.observe === true ? 'Observing' : undefined,
    selector: compileLiteralSelector(spec.resource?.selector, ['spec', 'resource', 'selector'], scope),
    namespaces: namespaces?.filter((namespace) => namespace !== null),
    inputs,
    ...compileState(spec, isDecorator(document.content), scope),
    lets: order.flatMap((id) => lets.find((item) => item.name === id) ?? []),
    children,
    patches,
    conditions,
    status,
  };
  return { rule: typeRule(rule, document, schemas, report), diagnostics };
}

function compilePruneLimit(
  { prune }: NonNullable<LooseRule['spec']>,
  { places }: RuleDocument,
): PruneLimit | undefined {
  const limit = prune?.limit;
  if (limit === undefined) return undefined;
  const span = places.value(['spec', 'prune', 'limit']);
  return typeof limit === 'number'
    ? { value: limit, unit: '', span }
    : { value: Number.parseInt(limit, 10), unit: '%', span };
}

function childIds({ children = [] }: NonNullable<LooseRule['spec']>): readonly string[] {
  return children.flatMap((child) => child?.id ?? []);
}

function isOfCluster({ resource }: NonNullable<LooseRule['spec']>, schemas: KindSchemas): boolean {
  if (resource?.crd?.scope !== undefined) return resource.crd.scope === 'Cluster';
  return schemas.find(resource?.apiVersion ?? '', resource?.kind ?? '')?.isNamespaced === false;
}

// Inputs, children, patches and lets share one space of names: all are read as `$name`.
function collectNames(
  document: RuleDocument,
  spec: NonNullable<LooseRule['spec']>,
  report: (diagnostic: Diagnostic) => void,
): readonly string[] {
  const taken = new Map<string, Span>();
  const take = (name: string, span: Span): void => {
    const other = taken.get(name);
    const problem = findNameProblem(name) ?? (other === undefined ? undefined : 'is used twice');
    taken.set(name, other ?? span);
    if (problem === undefined) return;
    const related = other === undefined ? [] : [{ message: 'the other one is here', span: other }];
    const message = `the name "${name}" ${problem}`;
    report({ code: 'InvalidName', severity: 'error', message, span, related, hint: 'choose another name' });
  };
  for (const name of Object.keys(spec.let ?? {})) take(name, document.places.key(['spec', 'let', name]));
  for (const part of ['inputs', 'schedules', 'children', 'tasks', 'patches'] as const) {
    for (const [index, item] of (spec[part] ?? []).entries()) {
      if (typeof item?.id === 'string') take(item.id, document.places.value(['spec', part, index, 'id']));
    }
  }
  // A patch has no value to be read.
  const patches = (spec.patches ?? []).map((patch) => patch?.id);
  return [...taken.keys()].filter((name) => !patches.includes(name));
}

function findNameProblem(name: string): string | undefined {
  if (functionNames.includes(name)) return `hides the function $${name}`;
  if (BUILT_IN.includes(name)) return `hides the built-in variable $${name}`;
  return /^[A-Za-z][A-Za-z0-9_]*$/.test(name) ? undefined : 'is not an identifier';
}

function compileConditions(
  conditions: NonNullable<NonNullable<LooseRule['spec']>['conditions']>,
  scope: TemplateScope,
): readonly CompiledCondition[] {
  const seen = new Set<string>();
  return conditions.flatMap((condition, index): CompiledCondition[] => {
    if (condition?.type === undefined || condition.status === undefined) return [];
    const path = ['spec', 'conditions', index];
    const span = scope.document.places.value([...path, 'type']);
    if (seen.has(condition.type)) {
      scope.report({
        code: 'InvalidName',
        severity: 'error',
        message: `the condition "${condition.type}" is defined twice`,
        span,
        hint: 'remove one of the two',
      });
    }
    seen.add(condition.type);
    const optional = (value: Json | undefined, field: string): Template | undefined =>
      value === undefined ? undefined : compileTemplate(value, [...path, field], scope);
    const literal = ['True', 'False', 'Unknown'].includes(String(condition.status));
    const status = literal
      ? compileTemplate(condition.status, [...path, 'status'], scope)
      : compileGuard(condition.status, [...path, 'status'], scope);
    if (status === undefined) return [];
    return [
      {
        type: condition.type,
        span,
        status,
        reason: optional(condition.reason, 'reason'),
        message: optional(condition.message, 'message'),
      },
    ];
  });
}

function compileStatus(
  values: { readonly [name: string]: Json } | undefined,
  scope: TemplateScope,
): readonly (readonly [string, Template])[] {
  return Object.entries(values ?? {}).map(([name, value]) => {
    const path: readonly PathStep[] = ['spec', 'status', name];
    if (RESERVED_STATUS.includes(name)) {
      const span = scope.document.places.key(path);
      scope.report({
        code: 'InvalidName',
        severity: 'error',
        message: `status.${name} is written by the engine`,
        span,
        hint: 'choose another name',
      });
    }
    return [name, compileTemplate(value, path, scope)] as const;
  });
}
