// The table of folders and what each may import, and the reading of imports: shared by the test that checks them and by
// the diagram in docs/architecture.md, so that the picture cannot drift from the code.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a folder of the engine may import. `packages`: npm packages and node modules that have their door here. */
export interface FolderRule {
  readonly may: readonly string[];
  readonly packages: readonly string[];
  readonly isPure: boolean;
}

/** The folders of engine/, in the order of the pipeline. */
export const folders: { readonly [folder: string]: FolderRule } = {
  model: { may: [], packages: [], isPure: true },
  expression: { may: ['model'], packages: ['jsonata', 're2js', 'semver'], isPure: true },
  kube: {
    may: ['model'],
    packages: ['@kubernetes/client-node', 'node:http2', 'node:https', 'node:net', 'node:tls'],
    isPure: false,
  },
  load: { may: ['model'], packages: ['yaml', 'ajv'], isPure: true },
  compile: { may: ['model', 'expression'], packages: [], isPure: true },
  watch: { may: ['model', 'kube'], packages: [], isPure: false },
  evaluate: { may: ['model', 'expression'], packages: ['croner'], isPure: true },
  diff: { may: ['model'], packages: ['fast-json-patch'], isPure: true },
  apply: { may: ['model', 'kube'], packages: [], isPure: false },
  status: { may: ['model'], packages: [], isPure: true },
  run: {
    may: ['model', 'expression', 'kube', 'load', 'compile', 'watch', 'evaluate', 'diff', 'apply', 'status'],
    packages: ['prom-client', 'node:http', 'node:net'],
    isPure: false,
  },
};

/** The folders of apiserver/, which knows nothing of engine/. Files beside the folders are its doors and its ledger. */
export const apiServerFolders: { readonly [folder: string]: FolderRule } = {
  model: { may: [], packages: [], isPure: true },
  facts: { may: ['model'], packages: ['node:fs', 'node:path', 'node:zlib'], isPure: false },
  schema: { may: ['model', 'facts'], packages: ['re2js'], isPure: true },
  apply: { may: ['model', 'schema'], packages: ['fast-json-patch'], isPure: true },
  defaults: { may: ['model', 'schema'], packages: [], isPure: true },
  validation: { may: ['model', 'schema'], packages: [], isPure: true },
  store: { may: ['model'], packages: ['node:zlib'], isPure: true },
  cel: { may: ['model', 'schema', 'validation'], packages: [], isPure: true },
  definition: { may: ['model', 'schema', 'validation', 'cel'], packages: [], isPure: true },
  auth: { may: ['model', 'store', 'ledger.ts'], packages: ['node:crypto'], isPure: false },
  printers: { may: ['model'], packages: [], isPure: true },
  registry: {
    may: ['model', 'facts', 'schema', 'apply', 'defaults', 'validation', 'definition', 'store', 'cel'],
    packages: [],
    isPure: true,
  },
  controllers: { may: ['model', 'registry', 'store'], packages: [], isPure: true },
  simulate: { may: ['model', 'schema', 'registry', 'store'], packages: [], isPure: true },
  serve: {
    may: ['model', 'facts', 'schema', 'apply', 'validation', 'printers', 'store', 'registry', 'auth', 'ledger.ts'],
    packages: ['yaml', 'node:crypto'],
    isPure: false,
  },
  files: { may: ['store'], packages: ['node:fs', 'node:path'], isPure: false },
  http: { may: ['model'], packages: ['node:http', 'node:http2', 'node:net', 'node:stream'], isPure: false },
};

/** One import of one file. `target`: a path from the repository's root, or a package. */
export interface Import {
  readonly file: string;
  readonly target: string;
  readonly isRelative: boolean;
}

/** Every TypeScript file below a folder, in order. */
export async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return await listFiles(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
  return (await Promise.all(nested)).flat().sort();
}

/** Every import of every file below a folder, type imports and dynamic ones included. */
export async function readImports(folder: string): Promise<readonly Import[]> {
  const imports: Import[] = [];
  for (const file of await listFiles(folder)) {
    const text = await readFile(file, 'utf8');
    for (const [, quoted = ''] of text.matchAll(/(?<!')(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)) {
      const isRelative = quoted.startsWith('.');
      imports.push({ file, isRelative, target: isRelative ? join(file, '..', quoted) : quoted });
    }
  }
  return imports;
}

/** The package of an import: `@scope/name` or `name`, without the path behind it. */
export function packageOf(target: string): string {
  if (target.startsWith('node:')) return target;
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The stage of a file of the engine, or undefined for the doors. */
export function stageOf(file: string): string | undefined {
  const [top, folder, rest] = file.split('/');
  return top === 'engine' && rest !== undefined ? folder : undefined;
}

const START = '<!-- diagram: generated from the imports of engine/ -->';
const END = '<!-- end of diagram -->';

/** The text of docs/architecture.md with the diagram of what really imports what. */
export function withDiagram(text: string, imports: readonly Import[]): string {
  const edges = new Map<string, Set<string>>(Object.keys(folders).map((folder) => [folder, new Set()]));
  for (const { file, target, isRelative } of imports) {
    const from = stageOf(file);
    const to = isRelative ? stageOf(target) : undefined;
    if (from !== undefined && to !== undefined && from !== to) edges.get(from)?.add(to);
  }
  const order = Object.keys(folders);
  const rows = order.map((from) => {
    const targets = order.filter((to) => edges.get(from)?.has(to) === true);
    const packages = [
      ...new Set(
        imports
          .filter(({ file, isRelative }) => stageOf(file) === from && !isRelative)
          .map(({ target }) => packageOf(target)),
      ),
    ].sort();
    return `${from.padEnd(11)}-> ${targets.join(' ') || '(nothing)'}${packages.length === 0 ? '' : `   [${packages.join(', ')}]`}`;
  });
  const start = text.indexOf(START);
  const end = text.indexOf(END);
  if (start < 0 || end < start) throw new Error('docs/architecture.md has lost the marks of its diagram');
  return `${text.slice(0, start)}${START}\n\`\`\`text\n${rows.join('\n')}\n\`\`\`\n${text.slice(end)}`;
}
