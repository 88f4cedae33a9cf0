// What the users of operators do, step by step, and how one sees that the operator has done its part.

import { nameOf } from '../../apiserver/model/api-object.ts';
import { getIn, type Json, type JsonObject, objectIn, textIn } from '../../apiserver/model/json.ts';
import type { Step } from '../apiserver/script.ts';
import { change, definitionOf, namespaceFor, siteIn, sitesOf } from './site.ts';

/** Some writes, or a new start of the operator, and what must be so after it. */
export interface ClientStep {
  readonly title: string;
  readonly writes?: readonly Step[];
  /** The operator is ended before the writes, and started anew after them. */
  readonly restarts?: true;
  /** The operator is ended, and stays so. */
  readonly ends?: true;
  readonly isDone: (objects: readonly JsonObject[]) => boolean;
}

/** An operator, and what is done with it. */
export interface Scenario {
  readonly name: 'kopf' | 'controller-runtime';
  readonly namespace: string;
  /** The kinds that it wants, and objects, before it starts. */
  readonly definitions: readonly JsonObject[];
  readonly before: readonly Step[];
  /** Collections besides those of workloads that are looked at. */
  readonly collections: readonly string[];
  readonly steps: readonly ClientStep[];
}

const find = (objects: readonly JsonObject[], kind: string, name: string): JsonObject | undefined =>
  objects.find((object) => textIn(object, 'kind') === kind && nameOf(object) === name);

// True where every named field of the site has that value.
const site =
  (wanted: { readonly [path: string]: Json }) =>
  (objects: readonly JsonObject[]): boolean => {
    const found = find(objects, 'Site', 'shop');
    return Object.entries(wanted).every(
      ([path, value]) => JSON.stringify(getIn(found, ...path.split('.'))) === JSON.stringify(value),
    );
  };

const greets =
  (text: string) =>
  (objects: readonly JsonObject[]): boolean =>
    objectIn(find(objects, 'ConfigMap', 'shop-page'), 'data')['greeting'] === text;

const isGone = (objects: readonly JsonObject[]): boolean =>
  find(objects, 'Site', 'shop') === undefined &&
  find(objects, 'Deployment', 'shop') === undefined &&
  find(objects, 'ConfigMap', 'shop-was-here') !== undefined &&
  !objects.some((object) => textIn(object, 'kind') === 'Pod');

const shared = (namespace: string): Step => ({
  method: 'POST',
  path: `/api/v1/namespaces/${namespace}/secrets`,
  body: { metadata: { name: 'common', labels: { shared: 'yes' } } },
});
const COMMON = ['/api/v1/*/events', '/api/v1/*/secrets'];

const create = (group: string): Step => ({ method: 'POST', path: sitesOf(group), body: siteIn(group) });
const remove = (group: string): Step => ({ method: 'DELETE', path: `${sitesOf(group)}/shop` });

const KOPF = 'kopf.example.com';
const RUNTIME = 'runtime.example.com';
const IN_KOPF = namespaceFor(KOPF);
const IN_RUNTIME = namespaceFor(RUNTIME);

const PEERINGS: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'kopfpeerings.kopf.dev' },
  spec: {
    group: 'kopf.dev',
    scope: 'Namespaced',
    names: { plural: 'kopfpeerings', singular: 'kopfpeering', kind: 'KopfPeering' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

/** All of them. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'kopf',
    namespace: IN_KOPF,
    definitions: [definitionOf(KOPF), PEERINGS],
    before: [
      {
        method: 'POST',
        path: `/apis/kopf.dev/v1/namespaces/${IN_KOPF}/kopfpeerings`,
        body: { apiVersion: 'kopf.dev/v1', kind: 'KopfPeering', metadata: { name: 'peers' } },
      },
    ],
    collections: [...COMMON, `/apis/${KOPF}/v1/*/sites`, '/apis/kopf.dev/v1/*/kopfpeerings'],
    steps: [
      {
        title: 'makes, adopts and counts',
        writes: [create(KOPF)],
        isDone: site({
          'status.phase': 'Created',
          'status.ticks': 3,
          'status.ready': 2,
          'status.create.deployment': 'shop',
        }),
      },
      {
        title: 'scales when a field changes',
        writes: [change(KOPF, { replicas: 3 })],
        isDone: site({ 'status.ready': 3 }),
      },
      {
        title: 'tries again what failed once',
        writes: [change(KOPF, { greeting: 'good day' })],
        isDone: (objects) => site({ 'status.greeting': 'good day' })(objects) && greets('good day')(objects),
      },
      { title: 'indexes other objects', writes: [shared(IN_KOPF)], isDone: site({ 'status.shared': ['common'] }) },
      {
        title: 'goes on after a new start, with what it missed',
        restarts: true,
        writes: [change(KOPF, { replicas: 1 })],
        isDone: site({ 'status.resumed': 1, 'status.ready': 1 }),
      },
      { title: 'does its last part before its object goes', writes: [remove(KOPF)], isDone: isGone },
      {
        title: 'leaves its peers',
        ends: true,
        isDone: (objects) => Object.keys(objectIn(find(objects, 'KopfPeering', 'peers'), 'status')).length === 0,
      },
    ],
  },
  {
    name: 'controller-runtime',
    namespace: IN_RUNTIME,
    definitions: [definitionOf(RUNTIME)],
    before: [],
    collections: [...COMMON, `/apis/${RUNTIME}/v1/*/sites`, '/apis/coordination.k8s.io/v1/*/leases'],
    steps: [
      {
        title: 'is the leader, makes what is missing and says how it is',
        writes: [create(RUNTIME)],
        isDone: (objects) => site({ 'status.ready': 2, 'status.sameImage': 1 })(objects) && greets('hello')(objects),
      },
      {
        title: 'updates and applies',
        writes: [change(RUNTIME, { replicas: 3, greeting: 'good day', image: 'shop:2' })],
        isDone: (objects) => site({ 'status.ready': 3 })(objects) && greets('good day')(objects),
      },
      { title: 'hears of metadata alone', writes: [shared(IN_RUNTIME)], isDone: site({ 'status.shared': 1 }) },
      {
        title: 'puts back what others took away',
        writes: [
          { method: 'DELETE', path: `/api/v1/namespaces/${IN_RUNTIME}/configmaps/shop-page` },
          {
            method: 'PATCH',
            path: `/apis/apps/v1/namespaces/${IN_RUNTIME}/deployments/shop`,
            contentType: 'application/merge-patch+json',
            body: { spec: { replicas: 5 } },
          },
        ],
        isDone: (objects) => site({ 'status.ready': 3 })(objects) && greets('good day')(objects),
      },
      {
        title: 'is the leader again after a new start, with what it missed',
        restarts: true,
        writes: [change(RUNTIME, { replicas: 1 })],
        isDone: site({ 'status.ready': 1 }),
      },
      { title: 'does its last part before its object goes', writes: [remove(RUNTIME)], isDone: isGone },
      {
        title: 'leaves the lease to others',
        ends: true,
        isDone: (objects) => textIn(find(objects, 'Lease', 'site-controller'), 'spec', 'holderIdentity') === '',
      },
    ],
  },
];
