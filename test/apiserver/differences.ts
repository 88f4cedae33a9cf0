// Where the answers of two servers differ.

import { equals, isList, isObject, type Json } from '../../apiserver/model/json.ts';
import type { Answer } from './script.ts';

/** One difference. `real` and `embedded` are undefined where one of them has nothing there. */
export interface Difference {
  readonly step: number;
  readonly path: string;
  readonly real: Json | undefined;
  readonly embedded: Json | undefined;
}

/** All differences between two lists of answers, up to the first step that has any: what follows from it says little. */
export function firstDifferences(real: readonly Answer[], embedded: readonly Answer[]): readonly Difference[] {
  for (const [step, answer] of real.entries()) {
    const found: Difference[] = [];
    compare(answer as unknown as Json, embedded[step] as unknown as Json, (path, left, right) =>
      found.push({ step, path, real: left, embedded: right }),
    );
    if (found.length > 0) return found;
  }
  return [];
}

type Report = (path: string, real: Json | undefined, embedded: Json | undefined) => void;

function compare(real: Json | undefined, embedded: Json | undefined, report: Report, path = ''): void {
  if (isObject(real) && isObject(embedded)) {
    for (const name of new Set([...Object.keys(real), ...Object.keys(embedded)]))
      compare(real[name], embedded[name], report, `${path}.${name}`);
    return;
  }
  if (isList(real) && isList(embedded) && real.length === embedded.length) {
    for (const [at, item] of real.entries()) compare(item, embedded[at], report, `${path}[${at}]`);
    return;
  }
  if (!equals(real, embedded)) report(path, real, embedded);
}
