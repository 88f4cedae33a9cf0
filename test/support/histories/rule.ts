// The rules of histories: small enough that what they mean can be said again without the engine.

import type { Json, JsonObject } from '../../../engine/model/json.ts';

/** Kinds of children. `There` is a ConfigMap in another namespace. */
export type ChildKind = 'ConfigMap' | 'There' | 'ClusterRole' | 'Deployment';

/** Where the value of a child comes from. */
export type Source =
  | { readonly kind: 'spec' }
  | { readonly kind: 'child'; readonly id: string }
  | { readonly kind: 'input' }
  | { readonly kind: 'selected' };

/** A child. */
export interface ChildSpec {
  readonly id: string;
  readonly kind: ChildKind;
  /** The ending of its name: another one is another object. */
  readonly name: string;
  /** Whether it is there only while the resource lists it. */
  readonly isOptional: boolean;
  /** Whether there is one for each item. */
  readonly isMany: boolean;
  readonly source: Source;
  readonly after: readonly string[];
  readonly onDelete: 'delete' | 'orphan';
  readonly adopt: 'never' | 'ifReleased' | 'ifUnowned';
  readonly onDrift: 'correct' | 'warn' | 'ignore';
  readonly onConflict: 'fail' | 'force' | 'yield';
}

/** A patch of a ConfigMap of somebody else. */
export interface PatchSpec {
  readonly id: string;
  readonly mode: 'apply' | 'merge' | 'json';
  readonly isOptional: boolean;
  /** In the namespace of the resource, or in another. */
  readonly where: 'home' | 'there';
}

/** A rule. */
export interface RuleSpec {
  readonly children: readonly ChildSpec[];
  readonly patches: readonly PatchSpec[];
  /** Whether the input need not be there. */
  readonly isInputOptional: boolean;
}

/** What a resource says. */
export interface Spec {
  readonly x: string;
  /** The children and patches that are there only while they are listed. */
  readonly on: readonly string[];
  readonly items: readonly string[];
}

export const HOME = 'home';
export const THERE = 'there';
export const INPUT = 'input';
export const ITEMS: readonly string[] = ['p', 'q', 'r'];
export const API_VERSION = 'histories.example.com/v1';
export const KIND = 'Thing';
export const RULE = 'things';

const TEXT = { type: 'string' };
const TEXTS = { type: 'array', items: TEXT };

/** The text of a rule. */
export function textOf({ children, patches, isInputOptional }: RuleSpec): string {
  const rule = {
    apiVersion: 'opsonata.dev/v1alpha1',
    kind: 'Rule',
    metadata: { name: RULE },
    spec: {
      resource: {
        apiVersion: API_VERSION,
        kind: KIND,
        crd: { schema: { spec: { type: 'object', properties: { x: TEXT, on: TEXTS, items: TEXTS } } } },
      },
      inputs: [
        { id: 'in', resource: { apiVersion: 'v1', kind: 'ConfigMap' }, name: INPUT, optional: isInputOptional },
        {
          id: 'sel',
          resource: { apiVersion: 'v1', kind: 'ConfigMap' },
          selector: { matchLabels: { select: 'yes' } },
        },
      ],
      children: children.map((child) => toChild(child, children)),
      patches: patches.map(toPatch),
    },
  };
  return `${JSON.stringify(rule, undefined, 1)}\n`;
}

function toChild(child: ChildSpec, children: readonly ChildSpec[]): Json {
  const { id, isOptional, isMany, after, onDelete, adopt, onDrift, onConflict } = child;
  const value = isMany ? `=(${formulaOf(child, children)}) & "/" & $item` : `=${formulaOf(child, children)}`;
  return {
    id,
    ...(isOptional ? { when: `="${id}" in spec.on` } : {}),
    ...(isMany ? { forEach: '=spec.items', key: '=$item' } : {}),
    ...(after.length > 0 ? { after } : {}),
    ...(onDelete === 'delete' ? {} : { onDelete }),
    ...(adopt === 'never' ? {} : { adopt }),
    ...(onDrift === 'correct' ? {} : { onDrift }),
    ...(onConflict === 'fail' ? {} : { onConflict }),
    template: templateOf(child, value),
  };
}

function templateOf({ kind, name, isMany }: ChildSpec, value: string): JsonObject {
  const metadata = { name: `{% metadata.name %}-${name}${isMany ? '-{% $item %}' : ''}` };
  switch (kind) {
    case 'ConfigMap':
      return { apiVersion: 'v1', kind, metadata, data: { x: value } };
    case 'There':
      return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, namespace: THERE }, data: { x: value } };
    case 'ClusterRole': {
      const apiVersion = 'rbac.authorization.k8s.io/v1';
      return { apiVersion, kind, metadata: { ...metadata, annotations: { x: value } }, rules: [] };
    }
    case 'Deployment': {
      const labels = { app: `{% metadata.name %}-${name}` };
      return {
        apiVersion: 'apps/v1',
        kind,
        metadata: { ...metadata, annotations: { x: value } },
        spec: {
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'example.com/app' }] } },
        },
      };
    }
  }
}

/** Where the value of a child is in its object. */
export function valuePathOf(kind: ChildKind): readonly string[] {
  return kind === 'ConfigMap' || kind === 'There' ? ['data', 'x'] : ['metadata', 'annotations', 'x'];
}

function formulaOf({ source }: ChildSpec, children: readonly ChildSpec[]): string {
  switch (source.kind) {
    case 'spec':
      return 'spec.x';
    case 'child': {
      const other = children.find(({ id }) => id === source.id) as ChildSpec;
      const path = valuePathOf(other.kind).join('.');
      return other.isMany ? `$string($count($${other.id}))` : `$${other.id}.${path} ?? "none"`;
    }
    case 'input':
      return '$in.data.v ?? "none"';
    case 'selected':
      return '$string($count($sel))';
  }
}

function toPatch({ id, mode, isOptional, where }: PatchSpec): Json {
  const content = {
    apply: { apply: { data: { [id]: '=spec.x' } } },
    merge: { merge: { data: { [id]: '=spec.x' } } },
    json: { json: [{ op: 'add', path: `/data/${id}`, value: '=spec.x' }] },
  };
  const namespace = where === 'home' ? {} : { namespace: THERE, names: ['one-target', 'two-target'] };
  return {
    id,
    ...(isOptional ? { when: `="${id}" in spec.on` } : {}),
    target: { apiVersion: 'v1', kind: 'ConfigMap', name: '=metadata.name & "-target"', ...namespace },
    ...content[mode],
  };
}
