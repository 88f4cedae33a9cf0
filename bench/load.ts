// `npm run bench -- load`: what it takes to load 10,000 formulas: parse, check, infer their types. None is evaluated, so
// none is compiled: that is done at the first evaluation.

import assert from 'node:assert/strict';
import { compileExpression, typeOfSchema } from '../engine/expression/expression.ts';
import type { TypeEnvironment } from '../engine/model/type.ts';

const COUNT = 10_000;
const LIMIT_MS = 3_000;

const schema = {
  type: 'object',
  required: ['spec', 'metadata'],
  properties: {
    metadata: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
    spec: {
      type: 'object',
      required: ['image'],
      properties: {
        image: { type: 'string' },
        replicas: { type: 'integer', default: 1 },
        host: { type: 'string' },
        ports: {
          type: 'array',
          items: { type: 'object', properties: { name: { type: 'string' }, port: { type: 'integer' } } },
        },
      },
    },
    status: {
      type: 'object',
      properties: {
        conditions: {
          type: 'array',
          items: { type: 'object', properties: { type: { type: 'string' }, status: { type: 'string' } } },
        },
      },
    },
  },
};

// What rules are made of, from a field to a loop; `n` makes each of them another text.
const formulas: readonly ((n: number) => string)[] = [
  (n) => `spec.replicas * ${n}`,
  (n) => `metadata.name & "-${n}"`,
  (n) => `spec.host ? "https://" & spec.host & "/${n}" : "none"`,
  (n) => `$count(status.conditions[type = "Ready${n}" and status = "True"]) = 1`,
  (n) => `spec.ports.{"name": name & "-${n}", "containerPort": port}`,
  (n) => `$map(spec.ports, function($p){ {"name": $p.name, "port": $p.port + ${n}} })`,
  (n) => `($ready := status.conditions[type = "Ready"][0]; $ready.status = "True" ? ${n} : $sum(spec.ports.port))`,
];

/** Loads them, prints the time, and tells whether it is within the limit. */
export async function run(): Promise<boolean> {
  const environment: TypeEnvironment = {
    context: typeOfSchema(schema),
    variable: () => ({ kind: 'any' }),
    present: new Set(),
  };
  // What the process used, and not what the clock says: other programs on the machine do not count.
  const started = process.cpuUsage();
  let loaded = 0;
  for (let n = 0; n < COUNT; n += 1) {
    const formula = (formulas[n % formulas.length] as (typeof formulas)[number])(n);
    const { expression } = compileExpression(formula);
    assert(expression !== undefined, formula);
    const { diagnostics } = expression.infer(environment);
    assert(
      diagnostics.every(({ severity }) => severity === 'warning'),
      `${formula}: ${diagnostics[0]?.message}`,
    );
    assert(expression.reads.length > 0, formula);
    loaded += 1;
  }
  const { user, system } = process.cpuUsage(started);
  const tookMs = (user + system) / 1000;
  const holds = tookMs < LIMIT_MS;
  console.log(
    `${loaded} formulas loaded in ${Math.round(tookMs)} ms, ${((tookMs / loaded) * 1000).toFixed(0)} µs each`,
  );
  console.log(`${holds ? 'holds' : 'FAILS'}  less than ${LIMIT_MS} ms for ${COUNT}`);
  return holds;
}
