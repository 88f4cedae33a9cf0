// Rules of test/peers/ make what the originals make that they are named after: object by object, field by field. What is
// expected, children.yaml, was written from what the originals do; docs/explanation/peers.md tells more of them. How the
// rules go on from there is told by their scenarios.

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fileSource } from '../cli/file-source.ts';
import { loadRules } from '../cli/load-rules.ts';
import { Api } from '../cli/scenario/api.ts';
import { embeddedWorld, type World } from '../cli/scenario/world.ts';
import { extractOwned } from '../engine/diff/field-set.ts';
import { type CompiledRule, collectSources, loadObjects } from '../engine/index.ts';
import { Discovery, pathOf } from '../engine/kube/discovery.ts';
import type { Json, JsonObject, MaybeJson } from '../engine/model/json.ts';
import { fieldManagerOf } from '../engine/model/marks.ts';
import type { GroupVersionKind, KubeObject } from '../engine/model/object.ts';
import { peers } from '../tools/peers.ts';

const FOLDER = 'test/peers';
const PATIENCE_MS = 600_000;
const names = readdirSync(FOLDER).sort();

async function objectsOf(file: string): Promise<readonly JsonObject[]> {
  const { objects, diagnostics } = loadObjects((await collectSources([file], fileSource)).files);
  expect(diagnostics).toEqual([]);
  expect(objects.length).toBeGreaterThan(0);
  return objects as unknown as readonly JsonObject[];
}

/** What the rules have put on live objects of some kinds, without the engine's own marks. */
async function madeBy(rules: readonly CompiledRule[], world: World): Promise<readonly JsonObject[]> {
  const discovery = new Discovery(world.transport);
  const targets = rules.flatMap((rule) => [...rule.children, ...rule.patches.map(({ target }) => target)]);
  const kinds = new Map(targets.map(({ resource }) => [`${resource.apiVersion} ${resource.kind}`, resource]));
  const lists = await Promise.all([...kinds.values()].map((kind) => listOf(kind, discovery, world)));
  return lists.flat().flatMap((object) => rules.flatMap(({ name }) => madeOf(object, fieldManagerOf(name))));
}

async function listOf(kind: GroupVersionKind, discovery: Discovery, world: World): Promise<readonly KubeObject[]> {
  const path = pathOf(await discovery.resolve({ ...kind }), {});
  const { items } = (await world.transport.request({ method: 'GET', path })) as unknown as { items: KubeObject[] };
  return items.map((item) => ({ ...item, ...kind }));
}

// Of each manager that a rule writes as, the one of its journal included, what it holds but the engine's marks.
function madeOf(object: KubeObject, manager: string): readonly JsonObject[] {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace } = metadata;
  const entries = (metadata.managedFields ?? []).filter(
    (entry) =>
      entry.subresource === undefined &&
      (entry.manager === manager || entry.manager?.startsWith(`${manager}/`) === true),
  );
  return entries.flatMap(({ fieldsV1 }) => {
    const owned = extractOwned(object as unknown as Json, fieldsV1) as JsonObject;
    const { metadata: of = {}, ...rest } = owned as { readonly metadata?: JsonObject };
    const maps = { ...withoutMarks('labels', of['labels']), ...withoutMarks('annotations', of['annotations']) };
    if (Object.keys({ ...rest, ...maps }).length === 0) return [];
    const named = { name, ...(namespace === undefined ? {} : { namespace }) };
    return [{ apiVersion, kind, ...rest, metadata: { ...named, ...maps } }];
  });
}

function withoutMarks(field: string, map: MaybeJson): JsonObject {
  const kept = Object.entries((map ?? {}) as JsonObject).filter(([key]) => !key.startsWith('opsonata.dev/'));
  return kept.length === 0 ? {} : { [field]: Object.fromEntries(kept) };
}

const byName = (objects: readonly JsonObject[]): JsonObject =>
  Object.fromEntries(
    objects.map((object) => {
      const { name, namespace } = object['metadata'] as { readonly name: string; readonly namespace?: string };
      return [`${object['kind']} ${namespace ?? '-'}/${name}`, object];
    }),
  );

describe('rules like those of peers', () => {
  test('are there for all that are compared', () => {
    expect(names).toEqual(peers.map(({ name }) => name).sort());
    expect(names.length).toBeGreaterThanOrEqual(6);
  });

  test.each(names)('%s makes what the original makes, and nothing else', async (name) => {
    const folder = `${FOLDER}/${name}`;
    const { rules, diagnostics } = await loadRules([`${folder}/rule.yaml`]);
    expect(diagnostics).toEqual([]);
    const expected = byName(await objectsOf(`${folder}/children.yaml`));
    const world = await embeddedWorld([`${folder}/rule.yaml`]);
    try {
      await world.startEngine();
      const api = new Api(world.transport);
      for (const object of await objectsOf(`${folder}/cr.yaml`)) await api.apply(object);
      const endMs = world.nowMs() + PATIENCE_MS;
      while (world.nowMs() < endMs) await world.pass(endMs);
      expect(byName(await madeBy(rules, world))).toEqual(expected);
    } finally {
      await world.stop();
    }
  });
});
