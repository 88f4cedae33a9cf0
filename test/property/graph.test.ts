// No gate holds up all: in any graph of children, one that is blocked holds up exactly those that depend on it.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '../../engine/evaluate/evaluate.ts';
import type { KubeObject } from '../../engine/model/object.ts';
import { momentOf, ownerOf, ruleOf, storedOf } from '../support/rules.ts';
import { seeded } from '../support/seeded.ts';

type Block = 'formula' | 'health' | 'kind' | 'input';
type Edges = readonly (readonly number[])[];
const BLOCKS: readonly Block[] = ['formula', 'health', 'kind', 'input'];

interface Graph {
  /** For each child, those before it that it depends on. */
  readonly edges: Edges;
  readonly blocked: number;
  readonly block: Block;
}

const graphs: fc.Arbitrary<Graph> = fc.integer({ min: 2, max: 9 }).chain((size) =>
  fc.record({
    edges: fc.tuple(
      ...Array.from({ length: size }, (_, at) =>
        at === 0 ? fc.constant<number[]>([]) : fc.uniqueArray(fc.integer({ min: 0, max: at - 1 }), { maxLength: 3 }),
      ),
    ),
    blocked: fc.integer({ min: 0, max: size - 1 }),
    block: fc.constantFrom(...BLOCKS),
  }),
);

const DATA: { readonly [B in Block]: string } = {
  formula: '=$string(spec.text + 1)',
  health: 'fine',
  kind: 'fine',
  input: '=$gone.metadata.uid',
};

function ruleFor({ edges, blocked, block }: Graph) {
  const children = edges.map((before, at) => {
    const isBlocked = at === blocked;
    const kind = isBlocked && block === 'kind' ? 'Secret' : 'ConfigMap';
    const data = isBlocked ? DATA[block] : 'fine';
    const ready = isBlocked && block === 'health' ? '      ready: =false\n' : '';
    const after = before.length === 0 ? '' : `      after: [${before.map((one) => `c${one}`).join(', ')}]\n`;
    const field = kind === 'Secret' ? 'stringData' : 'data';
    return `    - id: c${at}\n${after}${ready}      template: { apiVersion: v1, kind: ${kind}, metadata: { name: "{% metadata.name %}-${at}" }, ${field}: { x: '${data}' } }\n`;
  });
  const inputs = '  inputs: [{ id: gone, resource: { apiVersion: v1, kind: Service }, name: gone }]\n';
  return ruleOf(`${inputs}  children:\n${children.join('')}`);
}

function downstreamOf({ edges, blocked }: Pick<Graph, 'edges' | 'blocked'>): ReadonlySet<number> {
  const found = new Set<number>();
  for (const [at, before] of edges.entries())
    if (before.some((one) => one === blocked || found.has(one))) found.add(at);
  return found;
}

test('what is blocked holds up what depends on it, and nothing else', () => {
  let looked = 0;
  fc.assert(
    fc.property(graphs, (graph) => {
      const rule = ruleFor(graph);
      const unlisted = ({ kind }: { readonly kind: string }) => (kind === 'Secret' ? 'forbidden' : undefined);
      let observed: readonly KubeObject[] = [];
      for (let wave = 0; wave <= graph.edges.length; wave += 1) {
        const plan = evaluate(rule, momentOf({ owner: ownerOf({ text: 'x' }), observed, unlisted }));
        expect(plan.prune).toEqual([]);
        observed = plan.desired.map(({ object }) => storedOf(object));
      }
      const made = new Set(observed.map(({ metadata }) => Number(metadata.name.split('-').at(-1))));
      const held = downstreamOf(graph);
      const expected = graph.edges.flatMap((_, at) => {
        const isMade = at === graph.blocked ? graph.block === 'health' : !held.has(at);
        return isMade ? [at] : [];
      });
      expect([...made].sort((a, b) => a - b)).toEqual(expected);
      looked += 1;
    }),
    seeded(150),
  );
  expect(looked).toBe(150);
});

// All have the text of the resource; the blocked one is a member that its gate keeps from being replaced.
function rollingRuleFor(edges: Edges, blocked: number) {
  const children = edges.map((before, at) => {
    const after = before.length === 0 ? '' : `      after: [${before.map((one) => `c${one}`).join(', ')}]\n`;
    const many = at === blocked ? '      forEach: [only]\n      key: =$item\n      rollout: { gate: =false }\n' : '';
    return `    - id: c${at}\n${after}${many}      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-${at}" }, data: { x: =spec.text } }\n`;
  });
  return ruleOf(`  children:\n${children.join('')}`);
}

test('a roll-out that waits holds up what depends on it, and nothing else', () => {
  let looked = 0;
  fc.assert(
    fc.property(graphs, ({ edges, blocked }) => {
      const rule = rollingRuleFor(edges, blocked);
      let observed: readonly KubeObject[] = [];
      const settle = (text: string) => {
        for (let wave = 0; wave <= edges.length; wave += 1) {
          const plan = evaluate(rule, momentOf({ owner: ownerOf({ text }), observed }));
          expect(plan.prune).toEqual([]);
          const written = plan.desired.map(({ object }) => storedOf(object));
          const isWritten = (name: string) => written.some(({ metadata }) => metadata.name === name);
          observed = [...observed.filter(({ metadata }) => !isWritten(metadata.name)), ...written];
        }
      };
      settle('old');
      expect(observed.length).toBe(edges.length);
      settle('new');
      const held = downstreamOf({ edges, blocked });
      const isNew = (at: number) => at !== blocked && !held.has(at);
      const texts = Object.fromEntries(
        observed.map((object) => [object.metadata.name, (object['data'] as { x?: string }).x]),
      );
      const wanted = Object.fromEntries(edges.map((_, at) => [`shop-${at}`, isNew(at) ? 'new' : 'old']));
      expect(texts).toEqual(wanted);
      looked += 1;
    }),
    seeded(100),
  );
  expect(looked).toBe(100);
});
