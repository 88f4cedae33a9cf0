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
import { limitScripts } from './generate/limits.ts';
import { listScript } from './generate/list.ts';
import { mistakeScripts } from './generate/mistakes.ts';
import { nameScripts } from './generate/names.ts';
import { patternScripts } from './generate/patterns.ts';
import { probeScript } from './generate/probe.ts';
import { protobufScripts } from './generate/protobuf.ts';
import { questionScripts } from './generate/questions.ts';
import { resizeScripts } from './generate/resize.ts';
import { reviewScripts } from './generate/reviews.ts';
import { ruleCheckScripts } from './generate/rule-checks.ts';
import { ruleCostScript } from './generate/rule-costs.ts';
import { ruleScripts } from './generate/rules.ts';
import { LIVING_SAMPLES, SAMPLES } from './generate/samples.ts';
import { brokenSchemaScript, schemaScript } from './generate/schemas.ts';
import { strategicScript } from './generate/strategic.ts';
import { watchScript } from './generate/watch.ts';
import type { Backend, Script } from './script.ts';

/** Scripts that are kept in one file. */
export interface Suite {
  readonly name: string;
  /** How many scripts are recorded, and how many are compared with a live server; both are 1 where chance has no part. */
  readonly recorded: number;
  readonly live: number;
  /** Its scripts may run beside those of others, and at the same time: each has names of its own. */
  readonly isShared: boolean;
  /** Scripts from a seed on; suites that are not random have the same scripts for each seed and count. */
  scripts(firstSeed: number, count: number): readonly Script[];
}

const seeds = (first: number, count: number): readonly number[] => Array.from({ length: count }, (_, at) => first + at);

function fixed(name: string, scripts: (firstSeed: number) => readonly Script[], isShared = false): Suite {
  return { name, recorded: 1, live: 1, isShared, scripts };
}

function random(
  name: string,
  [recorded, live]: readonly [recorded: number, live: number],
  script: (seed: number) => Script,
): Suite {
  return { name, recorded, live, isShared: true, scripts: (first, count) => seeds(first, count).map(script) };
}

const alone = (suite: Suite): Suite => ({ ...suite, isShared: false });

/** All suites. */
export const SUITES: readonly Suite[] = [
  fixed('lifecycle', () => SAMPLES.map((sample) => lifecycleScript(sample, `life-${sample.plural}`))),
  fixed('lifecycle-living', () => LIVING_SAMPLES.map((sample) => lifecycleScript(sample, `life-${sample.plural}`))),
  fixed('mistakes', mistakeScripts),
  fixed('probe', () => SAMPLES.map((sample) => probeScript(sample, loadFacts('schemas', '1.36')))),
  random('apply-configmap', [60, 200], (seed) => applyScript(CONFIG_MAP, seed)),
  random('apply-secret', [40, 150], (seed) => applyScript(SECRET, seed)),
  random('apply-service', [60, 150], (seed) => applyScript(SERVICE, seed)),
  random('apply-deployment', [80, 250], (seed) => applyScript(DEPLOYMENT, seed)),
  random('apply-custom', [120, 400], (seed) => applyScript(THING, seed)),
  fixed('protobuf', protobufScripts),
  fixed('answers', answerScripts),
  random('strategic', [60, 200], strategicScript),
  fixed('documents', documentScripts),
  fixed('names', nameScripts),
  fixed('questions', questionScripts, true),
  alone(random('access', [60, 60], accessScript)),
  fixed('reviews', reviewScripts),
  fixed('eviction', evictionScripts),
  fixed('limits', limitScripts),
  fixed('resize', resizeScripts),
  fixed('rules', ruleScripts),
  fixed('patterns', patternScripts),
  fixed('rule-checks', ruleCheckScripts),
  random('rule-costs', [20, 60], ruleCostScript),
  fixed('forms', formScripts),
  fixed('definitions', definitionScripts),
  random('broken-schemas', [20, 20], brokenSchemaScript),
  random('schemas', [20, 20], schemaScript),
  random('watch', [12, 12], watchScript),
  alone(random('list', [30, 30], listScript)),
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
