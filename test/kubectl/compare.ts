// Runs a section with the same kubectl against both servers, and says what no known difference explains.

import { KNOWN_DIFFERENCES, type KnownDifference } from './known-differences.ts';
import { normalizeOutput } from './normalize.ts';
import { type Client, type Printed, runSection } from './run.ts';
import type { Section } from './section.ts';

/** What both servers made kubectl print; `embedded` is undefined where it did not come that far. */
export interface OutputPair {
  readonly real: Printed;
  readonly embedded: Printed | undefined;
}

/** What a comparison found. */
export interface ComparedOutputs {
  readonly commands: number;
  /** The differences that nothing explains. */
  readonly unexplained: readonly OutputPair[];
  /** The known differences that were met. */
  readonly met: readonly KnownDifference[];
}

/** Compares a section. */
export async function compareSection(
  section: Section,
  { real, embedded }: { readonly real: Client; readonly embedded: Client },
): Promise<ComparedOutputs> {
  const [wanted, found] = await Promise.all([runSection(real, section), runSection(embedded, section)]);
  const met: KnownDifference[] = [];
  const unexplained = wanted.flatMap((output, at): readonly OutputPair[] => {
    const one = normalizeOutput(output);
    const other = found[at];
    if (other === undefined) return [{ real: one, embedded: undefined }];
    const two = normalizeOutput(other);
    if (JSON.stringify(one) === JSON.stringify(two)) return [];
    const known = KNOWN_DIFFERENCES.find((difference) => difference.explains(one, two));
    if (known === undefined) return [{ real: one, embedded: two }];
    met.push(known);
    return [];
  });
  return { commands: wanted.length, unexplained, met };
}
