// Which files hold rules. Bytes come through an injected Source, so that this folder touches nothing itself.

import type { Diagnostic, Span } from '../model/diagnostic.ts';

/** A file and its text. `file` is the name that diagnostics show. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
  /** Found by searching a directory: documents of other kinds may stand beside rules and are passed over. */
  readonly found: boolean;
}

/** Reads files. Methods may throw; the message is shown to the user. */
export interface Source {
  isDirectory(path: string): Promise<boolean>;
  /** Names, not paths, in any order. */
  list(directory: string): Promise<readonly string[]>;
  read(path: string): Promise<string>;
}

/** What was read. Files that could not be read are diagnostics, the others are there. */
export interface Collected {
  readonly files: readonly SourceFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads rule files. A path is a file, or a directory that is searched downwards for `*.yaml` and `*.yml`, but for
 * `node_modules` and names with a leading dot.
 */
export async function collectSources(paths: readonly string[], source: Source): Promise<Collected> {
  const files: SourceFile[] = [];
  const diagnostics: Diagnostic[] = [];
  const read = async (path: string, found: boolean): Promise<void> => {
    try {
      files.push({ file: path, text: await source.read(path), found });
    } catch (error) {
      diagnostics.push(unreadable(path, error));
    }
  };
  const visit = async (path: string): Promise<void> => {
    const names = [...(await source.list(path))].sort();
    for (const name of names.filter((name) => !name.startsWith('.') && name !== 'node_modules')) {
      const child = `${path}/${name}`;
      if (await source.isDirectory(child)) await visit(child);
      else if (/\.ya?ml$/.test(name)) await read(child, true);
    }
  };
  for (const path of paths) {
    const trimmed = path.replace(/(.)\/+$/, '$1');
    try {
      await ((await source.isDirectory(trimmed)) ? visit(trimmed) : read(trimmed, false));
    } catch (error) {
      diagnostics.push(unreadable(trimmed, error));
    }
  }
  return { files, diagnostics };
}

function unreadable(file: string, error: unknown): Diagnostic {
  const position = { line: 1, column: 1, offset: 0 };
  const span: Span = { file, start: position, end: position };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'FileUnreadable', severity: 'error', message, span, hint: 'check the path' };
}
