import { expect, test } from 'vitest';
import { ruleOf } from '../../support/histories/kept.ts';
import { pathOf } from '../../support/histories/model.ts';
import { API_VERSION, KIND, textOf } from '../../support/histories/rule.ts';
import { beginning } from '../../support/histories/run.ts';

test('work that is under way when its rule changes sees what it makes', async () => {
  const world = await beginning();
  world.setRules(textOf(ruleOf({})));
  await world.startEngine();
  const folder = pathOf.resource('').replace(/\/$/, '');
  const spec = { x: 'v1', on: [], items: [] };
  await world.settle();
  world.setRules(textOf(ruleOf({ name: 'b' })));
  await world.settle();
  world.ask('POST', folder, { apiVersion: API_VERSION, kind: KIND, metadata: { name: 'one' }, spec });
  await world.pass(5_000);
  const told = world.log.map((line) => JSON.parse(line)).filter(({ event }) => event === 'failed');
  expect(told).toEqual([]);
  expect(world.get(pathOf.configMap('home', 'one-a'))).toBeUndefined();
  expect(world.get(pathOf.configMap('home', 'one-b'))).toBeDefined();
  await world.stop();
});
