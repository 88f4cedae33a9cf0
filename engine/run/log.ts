// One JSON line for each decision that changed something, and for each failure.

import type { Diagnostic } from '../model/diagnostic.ts';
import type { Json } from '../model/json.ts';

/** Facts of a line; what is undefined is left out. */
export type LogFacts = Readonly<Record<string, unknown>>;

/** Writes lines. `event` is one word of the vocabulary: created, configured, deleted, failed, … */
export interface Log {
  info(event: string, facts: LogFacts): void;
  warn(event: string, facts: LogFacts): void;
  error(event: string, facts: LogFacts): void;
}

/** A log that writes JSON lines. Order of keys: time, level, event, then the facts. Control characters are escaped. */
export function createLog(write: (line: string) => void, now: () => number): Log {
  const line = (level: string, event: string, facts: LogFacts) =>
    write(
      `${JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...(facts as Record<string, Json>) })}\n`,
    );
  return {
    info: (event, facts) => line('info', event, facts),
    warn: (event, facts) => line('warn', event, facts),
    error: (event, facts) => line('error', event, facts),
  };
}

/** Writes what is wrong with a rule file as one line. */
export function logDiagnostic({ code, severity, message, span, hint }: Diagnostic, log: Log): void {
  const { line, column } = span.start;
  const write = severity === 'error' ? log.error : log.warn;
  const place = { file: span.file, ...(span.path === undefined ? {} : { path: span.path }), line, column };
  write('rule-diagnostic', { code, ...place, message, ...(hint === undefined ? {} : { hint }) });
}
