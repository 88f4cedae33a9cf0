// Runs many sections on pairs of servers, several at once: for most of its time kubectl waits.

import { type ComparedOutputs, compareSection } from './compare.ts';
import type { Client } from './run.ts';
import type { Section } from './section.ts';

/** A kubectl with the two servers that it is used on. */
export interface Pair {
  readonly title: string;
  readonly real: Client;
  readonly embedded: Client;
}

/** What came of the sections, by the title of the pair and the name of the section. */
export type Comparisons = ReadonlyMap<string, ComparedOutputs | Error>;

// Chosen: each runs two programs, and the machines that check changes have two cores.
const AT_ONCE = 3;

/** The key of a comparison. */
export function keyOf(pair: Pick<Pair, 'title'>, section: Section): string {
  return `${pair.title} ${section.name}`;
}

/** Compares every section on every pair. */
export async function compareAll(pairs: readonly Pair[], sections: readonly Section[]): Promise<Comparisons> {
  const found = new Map<string, ComparedOutputs | Error>();
  const jobs = pairs.flatMap((pair) => sections.map((section) => ({ pair, section })));
  const run = async (waiting: typeof jobs): Promise<void> => {
    const work = async (): Promise<void> => {
      for (let job = waiting.shift(); job !== undefined; job = waiting.shift())
        found.set(keyOf(job.pair, job.section), await compareTwice(job.section, job.pair));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  };
  // Those that show everything come first, one on each pair.
  await run(jobs.filter(({ section }) => section.isAlone === true));
  await run(jobs.filter(({ section }) => section.isAlone !== true));
  return found;
}

// Once more before it counts: waits and watches of a real server end by its clock. What is wrong is so again.
async function compareTwice(section: Section, pair: Pair): Promise<ComparedOutputs | Error> {
  try {
    const first = await compareSection(section, pair);
    return first.unexplained.length === 0 ? first : await compareSection(section, pair);
  } catch (error) {
    return error as Error;
  }
}
