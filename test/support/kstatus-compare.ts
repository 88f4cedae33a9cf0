// Compares our health of objects with what kstatus said of them.

import { gunzipSync } from 'node:zlib';
import { healthOf } from '../../engine/evaluate/health.ts';
import type { KubeObject } from '../../engine/model/object.ts';
import { kstatusDifferences } from '../../tools/kstatus-differences.ts';

/** The recorded objects and answers: made by test/cluster/kstatus.test.ts with UPDATE_RECORDED=1. */
export const KSTATUS_RECORDED = 'test/unit/evaluate/kstatus-recorded.json.gz';

/** Objects, and what kstatus says of each: a status, or `Error`. */
export interface KstatusAnswers {
  readonly objects: readonly KubeObject[];
  readonly said: readonly string[];
}

/** Reads recorded answers. */
export function parseRecorded(bytes: Uint8Array): KstatusAnswers {
  return JSON.parse(gunzipSync(bytes).toString('utf8')) as KstatusAnswers;
}

/** What comparing gave. */
export interface KstatusCompared {
  readonly unexplained: readonly { object: KubeObject; kstatus: string; ours: string }[];
  /** Known differences that no object shows. */
  readonly stale: readonly string[];
  /** How many pairs of a kind and a status there were. */
  readonly combinations: number;
}

/** Compares all of them. */
export function compareWithKstatus({ objects, said }: KstatusAnswers): KstatusCompared {
  const unexplained: { object: KubeObject; kstatus: string; ours: string }[] = [];
  const seen = new Set<string>();
  const combinations = new Set<string>();
  for (const [index, object] of objects.entries()) {
    const kstatus = said[index] ?? 'nothing';
    const ours = healthOf(object, undefined).status;
    combinations.add(`${object.kind} ${kstatus}`);
    if (ours === kstatus) continue;
    const known = kstatusDifferences.find(
      (difference) => difference.kstatus === kstatus && difference.ours === ours && difference.is(object),
    );
    if (known === undefined) unexplained.push({ object, kstatus, ours });
    else seen.add(known.name);
  }
  const stale = kstatusDifferences.map(({ name }) => name).filter((name) => !seen.has(name));
  return { unexplained, stale, combinations: combinations.size };
}
