// Versions and ranges of versions, as npm and Helm know them. The one door to semver.

import Range from 'semver/classes/range.js';
import SemVer from 'semver/classes/semver.js';
import { raise } from '../errors.ts';
import type { Value } from '../value.ts';
import { type Definition, define, defined } from './definition.ts';

/** Functions on versions. */
export const semverFunctions: readonly Definition[] = [
  define(
    'semver',
    '<s-:o>',
    1,
    defined(([text]) => partsOf(toVersion(text))),
  ),
  define(
    'semverCompare',
    '<ss:n>',
    2,
    defined(([left, right]) => toVersion(left).compare(toVersion(right)), 2),
  ),
  define(
    'semverSatisfies',
    '<ss:b>',
    2,
    defined(([version, range]) => toRange(range as string).test(toVersion(version)), 2),
  ),
];

// As long as the package takes a version; ranges that are longer take long.
const MAX_LENGTH = 256;

function toVersion(value: Value): SemVer {
  const text = value as string;
  if (text.length > MAX_LENGTH || !/^v?\d\S*$/.test(text)) return raise('U1007', { value });
  try {
    return new SemVer(text);
  } catch {
    return raise('U1007', { value });
  }
}

function toRange(text: string): Range {
  if (text.length > MAX_LENGTH) return raise('U1008', { value: text });
  try {
    return new Range(text);
  } catch {
    return raise('U1008', { value: text });
  }
}

function partsOf({ major, minor, patch, prerelease, build, version }: SemVer): Value {
  const text = build.length === 0 ? version : `${version}+${build.join('.')}`;
  return { major, minor, patch, prerelease: [...prerelease], build: [...build], text };
}
