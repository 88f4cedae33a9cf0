// `npm run bench -- expressions`: what an evaluation costs, side by side in one run: hand-written JavaScript, both of our
// back ends, the npm interpreter, and CEL for JavaScript. Nanoseconds are the machine's; the ratios count.
//
// Every engine's result is compared with the hand-written one first. Rounds alternate between the engines, so that what
// else the machine does meets all of them; each figure is the median of its rounds.

import assert from 'node:assert/strict';
import { parse as parseCel } from '@marcbachmann/cel-js';
import jsonata from 'jsonata';
import { compileExpression } from '../engine/expression/expression.ts';
import type { JsonObject } from '../engine/model/json.ts';
import { inputWithPods } from './inputs.ts';

// biome-ignore lint/suspicious/noExplicitAny: what somebody writes by hand for data without types
type Any = any;

interface Row {
  readonly name: string;
  readonly pods: number;
  readonly formula: string;
  readonly byHand: (input: Any) => unknown;
  readonly cel?: string;
}

const rows: readonly Row[] = [
  {
    name: 'field',
    pods: 10,
    formula: 'spec.replicas',
    byHand: (i) => i.spec?.replicas,
    cel: 'spec.replicas',
  },
  {
    name: 'four fields deep',
    pods: 10,
    formula: 'spec.resources.limits.memory',
    byHand: (i) => i.spec?.resources?.limits?.memory,
    cel: 'spec.resources.limits.memory',
  },
  {
    name: 'text of four parts',
    pods: 10,
    formula: '"app-" & metadata.name & "-" & spec.tier',
    byHand: (i) => `app-${i.metadata?.name ?? ''}-${i.spec?.tier ?? ''}`,
    cel: '"app-" + metadata.name + "-" + spec.tier',
  },
  {
    name: 'condition',
    pods: 10,
    formula: 'spec.replicas > 1 ? spec.strategy : "Recreate"',
    byHand: (i) => (i.spec?.replicas > 1 ? i.spec?.strategy : 'Recreate'),
    cel: 'spec.replicas > 1 ? spec.strategy : "Recreate"',
  },
  {
    name: 'default',
    pods: 10,
    formula: 'spec.adminPort ?? spec.port',
    byHand: (i) => i.spec?.adminPort ?? i.spec?.port,
    cel: 'has(spec.adminPort) ? spec.adminPort : spec.port',
  },
  {
    name: '10 objects of 10',
    pods: 10,
    formula: 'spec.env.{"name": name, "value": value}',
    byHand: (i) => i.spec?.env?.map((e: Any) => ({ name: e.name, value: e.value })),
    cel: 'spec.env.map(e, {"name": e.name, "value": e.value})',
  },
  {
    name: '$map over 2',
    pods: 10,
    formula: '$map(spec.ports, function($p){ {"name": $p.name, "port": $p.port, "targetPort": $p.port} })',
    byHand: (i) => i.spec?.ports?.map((p: Any) => ({ name: p.name, port: p.port, targetPort: p.port })),
    cel: 'spec.ports.map(p, {"name": p.name, "port": p.port, "targetPort": p.port})',
  },
  {
    name: '$merge of 2',
    pods: 10,
    formula: '$merge([metadata.labels, {"app": metadata.name, "tier": spec.tier}])',
    byHand: (i) => ({ ...i.metadata?.labels, app: i.metadata?.name, tier: i.spec?.tier }),
  },
  {
    name: 'condition is true',
    pods: 10,
    formula: "$count(status.conditions[type='Ready' and status='True']) = 1",
    byHand: (i) => {
      let count = 0;
      for (const c of i.status?.conditions ?? []) if (c.type === 'Ready' && c.status === 'True') count += 1;
      return count === 1;
    },
    cel: "status.conditions.filter(c, c.type == 'Ready' && c.status == 'True').size() == 1",
  },
  ...[100, 1000].map(
    (pods): Row => ({
      name: `count of ${pods}`,
      pods,
      formula: '$count(pods[status.phase="Running" and metadata.labels.app=$$.metadata.name])',
      byHand: (i) => {
        let count = 0;
        for (const p of i.pods ?? [])
          if (p.status?.phase === 'Running' && p.metadata?.labels?.app === i.metadata?.name) count += 1;
        return count;
      },
      cel: 'pods.filter(p, p.status.phase == "Running" && p.metadata.labels.app == metadata.name).size()',
    }),
  ),
  {
    name: 'ready of 1000',
    pods: 1000,
    formula: '$count(pods[$count(status.conditions[type="Ready" and status="True"]) > 0])',
    byHand: (i) => {
      let count = 0;
      for (const p of i.pods ?? []) {
        let ready = 0;
        for (const c of p.status?.conditions ?? []) if (c.type === 'Ready' && c.status === 'True') ready += 1;
        if (ready > 0) count += 1;
      }
      return count;
    },
    cel: 'pods.filter(p, p.status.conditions.filter(c, c.type == "Ready" && c.status == "True").size() > 0).size()',
  },
  {
    name: 'names of 100',
    pods: 100,
    formula: 'pods[status.phase="Running"].metadata.name',
    byHand: (i) => i.pods?.filter((p: Any) => p.status?.phase === 'Running').map((p: Any) => p.metadata?.name),
    cel: 'pods.filter(p, p.status.phase == "Running").map(p, p.metadata.name)',
  },
  {
    name: 'sum over 100',
    pods: 100,
    formula: '$sum(pods.status.containerStatuses.restartCount)',
    byHand: (i) => {
      let sum = 0;
      for (const p of i.pods ?? []) for (const s of p.status?.containerStatuses ?? []) sum += s.restartCount;
      return sum;
    },
  },
  {
    name: 'a Deployment',
    pods: 10,
    formula: `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":metadata.name & "-web","namespace":metadata.namespace,"labels":{"app":metadata.name,"tier":spec.tier}},
 "spec":{"replicas":spec.replicas,"selector":{"matchLabels":{"app":metadata.name}},"template":{"metadata":{"labels":{"app":metadata.name,"tier":spec.tier}},
 "spec":{"containers":[{"name":"main","image":spec.image & ":" & spec.version,"ports":[spec.ports.{"name":name,"containerPort":port}],"env":[spec.env.{"name":name,"value":value}],"resources":spec.resources}]}}}}`,
    byHand: ({ metadata, spec }) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: `${metadata?.name}-web`,
        namespace: metadata?.namespace,
        labels: { app: metadata?.name, tier: spec?.tier },
      },
      spec: {
        replicas: spec?.replicas,
        selector: { matchLabels: { app: metadata?.name } },
        template: {
          metadata: { labels: { app: metadata?.name, tier: spec?.tier } },
          spec: {
            containers: [
              {
                name: 'main',
                image: `${spec?.image}:${spec?.version}`,
                ports: spec?.ports?.map((p: Any) => ({ name: p.name, containerPort: p.port })),
                env: spec?.env?.map((e: Any) => ({ name: e.name, value: e.value })),
                resources: spec?.resources,
              },
            ],
          },
        },
      },
    }),
  },
];

const ENGINES = ['by hand', 'generated', 'closures', 'jsonata', 'cel-js'] as const;
type Engine = (typeof ENGINES)[number];
type Work = (input: JsonObject) => unknown;

const ROUNDS = 9;
const ROUND_MS = 30;
// Engines share code: what the machine has learnt from one does not fit the next, until it has seen them all in turn.
const WARM_ROUNDS = 3;

// Results land here, so that no work can be left out as unused.
let last: unknown;

function works(row: Row): ReadonlyMap<Engine, Work> {
  const compiled = (backEnd: 'generated' | 'closures'): Work => {
    const { expression, diagnostics } = compileExpression(row.formula, { backEnd });
    if (expression === undefined) throw new Error(`${row.name}: ${diagnostics[0]?.message}`);
    return (input) => expression.evaluate(input);
  };
  const interpreted = jsonata(row.formula);
  const result = new Map<Engine, Work>([
    ['by hand', row.byHand],
    ['generated', compiled('generated')],
    ['closures', compiled('closures')],
    ['jsonata', (input) => interpreted.evaluate(input)],
  ]);
  if (row.cel !== undefined) {
    const cel = parseCel(row.cel);
    result.set('cel-js', (input) => cel(celInput(input)));
  }
  return result;
}

// CEL tells whole numbers from others by the type bigint; the input is made ready once, not in each round.
const celInputs = new WeakMap<JsonObject, JsonObject>();
function celInput(input: JsonObject): JsonObject {
  let known = celInputs.get(input);
  if (known === undefined) {
    const toBig = (value: unknown): unknown => {
      if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
      if (Array.isArray(value)) return value.map(toBig);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toBig(item)]));
    };
    known = toBig(input) as JsonObject;
    celInputs.set(input, known);
  }
  return known;
}

const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? null, (_key, item: unknown) => (typeof item === 'bigint' ? Number(item) : item)));

async function time(work: Work, input: JsonObject, times: number, isAsync: boolean): Promise<number> {
  // What the process used, and not what the clock says: other programs on the machine do not count.
  const start = process.cpuUsage();
  if (isAsync) for (let index = 0; index < times; index += 1) last = await work(input);
  else for (let index = 0; index < times; index += 1) last = work(input);
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1000) / times;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

async function measure(row: Row): Promise<ReadonlyMap<Engine, number>> {
  const input = inputWithPods(row.pods);
  const all = works(row);
  const expected = plain(row.byHand(input));
  const times = new Map<Engine, number>();
  for (const [engine, work] of all) {
    assert.deepEqual(plain(await work(input)), expected, `${row.name}: ${engine}`);
    // Warm, and long enough for a round.
    let count = 1;
    let taken = 0;
    while (taken < ROUND_MS * 1e6 && count < 2 ** 24) {
      taken = (await time(work, input, count, engine === 'jsonata')) * count;
      if (taken < ROUND_MS * 1e6) count *= 2;
    }
    times.set(engine, count);
  }
  const figures = new Map<Engine, number[]>([...all.keys()].map((engine) => [engine, []]));
  for (let round = -WARM_ROUNDS; round < ROUNDS; round += 1) {
    for (const [engine, work] of all) {
      const taken = await time(work, input, times.get(engine) as number, engine === 'jsonata');
      if (round >= 0) figures.get(engine)?.push(taken);
    }
  }
  return new Map([...figures].map(([engine, values]) => [engine, median(values)]));
}

const geoMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
const digits = (value: number): string => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en'));

/** Runs the comparison, prints it, and tells whether our goals hold. */
export async function run(): Promise<boolean> {
  const table: { readonly row: Row; readonly ns: ReadonlyMap<Engine, number> }[] = [];
  console.log(
    `${'ns per evaluation'.padEnd(20)}${ENGINES.map((engine) => engine.padStart(12)).join('')}   generated / by hand`,
  );
  for (const row of rows) {
    const ns = await measure(row);
    table.push({ row, ns });
    const cells = ENGINES.map((engine) => (ns.has(engine) ? digits(ns.get(engine) as number) : '-').padStart(12));
    console.log(`${row.name.padEnd(20)}${cells.join('')}   ${ratio(ns, 'generated', 'by hand').toFixed(2)}`);
  }
  const mean = (of: Engine, by: Engine) =>
    geoMean(table.filter(({ ns }) => ns.has(of) && ns.has(by)).map(({ ns }) => ratio(ns, of, by)));
  const worst = Math.max(
    ...table.filter(({ ns }) => (ns.get('by hand') as number) > 30).map(({ ns }) => ratio(ns, 'generated', 'by hand')),
  );
  const goals: readonly (readonly [string, number, boolean])[] = [
    [
      'generated / by hand, geometric mean (goal: at most 2)',
      mean('generated', 'by hand'),
      mean('generated', 'by hand') <= 2,
    ],
    ['generated / by hand, worst row above 30 ns (goal: at most 4)', worst, worst <= 4],
    [
      'jsonata / generated, geometric mean (goal: at least 200)',
      mean('jsonata', 'generated'),
      mean('jsonata', 'generated') >= 200,
    ],
    [
      'jsonata / closures, geometric mean (goal: at least 40)',
      mean('jsonata', 'closures'),
      mean('jsonata', 'closures') >= 40,
    ],
    ['cel-js / generated, geometric mean (no goal)', mean('cel-js', 'generated'), true],
  ];
  console.log('');
  for (const [name, value, holds] of goals)
    console.log(`${holds ? 'holds' : 'FAILS'}  ${value.toFixed(2).padStart(8)}  ${name}`);
  assert.notEqual(last, undefined);
  return goals.every(([, , holds]) => holds);
}

function ratio(ns: ReadonlyMap<Engine, number>, of: Engine, by: Engine): number {
  return (ns.get(of) as number) / (ns.get(by) as number);
}
