// Compares what two servers answer to scripts, and says what no known difference explains.

import { type Difference, firstDifferences } from './differences.ts';
import { KNOWN_DIFFERENCES, type KnownDifference } from './known-differences.ts';
import type { Answer, Script } from './script.ts';

/** What a comparison found. */
export interface Compared {
  requests: number;
  /** A line for each difference that nothing explains. */
  readonly unexplained: string[];
  /** Where each of them is. */
  readonly signs: { readonly script: Script; readonly step: number; readonly path: string }[];
  /** The known differences that were met. */
  readonly met: Set<KnownDifference>;
}

/** A comparison that has not begun. */
export function newComparison(): Compared {
  return { requests: 0, unexplained: [], signs: [], met: new Set() };
}

/** Adds what the answers to one script show. Both lists are normalised. */
export function addAnswers(
  into: Compared,
  script: Script,
  { real, embedded }: { readonly real: readonly Answer[]; readonly embedded: readonly Answer[] },
): void {
  into.requests += real.length;
  for (const [step, answer] of real.entries()) {
    const other = embedded[step];
    const whole = KNOWN_DIFFERENCES.find(
      (one) => other !== undefined && isExplained(one, script, { real: answer, embedded: other }),
    );
    if (whole !== undefined) {
      into.met.add(whole);
      continue;
    }
    const found = other === undefined ? [] : firstDifferences([answer], [other]);
    for (const difference of found) explain(into, script, { ...difference, step });
  }
}

function isExplained(
  known: KnownDifference,
  script: Script,
  { real, embedded }: { readonly real: Answer; readonly embedded: Answer },
): boolean {
  const isDifferent = firstDifferences([real], [embedded]).length > 0;
  return isDifferent && known.explainsAnswers?.(real, embedded, script) === true;
}

function explain(into: Compared, script: Script, difference: Difference): void {
  const known = KNOWN_DIFFERENCES.find((one) => one.explains?.(difference, script) === true);
  if (known !== undefined) {
    into.met.add(known);
    return;
  }
  const { step, path, real, embedded } = difference;
  into.signs.push({ script, step, path });
  const request = JSON.stringify(script.steps[step]).slice(0, 400);
  const shown = `real ${JSON.stringify(real)?.slice(0, 400)} embedded ${JSON.stringify(embedded)?.slice(0, 400)}`;
  into.unexplained.push(`${script.name} step ${step} ${path}: ${shown}\n    ${request}`);
}
