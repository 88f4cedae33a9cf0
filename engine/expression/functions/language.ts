// Functions of JSONata that rules do not have: their result depends on the moment or on chance, or they run text.

import type { Value } from '../value.ts';
import { formatMoment } from './dates.ts';
import { type Definition, define, defined } from './definition.ts';

/** Functions of the profile `jsonata` only. */
export const languageFunctions: readonly Definition[] = [
  define('millis', '<:n>', 0, (_args, meter) => meter.environment.now),
  define('now', '<s?s?:s>', 2, ([picture, zone], meter) =>
    formatMoment(meter.environment.now ?? 0, meter, picture as string | undefined, zone as string | undefined),
  ),
  define('random', '<:n>', 0, (_args, meter) => meter.environment.random()),
  define(
    'shuffle',
    '<a:a>',
    1,
    defined(([values], meter) => {
      meter.step((values as readonly Value[]).length);
      return shuffle(values as readonly Value[], meter.environment.random);
    }),
  ),
  define(
    'eval',
    '<sx?:x>',
    2,
    defined(([source, input], meter) => meter.environment.evaluate(source as string, input ?? null)),
  ),
];

// Each value goes to a random free place. Source: Fisher and Yates, inside out.
function shuffle(values: readonly Value[], random: () => number): readonly Value[] {
  const result: Value[] = [];
  for (const [index, value] of values.entries()) {
    const at = Math.floor(random() * (index + 1));
    result[index] = result[at];
    result[at] = value;
  }
  return result;
}
