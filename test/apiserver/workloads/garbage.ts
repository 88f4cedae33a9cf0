// Owners and dependents: what goes with an owner, what waits for it, what stays.

import type { Json, JsonObject } from '../../../apiserver/model/json.ts';
import type { Step } from '../script.ts';
import type { Scenario, ScenarioStep } from './scenarios.ts';

const PATH = '/api/v1/namespaces/NAMESPACE/configmaps';

interface Owner {
  readonly name: string;
  readonly uid?: string;
  readonly blocks?: boolean;
}

// `{{uid of NAME}}` is filled in when the scenario runs.
function make(name: string, owners: readonly Owner[] = [], metadata: JsonObject = {}): Step {
  const ownerReferences: Json = owners.map((owner) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: owner.name,
    uid: owner.uid ?? `{{uid of ${owner.name}}}`,
    ...(owner.blocks === true ? { blockOwnerDeletion: true } : {}),
  }));
  return { method: 'POST', path: PATH, body: { metadata: { name, ownerReferences, ...metadata } } };
}

function remove(name: string, propagationPolicy: string): Step {
  return { method: 'DELETE', path: `${PATH}/${name}`, query: { propagationPolicy } };
}

function letGo(name: string): Step {
  const contentType = 'application/merge-patch+json';
  return { method: 'PATCH', path: `${PATH}/${name}`, contentType, body: { metadata: { finalizers: null } } };
}

const step = (...writes: readonly Step[]): ScenarioStep => ({ writes });
const HELD: JsonObject = { finalizers: ['example.com/hold'] };
const NOBODY = '11111111-2222-3333-4444-555555555555';

/** Scenarios of the garbage collector. */
export const GARBAGE: readonly Scenario[] = [
  {
    name: 'garbage-background',
    steps: [
      step(make('a'), make('b', [{ name: 'a' }]), make('c', [{ name: 'b' }]), make('other')),
      step(make('d', [{ name: 'a' }, { name: 'other' }])),
      step(remove('a', 'Background')),
      step(remove('other', 'Background')),
    ],
  },
  {
    name: 'garbage-foreground',
    steps: [
      step(make('a'), make('b', [{ name: 'a', blocks: true }], HELD), make('c', [{ name: 'a' }])),
      step(make('d', [{ name: 'b', blocks: true }])),
      step(remove('a', 'Foreground')),
      step(letGo('b')),
    ],
  },
  {
    name: 'garbage-not-blocking',
    steps: [step(make('a'), make('b', [{ name: 'a' }], HELD)), step(remove('a', 'Foreground')), step(letGo('b'))],
  },
  {
    name: 'garbage-orphans',
    steps: [
      step(make('a'), make('b', [{ name: 'a' }]), make('c', [{ name: 'b' }]), make('other')),
      step(make('d', [{ name: 'a' }, { name: 'other' }])),
      step(remove('a', 'Orphan')),
    ],
  },
  {
    name: 'garbage-impostor',
    steps: [
      step(make('a'), make('b', [{ name: 'a', uid: NOBODY }])),
      step(make('c', [{ name: 'a' }, { name: 'a', uid: NOBODY }])),
    ],
  },
];
