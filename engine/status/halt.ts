// A halt -> what is told of it: that nothing is written, and with `observe`, what would be.
//
// Pure, and the same for the same facts, so that a resource that is halted is written no more often than any other.

import type { Halt, ToldHalt } from '../model/halt.ts';
import { describeRef, isSameObject, toRef } from '../model/object.ts';
import type { Plan } from '../model/plan.ts';
import type { Rehearsal } from '../model/preview.ts';
import type { CompiledRule } from '../model/rule.ts';
import { describeForeseen, type Foreseen, foresee, toPreviewJson } from './preview.ts';

// Chosen: as many as a person reads.
const MAX_TOLD = 5;

/** What is told of a resource that is suspended. */
export function tellSuspended({ code, by }: Halt, { desired, health }: Plan): ToldHalt {
  const missing = desired
    .filter(({ object }) => !health.some(({ ref }) => isSameObject({ ...ref, metadata: ref }, object)))
    .map(({ object }) => `${describeRef(toRef(object))} does not exist, and is not made`);
  return { code, message: `nothing is written: ${by} says suspend`, missing };
}

/** What is told of a resource that is only observed: what is refused first, then the rest in its order. */
export function tellObserved(rule: CompiledRule, { code, by }: Halt, rehearsal: Rehearsal): ToldHalt {
  const { remembered, taken, plan } = rehearsal;
  const foreseen = foresee(rule, rehearsal);
  const changes = foreseen.filter(({ action }) => action !== 'None');
  const isRefused = ({ refused }: Foreseen) => refused !== undefined;
  const wishes = [
    ...changes.filter(isRefused).map(describeForeseen),
    ...(remembered.length === 0 ? [] : [`remember ${remembered.join(', ')}`]),
    ...taken.map((annotation) => `take the annotation ${annotation}`),
    ...changes.filter((one) => !isRefused(one)).map(describeForeseen),
  ];
  const told = wishes.slice(0, MAX_TOLD).join('; ');
  const more = wishes.length > MAX_TOLD ? `; and ${wishes.length - MAX_TOLD} more` : '';
  const waits = [...new Set(plan.waiting.map(({ child }) => `"${child}"`))].sort();
  const later = waits.length === 0 ? '' : `; what becomes of ${waits.join(', ')} is not known yet`;
  const what = wishes.length === 0 ? 'nothing would change' : `${count(wishes)}: ${told}${more}`;
  const message = `nothing is written: ${by} says observe; ${what}${later}`;
  return { code, message, missing: wishes, preview: toPreviewJson(foreseen, rehearsal) };
}

function count(wishes: readonly string[]): string {
  return wishes.length === 1 ? '1 change waits' : `${wishes.length} changes wait`;
}
