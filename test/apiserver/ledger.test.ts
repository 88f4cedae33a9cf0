// What the ledger does not name is refused and counted; the page that is made from it is checked by `npm run generate`.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadFacts } from '../../apiserver/facts/facts.ts';
import { ANSWERS, BODIES, isEmulated, KINDS, PARAMETERS, PATHS, SUBRESOURCES } from '../../apiserver/ledger.ts';
import { type ApiServer, startApiServer } from '../../apiserver/server.ts';
import { embeddedBackend, type Step } from './script.ts';

const { kinds } = loadFacts('schemas', '1.36');
const rootOf = (apiVersion: string): string => `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

describe('what the embedded API server does not emulate', () => {
  let server: ApiServer;

  beforeAll(async () => {
    server = await startApiServer();
  });

  afterAll(async () => {
    await server.stop();
  });

  const countOf = (what: string): number => server.refusals().find((one) => one.what === what)?.count ?? 0;

  async function expectRefused(step: Step, what: string): Promise<void> {
    const before = countOf(what);
    const { status, body } = await embeddedBackend(server).send(step);
    const message = `the embedded API server does not emulate ${what}`;
    expect({ status, body }).toMatchObject({ status: 501, body: { reason: 'NotEmulated', message } });
    expect(countOf(what)).toBe(before + 1);
  }

  const otherKinds = kinds.filter(({ apiVersion, kind }) => !isEmulated(`${apiVersion}/${kind}`));

  test.each(PATHS)('refuses the path %s, and what is below it', async (path) => {
    await expectRefused({ method: 'GET', path }, path);
    await expectRefused({ method: 'GET', path: `${path}/x` }, `${path}/x`);
  });

  test('is not a path that cannot be read: there is nothing', async () => {
    const { status } = await embeddedBackend(server).send({ method: 'GET', path: `${CONFIG_MAPS}/%zz` });
    expect(status).toBe(404);
  });

  test('is a part of the kinds, and only kinds that there are', () => {
    const known = kinds.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`);
    expect(Object.keys(KINDS).filter((kind) => !known.includes(kind))).toEqual([]);
    expect(otherKinds.length).toBeGreaterThan(10);
    expect(otherKinds.length + Object.keys(KINDS).length).toBe(known.length);
  });

  test.each(otherKinds)('$apiVersion $kind is refused and counted', async ({ apiVersion, plural }) => {
    await expectRefused({ method: 'GET', path: `${rootOf(apiVersion)}/${plural}` }, `${plural} of ${apiVersion}`);
  });

  const parts = kinds
    .filter(({ apiVersion, kind }) => isEmulated(`${apiVersion}/${kind}`))
    .flatMap(({ apiVersion, plural, isNamespaced, subresources }) =>
      subresources.map(({ name }) => ({ apiVersion, plural, isNamespaced, name })),
    );

  test.each(parts.filter(({ name }) => !Object.hasOwn(SUBRESOURCES, name)))(
    'the subresource $name of $plural is refused and counted',
    async ({ apiVersion, plural, isNamespaced, name }) => {
      const place = isNamespaced ? 'namespaces/default/' : '';
      const path = `${rootOf(apiVersion)}/${place}${plural}/x/${name}`;
      await expectRefused({ method: 'GET', path }, `subresource ${plural}/${name}`);
    },
  );

  test('is never a subresource that no kind has', () => {
    const names = new Set(parts.map(({ name }) => name));
    expect(Object.keys(SUBRESOURCES).filter((name) => !names.has(name))).toEqual([]);
    expect(names.size).toBeGreaterThan(Object.keys(SUBRESOURCES).length);
  });

  const refusedIn = (table: { readonly [name: string]: string }): readonly string[] =>
    Object.keys(table).filter((name) => table[name] === 'refused');

  test.each(refusedIn(PARAMETERS))('the parameter %s is refused and counted', async (name) => {
    await expectRefused({ method: 'GET', path: CONFIG_MAPS, query: { [name]: 'true' } }, name);
  });

  test.each(refusedIn(BODIES))('a body of %s is refused and counted', async (contentType) => {
    await expectRefused({ method: 'POST', path: CONFIG_MAPS, contentType, body: {} }, `bodies of ${contentType}`);
  });

  test.each(refusedIn(ANSWERS))('an answer in %s is refused and counted', async (accept) => {
    await expectRefused({ method: 'GET', path: CONFIG_MAPS, accept }, `answers in ${accept}`);
  });

  test('an answer in JSON is given to who would also take another', async () => {
    const accept = 'application/vnd.kubernetes.protobuf,application/json';
    const { status } = await embeddedBackend(server).send({ method: 'GET', path: CONFIG_MAPS, accept });
    expect(status).toBe(200);
  });
});
