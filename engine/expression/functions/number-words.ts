// Whole numbers as English words, and back.

const SMALL = [
  ...['Zero', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten', 'Eleven', 'Twelve'],
  ...['Thirteen', 'Fourteen', 'Fifteen', 'Sixteen', 'Seventeen', 'Eighteen', 'Nineteen'],
];
const SMALL_ORDINAL = [
  ...['Zeroth', 'First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth', 'Seventh', 'Eighth', 'Ninth', 'Tenth'],
  ...['Eleventh', 'Twelfth', 'Thirteenth', 'Fourteenth', 'Fifteenth', 'Sixteenth', 'Seventeenth', 'Eighteenth'],
  'Nineteenth',
];
const TENS = ['Twenty', 'Thirty', 'Forty', 'Fifty', 'Sixty', 'Seventy', 'Eighty', 'Ninety'];
const POWERS: readonly (readonly [number, string])[] = [
  [1e12, 'Trillion'],
  [1e9, 'Billion'],
  [1e6, 'Million'],
  [1e3, 'Thousand'],
  [100, 'Hundred'],
];

/** A whole number from 0 in words, each with a capital; above a trillion in trillions of trillions. */
export function toWords(value: number, isOrdinal: boolean): string {
  if (value < 20) return (isOrdinal ? SMALL_ORDINAL : SMALL)[value] as string;
  if (value < 100) return tens(value, isOrdinal);
  const [power, word] = POWERS.find(([least]) => value >= least) as readonly [number, string];
  const count = Math.floor(value / power);
  const rest = value - count * power;
  const head = `${toWords(count, false)} ${word}`;
  if (rest <= 0) return isOrdinal ? `${head}th` : head;
  return head + (rest < 100 ? ' and ' : ', ') + toWords(rest, isOrdinal);
}

function tens(value: number, isOrdinal: boolean): string {
  const word = TENS[Math.floor(value / 10) - 2] as string;
  const rest = value % 10;
  if (rest > 0) return `${word}-${toWords(rest, isOrdinal)}`;
  return isOrdinal ? ordinalOfTens(word) : word;
}

const ordinalOfTens = (word: string) => `${word.slice(0, -1)}ieth`;

/** The value of each word, in lower case; the order is that in which a text is tried for them. */
export const WORD_VALUES: ReadonlyMap<string, number> = new Map(
  [
    ...SMALL.map((word, value) => [word, value] as const),
    ...SMALL_ORDINAL.map((word, value) => [word, value] as const),
    ...TENS.flatMap((word, index) => [word, ordinalOfTens(word)].map((form) => [form, index * 10 + 20] as const)),
    ...[...POWERS].reverse().flatMap(([value, word]) => [word, `${word}th`].map((form) => [form, value] as const)),
  ].map(([word, value]) => [word.toLowerCase(), value]),
);

/** The number that words in lower case mean; NaN for words that mean none. */
export function fromWords(text: string): number {
  const sums = [0];
  for (const word of text.split(/,\s|\sand\s|[-\s\\]/)) {
    const value = WORD_VALUES.get(word) ?? Number.NaN;
    const last = sums.pop() as number;
    if (!(value < 100)) sums.push(last * value);
    else if (last >= 1000) sums.push(last, value);
    else sums.push(last + value);
  }
  return sums.reduce((sum, value) => sum + value, 0);
}
