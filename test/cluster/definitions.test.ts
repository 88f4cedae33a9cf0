// What is said of a definition when a rule is loaded, and what API servers say of it: the same.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from '../../engine/compile/compile.ts';
import { toCrd } from '../../engine/compile/crd.ts';
import { assemble } from '../../engine/compile/rule-set.ts';
import { loadAccess } from '../../engine/kube/auth.ts';
import { Transport } from '../../engine/kube/transport.ts';
import { load } from '../../engine/load/load.ts';
import type { Fault } from '../../engine/model/fault.ts';
import type { LooseRule, RuleDocument } from '../../engine/model/rule.ts';
import { describeCluster, eventually } from '../support/cluster.ts';
import { DEFINITIONS, FIRST, PAIRS, ruleOf } from '../support/definitions.ts';
import { LAXER, RIGHT_SCHEMAS, ruleWithSchema, STRICTER, WRONG_SCHEMAS } from '../support/schemas.ts';

const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of every kind
type Live = any;

function loadRule(resource: string, name = 'defs') {
  const text = ruleOf({ what: '', resource, wrong: undefined }).replace('name: defs', `name: ${name}`);
  return load([{ file: `${name}.yaml`, text, found: false }]);
}

function crdOf(resource: string): Live {
  return toCrd((loadRule(resource).documents[0] as RuleDocument).content as LooseRule);
}

describeCluster('the definitions that rules bring', (cluster) => {
  let transport: Transport;
  const request = async (method: 'GET' | 'POST' | 'DELETE', path: string, more: object = {}): Promise<Live> =>
    await transport.request({ method, path, ...more });

  beforeAll(() => {
    const access = loadAccess({ kubeconfig: cluster.state.kubeconfig }, Date.now);
    transport = new Transport(access, { userAgent: 'suite', now: Date.now });
  });

  afterAll(() => transport?.stop());

  describe('are taken where nothing is said of the rule, and refused where something is', () => {
    test.each(DEFINITIONS)('$what', async ({ resource }) => {
      const { documents, diagnostics } = loadRule(resource);
      const said = [...diagnostics, ...documents.flatMap((document) => compile(document).diagnostics)];
      const answer = await request('POST', PATH, { query: { dryRun: 'All' }, body: crdOf(resource) }).then(
        () => 'taken',
        (error: Fault) => error,
      );
      if (said.length === 0) expect(answer).toBe('taken');
      else expect(answer).toMatchObject({ code: 'Invalid' });
    });
  });

  describe('have schemas that are taken where nothing is said of them', () => {
    const answerOf = async (schema: string): Promise<unknown> => {
      const { documents } = load([{ file: 'schemas.yaml', text: ruleWithSchema(schema), found: false }]);
      const body = toCrd((documents[0] as RuleDocument).content);
      // Unknown keywords are dropped where nobody asks.
      const query = { dryRun: 'All', fieldValidation: 'Strict' };
      return await request('POST', PATH, { query, body }).then(
        () => 'taken',
        (error: Fault) => error.code,
      );
    };

    test.each([...RIGHT_SCHEMAS, ...STRICTER])('%s', async (schema) => {
      expect(await answerOf(schema)).toBe('taken');
    });

    test.each([...WRONG_SCHEMAS.map(([schema]) => schema), ...LAXER])('and not: %s', async (schema) => {
      expect(await answerOf(schema)).toMatch(/^(Invalid|SchemaMismatch)$/);
    });
  });

  describe('keep their names from others of the group', () => {
    const first = crdOf(FIRST);
    const established = async (name: string) =>
      await eventually(`${name} is served`, async () => {
        const { status } = await request('GET', `${PATH}/${name}`);
        return conditionOf(status, 'Established')?.status === 'True' ? true : undefined;
      });

    beforeAll(async () => {
      await request('POST', PATH, { body: first });
      await established(first.metadata.name);
    });

    test.each(PAIRS)('$what', async ({ resource, taken, reason }) => {
      const loaded = [loadRule(FIRST, 'first'), loadRule(resource, 'second')];
      const texts = {
        documents: loaded.flatMap(({ documents }) => documents),
        health: [],
        diagnostics: loaded.flatMap(({ diagnostics }) => diagnostics),
      };
      const { diagnostics } = assemble(texts, {
        schemas: { find: () => undefined },
        checkSamples: () => [],
        checkSchedules: () => [],
      });
      expect(diagnostics.map(({ code, message, span }) => `${span.file} ${code}: ${message}`)).toEqual(
        taken === undefined ? [] : [`second.yaml DuplicateRule: ${taken} is taken by the rule "first"`],
      );
      const second = crdOf(resource);
      const { name } = second.metadata;
      if (taken !== undefined && reason === undefined) {
        expect(name).toBe(first.metadata.name);
        return;
      }
      await request('POST', PATH, { body: second });
      try {
        const accepted = await eventually(`the names of ${name} are judged`, async () =>
          conditionOf((await request('GET', `${PATH}/${name}`)).status, 'NamesAccepted'),
        );
        if (reason === undefined) await established(name);
        else expect(accepted).toMatchObject({ status: 'False', reason });
      } finally {
        await request('DELETE', `${PATH}/${name}`);
        await eventually(`${name} is gone`, async () => {
          const gone = await request('GET', `${PATH}/${name}`).catch((error: Fault) => error.code);
          return gone === 'NotFound' ? true : undefined;
        });
      }
    });
  });
});

function conditionOf(status: Live, type: string): Live {
  return status?.conditions?.find((condition: Live) => condition.type === type);
}
