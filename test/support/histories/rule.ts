// The rules of histories: small enough that what they mean can be said again without the engine.

import type { Json, JsonObject } from '../../../engine/model/json.ts';

/** Kinds of children. `There` is a ConfigMap in another namespace, `Frozen` one that cannot be changed. */
export type ChildKind = 'ConfigMap' | 'There' | 'Frozen' | 'ClusterRole' | 'Deployment';

/** Where the value of a child comes from. */
export type Source =
  | { readonly kind: 'spec' }
  | { readonly kind: 'child'; readonly id: string }
  | { readonly kind: 'input' }
  | { readonly kind: 'memory' }
  | { readonly kind: 'selected' };

/** A child. */
export interface ChildSpec {
  readonly id: string;
  readonly kind: ChildKind;
  /** The ending of its name: another one is another object. */
  readonly name: string;
  /** Whether it is there always, while the resource lists it, or while the input says so. */
  readonly when: 'always' | 'listed' | 'input';
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
  /** Whether there is a task for each value of the resource. */
  readonly hasTask: boolean;
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
/** The rule for objects of other people that are selected. */
export const OTHER_RULE = 'others';
export const TASK = 't';

const TEXT = { type: 'string' };
const TEXTS = { type: 'array', items: TEXT };

/** The text of a rule. */
export function textOf({ children, patches, hasTask, isInputOptional }: RuleSpec): string {
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
      memory: { first: '=$memory.first ?? spec.x' },
      ...(hasTask ? { tasks: [toTask()] } : {}),
      children: children.map((child) => toChild(child, children)),
      patches: patches.map(toPatch),
    },
  };
  return `${JSON.stringify(rule)}\n---\n${JSON.stringify(OTHER)}\n`;
}

function whenOf(id: string, when: ChildSpec['when']): JsonObject {
  if (when === 'always') return {};
  return { when: when === 'listed' ? `="${id}" in spec.on` : '=$in.data.v = "i1"' };
}

function toTask(): Json {
  const containers = [{ name: 'task', image: 'example.com/task' }];
  return {
    id: TASK,
    key: '=spec.x',
    template: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: '{% metadata.name %}-task' },
      spec: { template: { spec: { restartPolicy: 'Never', containers } } },
    },
  };
}

// What is made for each object that is selected, beside it and elsewhere.
const OTHER = {
  apiVersion: 'opsonata.dev/v1alpha1',
  kind: 'Rule',
  metadata: { name: OTHER_RULE },
  spec: {
    resource: { apiVersion: 'v1', kind: 'ConfigMap', selector: { matchLabels: { select: 'yes' } } },
    children: [
      {
        id: 'copy',
        template: { apiVersion: 'v1', kind: 'Secret', metadata: { name: '{% metadata.name %}-copy' } },
      },
      {
        id: 'role',
        template: {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRole',
          metadata: { name: '{% metadata.name %}-role' },
          rules: [],
        },
      },
    ],
  },
};

function toChild(child: ChildSpec, children: readonly ChildSpec[]): Json {
  const { id, when, kind, isMany, after, onDelete, adopt, onDrift, onConflict } = child;
  const value = isMany ? `=(${formulaOf(child, children)}) & "/" & $item` : `=${formulaOf(child, children)}`;
  return {
    id,
    ...whenOf(id, when),
    ...(isMany ? { forEach: '=spec.items', key: '=$item' } : {}),
    ...(after.length > 0 ? { after } : {}),
    ...(onDelete === 'delete' ? {} : { onDelete }),
    ...(adopt === 'never' ? {} : { adopt }),
    ...(onDrift === 'correct' ? {} : { onDrift }),
    ...(onConflict === 'fail' ? {} : { onConflict }),
    ...(kind === 'Frozen' ? { onImmutable: 'recreate' } : {}),
    template: templateOf(child, value),
  };
}

function templateOf({ kind, name, isMany }: ChildSpec, value: string): JsonObject {
  const metadata = { name: `{% metadata.name %}-${name}${isMany ? '-{% $item %}' : ''}` };
  switch (kind) {
    case 'ConfigMap':
      return { apiVersion: 'v1', kind, metadata, data: { x: value } };
    case 'Frozen':
      return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { x: value }, immutable: true };
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
  return kind === 'ClusterRole' || kind === 'Deployment' ? ['metadata', 'annotations', 'x'] : ['data', 'x'];
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
    case 'memory':
      return '$memory.first';
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
    ...whenOf(id, isOptional ? 'listed' : 'always'),
    target: { apiVersion: 'v1', kind: 'ConfigMap', name: '=metadata.name & "-target"', ...namespace },
    ...content[mode],
  };
}
