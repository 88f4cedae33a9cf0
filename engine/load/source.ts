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

/** A source that can tell of changes. */
export interface LiveSource extends Source {
  /** Calls back when one of these files, or something in one of these folders, may have changed. The result ends it. */
  watch(paths: readonly string[], onChange: () => void): () => void;
  /** True while something is known to be changing the files at or around a path. */
  isBusy(path: string): Promise<boolean>;
  /** After how long without a call to look all the same, since not all changes are told of; undefined: never. */
  readonly lookMs: number | undefined;
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
  const visit = async (directory: string): Promise<void> => {
    const names = [...(await source.list(directory))].sort();
    for (const name of names.filter((name) => !name.startsWith('.') && name !== 'node_modules')) {
      const isRule = /\.ya?ml$/.test(name);
      await enter(`${directory}/${name}`, isRule ? (path) => read(path, true) : undefined);
    }
  };
  // One path that cannot be entered hides no other.
  const enter = async (path: string, onFile: ((path: string) => Promise<void>) | undefined): Promise<void> => {
    try {
      if (await source.isDirectory(path)) await visit(path);
      else await onFile?.(path);
    } catch (error) {
      diagnostics.push(unreadable(path, error));
    }
  };
  for (const path of paths) await enter(path.replace(/(.)\/+$/, '$1'), (file) => read(file, false));
  return { files, diagnostics };
}

function unreadable(file: string, error: unknown): Diagnostic {
  const position = { line: 1, column: 1, offset: 0 };
  const span: Span = { file, start: position, end: position };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'FileUnreadable', severity: 'error', message, span, hint: 'check the path' };
}
