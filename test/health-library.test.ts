// The health rules that come with opsonata: each is tried on samples, case by case.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withHealthLibrary } from '../cli/health-library.ts';
import { compileHealth } from '../engine/compile/health.ts';
import { applyRule, healthOf, judges } from '../engine/evaluate/health.ts';
import { checkSamples } from '../engine/evaluate/samples.ts';
import { load } from '../engine/load/load.ts';
import type { CompiledHealth } from '../engine/model/health.ts';
import type { KubeObject } from '../engine/model/object.ts';
import { healthExample } from '../tools/health-page.ts';

const FOLDER = 'rules/health';
// Rules for kinds that nobody, or not everybody, writes a status of: their new objects are as they should be.
const SILENT = [
  'argo-cd-project',
  'argo-cron-workflow',
  'flux-notification',
  'crossplane-package-data',
  'crossplane-data',
  'prometheus-configuration',
  'istio-configuration',
  'tekton-data',
];

const files = readdirSync(FOLDER);
const sources = files.map((name) => ({
  file: `${FOLDER}/${name}`,
  text: readFileSync(`${FOLDER}/${name}`, 'utf8'),
  found: false,
}));
const loaded = load(sources);
const compiled = loaded.health.map((document) => ({
  document,
  ...compileHealth(document, { find: () => undefined }),
}));
const rules = compiled.flatMap(({ document, rule }) => (rule === undefined ? [] : [{ file: document.file, rule }]));
const named = rules.map(({ file, rule }) => [rule.name, rule, file] as const);
const kinds = rules.flatMap(({ rule: { target } }) => target.kinds.map((kind) => `${kind} of ${target.group}`));
const library = withHealthLibrary([]);

const versionOf = ({ group, version }: CompiledHealth['target']): string =>
  [group.replace('*.', 'sample.'), version.replace('*', version === '*' ? 'v1' : '')]
    .filter((part) => part !== '')
    .join('/');

describe('the health library', () => {
  test('loads without a mistake, each rule in the file of its group', () => {
    const diagnostics = [...loaded.diagnostics, ...compiled.flatMap((one) => one.diagnostics)];
    expect(diagnostics.map(({ message, span }) => `${span.file}:${span.start.line} ${message}`)).toEqual([]);
    expect(loaded.documents).toEqual([]);
    const wrong = rules.filter(
      ({ file, rule: { target } }) => file !== `${FOLDER}/${target.group.replace('*.', '') || 'core'}.yaml`,
    );
    expect(wrong.map(({ file, rule }) => `${rule.name} in ${file}`)).toEqual([]);
  });

  test('knows at least 60 kinds, each once', () => {
    expect(kinds.length).toBeGreaterThanOrEqual(60);
    expect(new Set(kinds).size).toBe(kinds.length);
  });

  test.each(named)('%s says of its samples what they expect, and each case is reached by one', (_name, rule) => {
    expect(checkSamples(rule).map(({ message, span }) => `${span.start.line}: ${message}`)).toEqual([]);
    const reached = new Set(rule.samples.map(({ object }) => applyRule(rule, object)?.index));
    expect(rule.cases.map((_, index) => index).filter((index) => !reached.has(index))).toEqual([]);
    const isHealthy = rule.samples.map(({ status }) => status === 'Current');
    expect([isHealthy.includes(true), isHealthy.includes(false)]).toEqual([true, true]);
    expect(rule.samples.every(({ message }) => message !== undefined)).toBe(true);
  });

  test.each(named)('%s is found by its kinds, and takes no object that is new for healthy', (_name, rule) => {
    const { target } = rule;
    for (const kind of target.kinds.map((name) => (name === '*' ? 'Sample' : name))) {
      const apiVersion = versionOf(target);
      expect(judges(rule, { apiVersion, kind })).toBe(true);
      expect(library.find({ apiVersion, kind }).map(({ name }) => name)).toContain(rule.name);
      const created: KubeObject = { apiVersion, kind, metadata: { name: 'new', generation: 1 }, spec: {} };
      const { status } = healthOf(created, library);
      expect([kind, status]).toEqual([kind, SILENT.includes(rule.name) ? 'Current' : 'InProgress']);
    }
  });

  test.each(named)('%s never fails on what other people write', (_name, rule) => {
    const junk = fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 2 }));
    const texts = rule.samples.flatMap(({ object }) => Object.keys((object['status'] ?? {}) as object));
    const field = fc.constantFrom('conditions', 'phase', ...texts);
    const status = fc.oneof(junk, fc.dictionary(field, junk, { maxKeys: 4 }));
    const [sample] = rule.samples;
    fc.assert(
      fc.property(status, junk, (said, spec) => {
        const object = { ...(sample?.object as KubeObject), status: said as never, spec: spec as never };
        const health = healthOf(object, library);
        expect(typeof health.message).toBe('string');
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

test('the example of the reference page is sound', () => {
  const { health, diagnostics } = load([{ file: 'example.yaml', text: healthExample, found: false }]);
  const results = health.map((document) => compileHealth(document, { find: () => undefined }));
  const samples = results.flatMap(({ rule }) => (rule === undefined ? [] : checkSamples(rule)));
  expect([...diagnostics, ...results.flatMap((result) => result.diagnostics), ...samples]).toEqual([]);
  expect(results[0]?.rule?.samples).toHaveLength(1);
});
