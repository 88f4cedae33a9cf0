// In what kubectl is known to print something else with the embedded server, each with its reason. An entry that explains
// nothing any more fails the tests: then it must go.

import type { Printed } from './run.ts';

/** A difference that is known. */
export interface KnownDifference {
  readonly reason: string;
  /** True for the outputs that it explains; both are normalised. */
  explains(real: Printed, embedded: Printed): boolean;
}

/** All of them. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    reason: 'the embedded server says in its version what it is',
    explains: (real, embedded) =>
      /^(?:version|get --raw \/version)/.test(real.step) &&
      withoutServer(real.stdout) === withoutServer(embedded.stdout),
  },
  {
    reason: 'descriptions of fields are not among the facts; everything else of an explanation is the same',
    explains: (real, embedded) =>
      real.step.startsWith('explain ') &&
      fieldsOf(real.stdout).length > 0 &&
      fieldsOf(real.stdout).join('\n') === fieldsOf(embedded.stdout).join('\n'),
  },
  {
    reason: 'only what is emulated is served',
    explains: (real, embedded) =>
      real.step.startsWith('api-') && isPart(embedded.stdout.split('\n'), real.stdout.split('\n')),
  },
  {
    reason: 'what is not emulated is refused, in its own words',
    explains: (_, { stdout, stderr }) => /does not emulate/.test(stdout + stderr),
  },
  {
    reason: 'what a pod may not change is not shown in the form of Go types',
    explains: (real, embedded) =>
      embedded.stderr.includes('pod updates may not change fields other than') &&
      real.stderr.startsWith(embedded.stderr.trimEnd()),
  },
];

// What tells of the server.
function withoutServer(text: string): string {
  return text
    .replaceAll(/^Server Version:.*$/gm, '')
    .replaceAll(/"serverVersion":\{[^}]*\}/g, '')
    .replaceAll(/"(?:buildDate|compiler|gitCommit|gitVersion|goVersion|platform)":"[^"]*"/g, '');
}

// The lines with names and types, and those that say what is explained.
function fieldsOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => /^(?:[A-Z]+: |\s*[\w$-]+\s+<[^>]+>)/.test(line) && !/^\s+</.test(line));
}

function isPart(some: readonly string[], all: readonly string[]): boolean {
  const known = new Set(all);
  return some.length > 5 && some.every((line) => known.has(line));
}
