// `opsonata create api`: a rule to begin with, beside a resource and a scenario that holds.

import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ScaffoldKind, scaffold, toKebab } from './scaffold.ts';
import { validate } from './validate.ts';

/** What is begun, and where. */
export interface CreateOptions extends ScaffoldKind {
  /** Default: a folder named after the kind. */
  readonly dir?: string;
  readonly force: boolean;
}

/** Writes the files and checks them. Exit code: that of `validate`; 2 where a file is there already and may not be replaced. */
export async function createApi({ dir, force, ...kind }: CreateOptions): Promise<number> {
  const folder = dir ?? toKebab(kind.kind);
  const files = [...scaffold(kind, folder)].map(([name, text]) => ({ path: join(folder, name), text }));
  const there = files.filter(({ path }) => existsSync(path));
  if (there.length > 0 && !force) {
    const paths = there.map(({ path }) => path).join(', ');
    process.stderr.write(`opsonata: already there: ${paths}; --force replaces what is there\n`);
    return 2;
  }
  await mkdir(folder, { recursive: true });
  for (const { path, text } of files) {
    await writeFile(path, text);
    process.stdout.write(`${path}\n`);
  }
  return await validate([folder], { output: 'text' });
}
