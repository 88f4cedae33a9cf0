// The ReplicaSets of a Deployment: which one has its template, how that is made, how they are marked and resized.

import { type ApiObject, nameOf, namespaceOf, withMetadata } from '../model/api-object.ts';
import { equals, type Json, type JsonObject, objectIn, setIn, textIn } from '../model/json.ts';
import { ownerReferenceTo } from './owner.ts';
import { bounds, MARKS, type Resize, sizeOfNew, wantedBy } from './rollout.ts';
import { hashOf } from './workload.ts';
import { numberIn, type World } from './world.ts';

const HASH = 'pod-template-hash';

/** The ReplicaSets of a Deployment. `fresh` has its template; `old` are the others, the oldest first. */
export interface Sets {
  readonly all: readonly ApiObject[];
  readonly fresh: ApiObject | undefined;
  readonly old: readonly ApiObject[];
}

/** Finds them. */
export function setsOf(world: World, deployment: ApiObject): Sets {
  const { selector = null, template = null } = objectIn(deployment, 'spec');
  const all = world.children(deployment, 'ReplicaSet', selector);
  const fresh = all.find((set) => equals(templateOf(set), template));
  return { all, fresh, old: all.filter((set) => set !== fresh) };
}

// The template without the mark that tells the pods of one set from those of another.
function templateOf(set: ApiObject): Json {
  const template = objectIn(set, 'spec', 'template');
  const { [HASH]: _, ...labels } = objectIn(template, 'metadata', 'labels');
  return setIn(template, ['metadata', 'labels'], labels);
}

/** The number of a ReplicaSet in the history of its Deployment. */
export function revisionOf(object: ApiObject): number {
  return Number(textIn(object, 'metadata', 'annotations', MARKS.revision) || 0);
}

// Annotations of a Deployment that are its own business.
const OWN: ReadonlySet<string> = new Set([...Object.values(MARKS), 'kubectl.kubernetes.io/last-applied-configuration']);

function inherited(deployment: ApiObject): JsonObject {
  const annotations = Object.entries(objectIn(deployment, 'metadata', 'annotations'));
  return Object.fromEntries(annotations.filter(([name]) => !OWN.has(name)));
}

/** Marks the ReplicaSet with the template as the newest one. */
export function markNewest(world: World, deployment: ApiObject, { fresh, old }: Sets): ApiObject | undefined {
  if (fresh === undefined) return undefined;
  const annotations = objectIn(fresh, 'metadata', 'annotations');
  const next = Math.max(0, ...old.map(revisionOf)) + 1;
  const before = revisionOf(fresh);
  const isPassed = before < next;
  const history = textIn(annotations, MARKS.history);
  const marks = isPassed
    ? {
        [MARKS.revision]: String(next),
        ...(before === 0 ? {} : { [MARKS.history]: history === '' ? String(before) : `${history},${before}` }),
      }
    : {};
  const marked = withMetadata(fresh, { annotations: { ...annotations, ...inherited(deployment), ...marks } });
  const minReadySeconds = numberIn(deployment, ['spec', 'minReadySeconds']);
  return world.change(fresh, setIn(marked, ['spec', 'minReadySeconds'], minReadySeconds));
}

/** Makes the ReplicaSet for the template. */
export function makeFresh(world: World, deployment: ApiObject, sets: Sets): ApiObject | undefined {
  const spec = objectIn(deployment, 'spec');
  const template = objectIn(spec, 'template');
  const hash = hashOf(template);
  const labels = { ...objectIn(template, 'metadata', 'labels'), [HASH]: hash };
  const selector = objectIn(spec, 'selector');
  return world.create({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${nameOf(deployment)}-${hash}`,
      namespace: namespaceOf(deployment),
      labels,
      annotations: {
        ...inherited(deployment),
        [MARKS.revision]: String(Math.max(0, ...sets.old.map(revisionOf)) + 1),
        ...sizeMarks(deployment),
      },
      ownerReferences: [ownerReferenceTo(deployment)],
    },
    spec: {
      replicas: sizeOfNew(deployment, sets.all, 0),
      minReadySeconds: numberIn(spec, ['minReadySeconds']),
      selector: { ...selector, matchLabels: { ...objectIn(selector, 'matchLabels'), [HASH]: hash } },
      template: setIn(template, ['metadata', 'labels'], labels),
    },
  });
}

function sizeMarks(deployment: ApiObject): JsonObject {
  const wanted = wantedBy(deployment);
  const max = wanted === 0 ? 0 : wanted + bounds(deployment).maxSurge;
  return { [MARKS.desired]: String(wanted), [MARKS.max]: String(max) };
}

/** Gives ReplicaSets new sizes. True where that changed any of them. */
export function resize(world: World, deployment: ApiObject, resizes: readonly Resize[]): boolean {
  let isChanged = false;
  for (const { set, size } of resizes) {
    const annotations = { ...objectIn(set, 'metadata', 'annotations'), ...sizeMarks(deployment) };
    const isSame = size === wantedBy(set) && equals(annotations, objectIn(set, 'metadata', 'annotations'));
    if (isSame) continue;
    world.change(set, setIn(withMetadata(set, { annotations }), ['spec', 'replicas'], size));
    isChanged ||= size !== wantedBy(set);
  }
  return isChanged;
}

/** Deletes the oldest ReplicaSets without pods, down to the limit of the history. */
export function trimHistory(world: World, deployment: ApiObject, old: readonly ApiObject[]): void {
  const limit = numberIn(deployment, ['spec', 'revisionHistoryLimit'], 10);
  const sorted = [...old].sort((a, b) => revisionOf(a) - revisionOf(b));
  for (const set of sorted.slice(0, Math.max(0, old.length - limit)))
    if (wantedBy(set) === 0 && numberIn(set, ['status', 'replicas']) === 0) world.remove(set);
}
