// Searching a text for another in linear time: the machine's own search is quadratic for some long texts.

import type { Meter } from './budget.ts';

// Up to this length the machine's search is faster even at its worst. Measured.
const SHORT = 32;

/** Where a text stands in another at or behind an offset, or -1. Every character gone through is a part of a step. */
export function findText(text: string, part: string, from: number, meter: Meter): number {
  const at = part.length > SHORT ? findLong(text, part, from) : text.indexOf(part, from);
  const end = at < 0 ? text.length : at + part.length;
  meter.read((end - from) * (part.length > 1 ? 4 : 1));
  return at;
}

// Source: Knuth, Morris and Pratt: how much of the part is still matched when its next character does not fit.
function findLong(text: string, part: string, from: number): number {
  const rest = text.length - from;
  if (part.length > rest) return -1;
  const fallback = fallbackOf(part);
  let matched = 0;
  for (let at = from; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    while (matched > 0 && part.charCodeAt(matched) !== unit) matched = fallback[matched - 1] as number;
    if (part.charCodeAt(matched) === unit) matched += 1;
    if (matched === part.length) return at - matched + 1;
  }
  return -1;
}

function fallbackOf(part: string): Int32Array {
  const fallback = new Int32Array(part.length);
  let matched = 0;
  for (let at = 1; at < part.length; at += 1) {
    const unit = part.charCodeAt(at);
    while (matched > 0 && part.charCodeAt(matched) !== unit) matched = fallback[matched - 1] as number;
    if (part.charCodeAt(matched) === unit) matched += 1;
    fallback[at] = matched;
  }
  return fallback;
}
