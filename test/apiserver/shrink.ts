// Makes a script that shows a difference as small as it gets: without steps, and without parts of bodies, that do not
// matter to it. Every try asks both servers under names of its own.

import { isList, isObject, type Json, type JsonObject, textIn } from '../../apiserver/model/json.ts';
import type { Script, Step } from './script.ts';

/** A difference: at which step of a script, and where in its answer. */
export interface Sign {
  readonly step: number;
  readonly path: string;
}

/** Runs a script on both servers and gives the first difference that nothing explains. */
export type Look = (script: Script) => Promise<Sign | undefined>;

/** The smallest script that was found. */
export interface Shrunk {
  readonly script: Script;
  readonly tries: number;
}

/** Shrinks a script, with at most so many tries. The difference stays in the last step, at the same place. */
export async function shrink(script: Script, sign: Sign, look: Look, maxTries: number): Promise<Shrunk> {
  let best: Script = { ...script, steps: script.steps.slice(0, sign.step + 1) };
  let tries = 0;
  const holds = async (candidate: Script): Promise<boolean> => {
    tries += 1;
    const found = await look(renamed(candidate, `t${tries}`)).catch(() => undefined);
    return found !== undefined && found.path === sign.path && found.step === candidate.steps.length - 1;
  };
  for (let isBetter = true; isBetter && tries < maxTries; ) {
    isBetter = false;
    for (const candidate of smaller(best)) {
      if (tries >= maxTries) break;
      if (!(await holds(candidate))) continue;
      best = candidate;
      isBetter = true;
      break;
    }
  }
  return { script: best, tries };
}

// The boldest first.
function* smaller(script: Script): Generator<Script> {
  const { steps } = script;
  const last = steps.length - 1;
  for (const count of [8, 4, 2, 1])
    for (let from = last - count; from >= 0; from -= count) {
      const left = withoutSteps(steps, from, count);
      if (left !== undefined) yield { ...script, steps: left };
    }
  for (const [at, step] of [...steps.entries()].reverse())
    for (const body of smallerValues(step.body ?? null))
      yield { ...script, steps: steps.map((one, index) => (index === at ? { ...one, body } : one)) };
}

// Undefined where a step that is left speaks of one that would go. What later steps speak of is counted anew.
function withoutSteps(steps: readonly Step[], from: number, count: number): readonly Step[] | undefined {
  const left = [...steps.slice(0, from), ...steps.slice(from + count)];
  let isBroken = false;
  const counted = left.map((step) => {
    const text = JSON.stringify(step);
    if (!text.includes('{{')) return step;
    const changed = text.replaceAll(/\{\{(\d+)/g, (_, number: string) => {
      const at = Number(number);
      isBroken ||= at >= from && at < from + count;
      return `{{${at < from ? at : at - count}`;
    });
    return JSON.parse(changed) as Step;
  });
  return isBroken ? undefined : counted;
}

// Values with one part less: whole branches before what is in them.
function* smallerValues(value: Json): Generator<Json> {
  if (isList(value)) {
    for (const at of value.keys()) yield value.filter((_, index) => index !== at);
    for (const [at, item] of value.entries())
      for (const inner of smallerValues(item)) yield value.map((one, index) => (index === at ? inner : one));
  }
  if (!isObject(value)) return;
  for (const name of Object.keys(value)) {
    const { [name]: _, ...rest } = value;
    yield rest;
  }
  for (const [name, item] of Object.entries(value))
    for (const inner of smallerValues(item)) yield { ...value, [name]: inner };
}

/** The script with other names for the namespaces and the groups that it makes. */
export function renamed(script: Script, tag: string): Script {
  const names = script.steps.flatMap(({ method, path, body }): readonly (readonly [string, string])[] => {
    if (method !== 'POST' || body === undefined) return [];
    if (path === '/api/v1/namespaces') {
      const name = textIn(body, 'metadata', 'name');
      return name === '' ? [] : [[name, `${name}-${tag}`]];
    }
    const group = path.endsWith('/customresourcedefinitions') ? textIn(body, 'spec', 'group') : '';
    return group === '' ? [] : [[group, `${tag}.${group}`]];
  });
  if (names.length === 0) return script;
  const known = new Map(names);
  const longestFirst = [...known.keys()]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(longestFirst.join('|'), 'g');
  const text = JSON.stringify(script.steps).replaceAll(pattern, (name) => known.get(name) ?? name);
  return { ...script, steps: JSON.parse(text) as readonly Step[] };
}

/** A script for people: a line for each request. */
export function showScript({ name, steps }: Script): string {
  const lines = steps.map(({ method, path, query, contentType, body, headers }, at) => {
    const search = new URLSearchParams(query).toString();
    const more = [contentType, headers === undefined ? undefined : JSON.stringify(headers)];
    const shown = [
      `${at}`,
      method,
      search === '' ? path : `${path}?${search}`,
      ...more.filter((one) => one !== undefined),
    ];
    return `  ${shown.join(' ')}${body === undefined ? '' : `\n      ${JSON.stringify(body as JsonObject)}`}`;
  });
  return `${name}, made smaller:\n${lines.join('\n')}`;
}
