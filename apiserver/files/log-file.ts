// A file to which lines are added.

import { closeSync, openSync, writeSync } from 'node:fs';

/** A file that is open. */
export interface LogFile {
  /** Adds text at its end; it is there when this returns. */
  write(text: string): void;
  /** Idempotent. */
  close(): void;
}

/** Opens a file, and makes it where it is not there. What is in it stays. Throws where that cannot be done. */
export function openLogFile(path: string): LogFile {
  let file: number | undefined = openSync(path, 'a', 0o600);
  return {
    write: (text) => {
      if (file !== undefined) writeSync(file, text);
    },
    close: () => {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}
