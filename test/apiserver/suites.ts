// The suites of scripts that are recorded and compared. What they ask depends on nothing but this code.

import { loadFacts } from '../../apiserver/facts/facts.ts';
import { accessScript } from './generate/access.ts';
import { answerScripts } from './generate/answers.ts';
import { applyScript, CONFIG_MAP, DEPLOYMENT, SECRET, SERVICE, THING } from './generate/apply.ts';
import { THINGS } from './generate/definition.ts';
import { definitionScripts } from './generate/definitions.ts';
import { documentScripts } from './generate/documents.ts';
import { evictionScripts } from './generate/eviction.ts';
import { formScripts } from './generate/forms.ts';
import { lifecycleScript } from './generate/lifecycle.ts';
import { listScript } from './generate/list.ts';
import { nameScripts } from './generate/names.ts';
import { probeScript } from './generate/probe.ts';
import { protobufScripts } from './generate/protobuf.ts';
import { reviewScripts } from './generate/reviews.ts';
import { ruleScripts } from './generate/rules.ts';
import { LIVING_SAMPLES, SAMPLES } from './generate/samples.ts';
import { brokenSchemaScript, schemaScript } from './generate/schemas.ts';
import { strategicScript } from './generate/strategic.ts';
import { watchScript } from './generate/watch.ts';
import type { Backend, Script } from './script.ts';

/** Scripts that are kept in one file. */
export interface Suite {
  readonly name: string;
  /** Scripts from a seed on; suites that are not random have the same scripts for each seed. */
  scripts(firstSeed: number): readonly Script[];
}

const seeds = (first: number, count: number): readonly number[] => Array.from({ length: count }, (_, at) => first + at);

/** All suites. */
export const SUITES: readonly Suite[] = [
  { name: 'lifecycle', scripts: () => SAMPLES.map((sample) => lifecycleScript(sample, `life-${sample.plural}`)) },
  {
    name: 'lifecycle-living',
    scripts: () => LIVING_SAMPLES.map((sample) => lifecycleScript(sample, `life-${sample.plural}`)),
  },
  { name: 'probe', scripts: () => SAMPLES.map((sample) => probeScript(sample, loadFacts('schemas', '1.36'))) },
  { name: 'apply-configmap', scripts: (first) => seeds(first, 60).map((seed) => applyScript(CONFIG_MAP, seed)) },
  { name: 'apply-secret', scripts: (first) => seeds(first, 40).map((seed) => applyScript(SECRET, seed)) },
  { name: 'apply-service', scripts: (first) => seeds(first, 60).map((seed) => applyScript(SERVICE, seed)) },
  { name: 'apply-deployment', scripts: (first) => seeds(first, 80).map((seed) => applyScript(DEPLOYMENT, seed)) },
  { name: 'apply-custom', scripts: (first) => seeds(first, 120).map((seed) => applyScript(THING, seed)) },
  { name: 'protobuf', scripts: protobufScripts },
  { name: 'answers', scripts: answerScripts },
  { name: 'strategic', scripts: (first) => seeds(first, 60).map(strategicScript) },
  { name: 'documents', scripts: documentScripts },
  { name: 'eviction', scripts: evictionScripts },
  { name: 'names', scripts: nameScripts },
  { name: 'access', scripts: (first) => seeds(first, 60).map(accessScript) },
  { name: 'reviews', scripts: reviewScripts },
  { name: 'rules', scripts: ruleScripts },
  { name: 'forms', scripts: formScripts },
  { name: 'definitions', scripts: definitionScripts },
  { name: 'broken-schemas', scripts: (first) => seeds(first, 20).map(brokenSchemaScript) },
  { name: 'schemas', scripts: (first) => seeds(first, 20).map(schemaScript) },
  { name: 'watch', scripts: (first) => seeds(first, 12).map(watchScript) },
  { name: 'list', scripts: (first) => seeds(first, 30).map(listScript) },
];

const THINGS_PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const TRIES = 100;

/** Makes what scripts count on: the definition, served. */
export async function prepare(backend: Backend, pause: () => Promise<void>): Promise<void> {
  await backend.send({ method: 'POST', path: THINGS_PATH, body: THINGS });
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { status } = await backend.send({
      method: 'GET',
      path: '/apis/script.example.com/v1/namespaces/default/things',
    });
    if (status === 200) return;
    await pause();
  }
  throw new Error('the definition is not served');
}
