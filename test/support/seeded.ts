// How many cases a property is tried with, and which: without PROPERTY_SEED the same each time, so that a run says
// something about the change and not about chance. PROPERTY_CASES tries so many.

/** The parameters of a property. 100 is what fast-check takes by itself. */
export function seeded(numRuns = 100): { readonly numRuns: number; readonly seed: number } {
  const { PROPERTY_CASES: cases = numRuns, PROPERTY_SEED: seed = 1 } = process.env;
  return { numRuns: Number(cases), seed: Number(seed) };
}
