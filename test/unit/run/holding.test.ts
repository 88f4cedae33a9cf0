import { expect, test } from 'vitest';
import { getPath } from '../../../engine/model/json.ts';
import { childOf, ruleOf } from '../../support/histories/kept.ts';
import { pathOf } from '../../support/histories/model.ts';
import { API_VERSION, KIND, THERE, textOf } from '../../support/histories/rule.ts';
import { beginning } from '../../support/histories/run.ts';

test('children that stay when their resource goes stay also where the operator ends after it let the first one go', async () => {
  const world = await beginning();
  const children = [childOf({ kind: 'There' }), childOf({ id: 'b', name: 'b', kind: 'There', after: ['a'] })];
  world.setRules(textOf(ruleOf({}, { children })));
  await world.startEngine();
  const path = pathOf.resource('one');
  const spec = { x: 'v1', on: [], items: [] };
  const resource = { apiVersion: API_VERSION, kind: KIND, metadata: { name: 'one' }, spec };
  world.ask('POST', path.slice(0, path.lastIndexOf('/')), resource);
  await world.pass(1_000);
  // The note and the first of the two are written.
  world.line?.dieAt(3, 'before');
  world.ask('DELETE', path, { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Orphan' });
  await world.pass(1_000);
  expect(world.line?.isDead).toBe(true);
  await world.endEngine('kill');
  await world.startEngine();
  await world.pass(60_000);
  expect(world.get(path)).toBeUndefined();
  for (const name of ['one-a', 'one-b'])
    expect(getPath(world.get(pathOf.configMap(THERE, name)), ['metadata', 'labels']), name).toBeUndefined();
  expect(world.get(pathOf.configMap(THERE, 'one-a'))).toBeDefined();
  expect(world.get(pathOf.configMap(THERE, 'one-b'))).toBeDefined();
  await world.stop();
});
