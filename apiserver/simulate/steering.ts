// How tests steer what is simulated: by annotations, in this one place.
//
// The annotation of a pod counts before that of what controls it (its ReplicaSet, then its Deployment, and so on up),
// and that before the annotation of its namespace; claims and load balancers look at themselves and their namespace. It
// is read each time something is simulated, so that an annotation that changes changes what is running.
//
//   simulate.opsonata.dev/pod            ready | never-ready | succeed | fail | crash-loop | image-error | unschedulable
//   simulate.opsonata.dev/claim          ready | pending
//   simulate.opsonata.dev/load-balancer  ready | pending
//
// `delay=30s` before or after the word, with a comma between them, is the time until it comes to that. Without a word,
// pods that are always restarted become ready, and all others succeed.

import type { ApiObject } from '../model/api-object.ts';
import { textIn } from '../model/json.ts';

const ANNOTATIONS = {
  pod: 'simulate.opsonata.dev/pod',
  claim: 'simulate.opsonata.dev/claim',
  'load-balancer': 'simulate.opsonata.dev/load-balancer',
} as const;

/** What is steered. */
export type Steered = keyof typeof ANNOTATIONS;

/** What an annotation says. `word` is undefined where it leaves it to the ordinary. */
export interface Steering {
  readonly word: string | undefined;
  readonly delayMs: number;
  /** A part of the annotation that means nothing. */
  readonly unknown: string | undefined;
}

const WORDS: { readonly [steered in Steered]: readonly string[] } = {
  pod: ['ready', 'never-ready', 'succeed', 'fail', 'crash-loop', 'image-error', 'unschedulable'],
  claim: ['ready', 'pending'],
  'load-balancer': ['ready', 'pending'],
};

const UNIT_MS: { readonly [unit: string]: number } = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** What the first of some objects that says anything says: the object itself, what controls it, its namespace. */
export function steeringOf(steered: Steered, objects: readonly ApiObject[]): Steering {
  const texts = objects.map((object) => textIn(object, 'metadata', 'annotations', ANNOTATIONS[steered]));
  return parseSteering(steered, texts.find((text) => text !== '') ?? '');
}

/** True where an object says something else than before about what is steered. */
export function isSteeredAnew(before: ApiObject, after: ApiObject): boolean {
  const textOf = (object: ApiObject, name: string) => textIn(object, 'metadata', 'annotations', name);
  return Object.values(ANNOTATIONS).some((name) => textOf(before, name) !== textOf(after, name));
}

function parseSteering(steered: Steered, text: string): Steering {
  let steering: Steering = { word: undefined, delayMs: 0, unknown: undefined };
  for (const part of text.split(',').map((one) => one.trim())) {
    const delay = /^delay=(\d+)(ms|s|m|h)$/.exec(part);
    if (delay !== null) steering = { ...steering, delayMs: Number(delay[1]) * (UNIT_MS[delay[2] ?? ''] ?? 0) };
    else if (WORDS[steered].includes(part)) steering = { ...steering, word: part };
    else if (part !== '') steering = { ...steering, unknown: part };
  }
  return steering;
}
