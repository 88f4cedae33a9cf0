// The revisions of a workload's template, as ControllerRevisions keep them.

import { type ApiObject, nameOf, namespaceOf } from '../model/api-object.ts';
import { equals, type JsonObject, objectIn } from '../model/json.ts';
import { ownerReferenceTo } from './owner.ts';
import { hashOf } from './workload.ts';
import { numberIn, type World } from './world.ts';

/** How a kind marks its revisions. */
export interface RevisionMarks {
  readonly hashLabel: string;
  readonly annotations?: JsonObject;
}

/** The revisions of an owner. `current` is undefined where the server refused to make it. */
export interface Revisions {
  readonly all: readonly ApiObject[];
  readonly current: ApiObject | undefined;
}

/** All revisions of an owner, the oldest first, and the one of its template, which is made where there is none. */
export function syncRevisions(world: World, owner: ApiObject, marks: RevisionMarks): Revisions {
  const template = objectIn(owner, 'spec', 'template');
  const data = { spec: { template: { ...template, $patch: 'replace' } } };
  const known = revisionsOf(world, owner);
  const last = known.at(-1);
  const number = last === undefined ? 1 : numberIn(last, ['revision']) + 1;
  const same = known.find((revision) => equals(revision['data'], data));
  if (same !== undefined && same === last) return { all: known, current: same };
  if (same !== undefined) {
    const current = world.change(same, { ...same, revision: number });
    return { all: revisionsOf(world, owner), current };
  }
  const hash = hashOf(data);
  const current = world.create({
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${nameOf(owner)}-${hash}`,
      namespace: namespaceOf(owner),
      labels: { ...objectIn(template, 'metadata', 'labels'), [marks.hashLabel]: hash },
      annotations: { ...objectIn(owner, 'metadata', 'annotations'), ...marks.annotations },
      ownerReferences: [ownerReferenceTo(owner)],
    },
    data,
    revision: number,
  });
  return { all: revisionsOf(world, owner), current };
}

function revisionsOf(world: World, owner: ApiObject): readonly ApiObject[] {
  const revisions = world.children(owner, 'ControllerRevision');
  return [...revisions].sort((a, b) => numberIn(a, ['revision']) - numberIn(b, ['revision']));
}

/** Deletes the oldest revisions that nothing uses, down to the limit of their owner. */
export function trimRevisions(world: World, owner: ApiObject, used: ReadonlySet<string>): void {
  const unused = revisionsOf(world, owner).filter((revision) => !used.has(nameOf(revision)));
  const surplus = unused.length - numberIn(owner, ['spec', 'revisionHistoryLimit'], 10);
  for (const revision of unused.slice(0, Math.max(0, surplus))) world.remove(revision);
}
