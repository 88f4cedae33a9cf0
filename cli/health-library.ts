// The health rules that come with the program: one file for each API group, or for all groups with the same end.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CompiledHealth, compileHealth, type HealthRules, load, orderHealth } from '../engine/index.ts';

const NO_SCHEMAS = { find: () => undefined };

/**
 * Given rules, and behind them those that come with the program. Files are read here; their rules are compiled when a
 * kind of their group is first asked for, since few of them ever are.
 */
export function withHealthLibrary(given: readonly CompiledHealth[]): HealthRules {
  const texts = readTexts();
  const compiled = new Map<string, readonly CompiledHealth[]>();
  const rulesOf = (group: string): readonly CompiledHealth[] => {
    const text = texts.get(group);
    if (text === undefined) return [];
    const rules = compiled.get(group) ?? compileText(`health/${group}.yaml`, text);
    compiled.set(group, rules);
    return rules;
  };
  const own = orderHealth(given);
  const found = new Map<string, readonly CompiledHealth[]>();
  return {
    find: (kind) => {
      const key = `${kind.apiVersion} ${kind.kind}`;
      const rules = found.get(key) ?? [
        ...own.find(kind),
        ...orderHealth(...filesOf(kind.apiVersion).map(rulesOf)).find(kind),
      ];
      found.set(key, rules);
      return rules;
    },
  };
}

// `a.b.c`, `b.c`, `c`: the file of `b.c` may have rules for `*.b.c`.
function filesOf(apiVersion: string): readonly string[] {
  const [group = '', version] = apiVersion.split('/');
  const parts = version === undefined ? ['core'] : group.split('.');
  return parts.map((_, index) => parts.slice(index).join('.'));
}

function readTexts(): ReadonlyMap<string, string> {
  // Beside the bundle, or in the repository.
  const places = ['./health/', '../rules/health/'].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const folder = places.find((place) => existsSync(place));
  if (folder === undefined) throw new Error(`"${places[0]}" is missing: this installation is not complete`);
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return new Map(names.map((name) => [name.slice(0, -'.yaml'.length), readFileSync(`${folder}${name}`, 'utf8')]));
}

function compileText(file: string, text: string): readonly CompiledHealth[] {
  const loaded = load([{ file, text, found: false }]);
  const results = loaded.health.map((document) => compileHealth(document, NO_SCHEMAS));
  const [problem] = [...loaded.diagnostics, ...results.flatMap(({ diagnostics }) => diagnostics)];
  if (problem !== undefined) throw new Error(`"${file}" cannot be used: ${problem.message}`);
  return results.flatMap(({ rule }) => rule ?? []);
}
