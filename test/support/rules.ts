// Rules and objects for tests.

import { compile } from '../../engine/compile/compile.ts';
import { compileHealth } from '../../engine/compile/health.ts';
import type { EvaluateInput } from '../../engine/evaluate/evaluate.ts';
import { load } from '../../engine/load/load.ts';
import type { CompiledHealth } from '../../engine/model/health.ts';
import type { InputReader } from '../../engine/model/input.ts';
import type { KubeObject } from '../../engine/model/object.ts';
import type { CompiledRule } from '../../engine/model/rule.ts';
import { matchesSelector } from '../../engine/model/selector.ts';

/** A rule from the YAML below `spec:`, without mistakes. */
export function ruleOf(spec: string, name = 'web'): CompiledRule {
  const text = `apiVersion: opsonata.dev/v1alpha1\nkind: Rule\nmetadata: { name: ${name} }\nspec:\n  resource: { apiVersion: example.com/v1, kind: Web }\n${spec}`;
  const loaded = load([{ file: 'rule.yaml', text, found: false }]);
  const compiled = loaded.documents.map((document) => compile(document));
  const diagnostics = [...loaded.diagnostics, ...compiled.flatMap((one) => one.diagnostics)];
  if (diagnostics.length > 0) throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return compiled[0]?.rule as CompiledRule;
}

/** A health rule from the YAML below `spec:`, without mistakes. */
export function healthRuleOf(spec: string, name = 'queue'): CompiledHealth {
  const text = `apiVersion: opsonata.dev/v1alpha1\nkind: Health\nmetadata: { name: ${name} }\nspec:\n${spec}`;
  const loaded = load([{ file: 'health.yaml', text, found: false }]);
  const compiled = loaded.health.map((document) => compileHealth(document, { find: () => undefined }));
  const diagnostics = [...loaded.diagnostics, ...compiled.flatMap((one) => one.diagnostics)];
  if (diagnostics.length > 0) throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return compiled[0]?.rule as CompiledHealth;
}

/** A custom resource. */
export function ownerOf(spec: object = {}, metadata: object = {}): KubeObject {
  return {
    apiVersion: 'example.com/v1',
    kind: 'Web',
    metadata: { name: 'shop', namespace: 'default', uid: 'owner', generation: 1, resourceVersion: '10', ...metadata },
    spec,
  } as KubeObject;
}

/** A moment: an owner, its children, and what else the rule reads. Everything absent is the ordinary. */
export function momentOf(moment: Partial<EvaluateInput> & { readonly inputs?: readonly KubeObject[] }): EvaluateInput {
  const { inputs = [], ...given } = moment;
  const read: InputReader = (request) => ({
    kind: 'found',
    objects: inputs.filter(
      ({ kind, apiVersion, metadata }) =>
        kind === request.kind &&
        apiVersion === request.apiVersion &&
        [undefined, metadata.namespace].includes(request.namespace) &&
        (request.name === undefined
          ? matchesSelector(metadata.labels, request.selector)
          : metadata.name === request.name),
    ),
  });
  const nothing: EvaluateInput = {
    owner: ownerOf(),
    observed: [],
    now: '2026-01-01T00:00:00Z',
    isWanted: true,
    read,
    unlisted: () => undefined,
  };
  return { ...nothing, ...given };
}

/** A desired object as the API server would store it: with a uid, a version, and our fields in managedFields. */
export function storedOf(object: KubeObject, rule = 'web', more: object = {}): KubeObject {
  const { name: _name, namespace: _namespace, ...metadata } = object.metadata;
  const { apiVersion, kind: _kind, metadata: _metadata, ...content } = object;
  const entry = {
    manager: `opsonata/${rule}`,
    operation: 'Apply' as const,
    apiVersion,
    fieldsV1: fieldsOf({ ...content, metadata }) as never,
  };
  return {
    ...object,
    metadata: {
      ...object.metadata,
      uid: `uid-${object.kind}-${object.metadata.name}`,
      resourceVersion: '20',
      generation: 1,
      managedFields: [entry],
      ...more,
    },
  };
}

/** Granular FieldsV1 of a value; lists are owned as a whole. */
export function fieldsOf(value: unknown): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [`f:${key}`, fieldsOf(item)]));
}
