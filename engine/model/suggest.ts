// "did you mean": the nearest of the known words.

// Names of Kubernetes are shorter; the time it takes grows with the length.
const MAX_LENGTH = 64;

/** A hint that names the nearest known word, or undefined when none is near. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  const best = nearest(word, known);
  return best === undefined ? undefined : `did you mean "${best}"?`;
}

/** The nearest known word, or undefined when none is near. Case counts half. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 0.5;
  for (const candidate of known) {
    const distance = editDistance(word, candidate);
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

// Damerau-Levenshtein on adjacent swaps: a swap is the commonest typing mistake and costs one.
function editDistance(left: string, right: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const a = left[i - 1] as string;
      const b = right[j - 1] as string;
      const cost = a === b ? 0 : a.toLowerCase() === b.toLowerCase() ? 0.5 : 1;
      let value = Math.min(
        (previous[j] as number) + 1,
        (current[j - 1] as number) + 1,
        (previous[j - 1] as number) + cost,
      );
      const swapped = i > 1 && j > 1 && a === right[j - 2] && left[i - 2] === b;
      if (swapped) value = Math.min(value, (older[j - 2] as number) + 1);
      current.push(value);
    }
    older = previous;
    previous = current;
  }
  return previous[right.length] as number;
}
