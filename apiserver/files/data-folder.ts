// The folder in which a server keeps its objects beyond its own life: a snapshot, a journal of the changes since, and
// what the server is known by.
//
// Promises: a change is in the journal before anybody hears of it, so that the process may be killed at any instant
// without losing what was answered; files are replaced whole or not at all; a journal whose last line is not whole was
// cut by such an end and is read without it; whatever else is not as it was written is refused, and left as it is. One
// server at a time. What the operating system has taken is safe from the end of the process, not from that of the machine.

import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  journalHead,
  parseJournal,
  parseSnapshot,
  toJournalLine,
  toSnapshot,
  UnreadableFile,
  withChanges,
} from '../store/lines.ts';
import type { Change, Contents } from '../store/store.ts';

// Chosen: some tens of thousands of changes, which are read in a second.
const LONGEST_JOURNAL_BYTES = 64 * 2 ** 20;

/** A folder that is in use by this process. */
export class DataFolder {
  /** What is in it; undefined for a folder that is new. */
  readonly contents: Contents | undefined;
  readonly #folder: string;
  readonly #minor: string;
  readonly #longestBytes: number;
  #journal: number | undefined;
  #journalBytes = 0;

  /** Takes a folder into use; makes it where it is not there. Throws where another process uses it, or it cannot be read. */
  constructor(folder: string, minor: string, longestBytes: number = LONGEST_JOURNAL_BYTES) {
    this.#folder = folder;
    this.#minor = minor;
    this.#longestBytes = longestBytes;
    mkdirSync(folder, { recursive: true });
    lock(this.#path('lock'));
    try {
      this.contents = this.#read();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Begins to keep changes, after what there is now. */
  begin(contents: Contents): void {
    this.#replace('snapshot', toSnapshot(contents, this.#minor));
    // What it has is in the snapshot; where the process ends before this, the versions say so.
    const head = journalHead(this.#minor);
    this.#replace('journal', head);
    this.#closeJournal();
    this.#journal = openSync(this.#path('journal'), 'a');
    this.#journalBytes = Buffer.byteLength(head);
  }

  /** Keeps a change. `before` is what there is without it. Throws where it cannot, then and ever after. */
  record(change: Change, before: Contents): void {
    if (this.#journalBytes > this.#longestBytes) this.begin(before);
    if (this.#journal === undefined) throw new Error(`nothing can be kept in ${this.#folder} any more`);
    const line = Buffer.from(toJournalLine(change));
    try {
      // A line that is only half there must stay the last one.
      if (writeSync(this.#journal, line) !== line.length) throw new Error('there is no space left');
    } catch (error) {
      this.#closeJournal();
      throw new Error(`a change cannot be kept in ${this.#path('journal')}: ${(error as Error).message}`);
    }
    this.#journalBytes += line.length;
  }

  /** What is kept under a name, as it was made the first time. Readable by its owner only. */
  secret(name: string, make: () => string): string {
    const path = this.#path(name);
    if (!existsSync(path)) this.#replace(name, make());
    return readFileSync(path, 'utf8');
  }

  /** Gives the folder back. Idempotent. */
  close(): void {
    this.#closeJournal();
    unlock(this.#path('lock'));
  }

  #read(): Contents | undefined {
    const snapshot = this.#path('snapshot');
    if (!existsSync(snapshot)) {
      if (existsSync(this.#path('journal'))) throw new Error(`${this.#path('journal')} is there without ${snapshot}`);
      return undefined;
    }
    const contents = readAs(snapshot, (text) => parseSnapshot(text, this.#minor));
    const journal = this.#path('journal');
    if (!existsSync(journal)) return contents;
    return readAs(journal, (text) => withChanges(contents, parseJournal(text, this.#minor)));
  }

  #replace(name: string, text: string): void {
    const path = this.#path(name);
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  #closeJournal(): void {
    if (this.#journal !== undefined) closeSync(this.#journal);
    this.#journal = undefined;
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

function readAs<T>(path: string, parse: (text: string) => T): T {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new Error(`${path} cannot be read: ${error.message}`);
  }
}

// The lock names its holder: one that has died without a word holds nothing.
function lock(path: string): void {
  const holder = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
  if (holder !== process.pid && isAlive(holder))
    throw new Error(`${path} says that process ${holder} uses this folder; remove the file if that is not so`);
  writeFileSync(path, String(process.pid));
}

function unlock(path: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === String(process.pid)) rmSync(path);
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
