// What the operator does, as lines for a person: one for each event.

import { describeRef, type ObjectRef } from '../engine/index.ts';
import type { Log, LogFacts } from '../engine/operator.ts';

type Line = (facts: LogFacts) => string | undefined;

// As kubectl names things: the kind in lower case.
function nameOf(ref: unknown): string {
  const text = describeRef(ref as ObjectRef);
  const blank = text.indexOf(' ');
  return text.slice(0, blank).toLowerCase() + text.slice(blank);
}

// What was done to an object, for whom, and why.
function outcome(event: string): Line {
  return ({ ref, owner, changed, code, message }) => {
    const of = owner === undefined ? '' : ` (${nameOf(owner)})`;
    const said = code === undefined ? message : `${code}: ${message}`;
    const why = said ?? (changed as readonly string[] | undefined)?.join(', ');
    return `${nameOf(ref)} ${event}${of}${why === undefined || why === '' ? '' : `: ${why}`}`;
  };
}

function rule(event: string): Line {
  return ({ rule: name, file, message }) => {
    const what = name === undefined ? file : `rule ${name}`;
    return `${what} ${event}: ${message ?? file}`;
  };
}

const LINES: { readonly [event: string]: Line } = {
  'rule-loaded': rule('loaded'),
  'rule-reloaded': rule('reloaded'),
  'rule-removed': rule('removed'),
  'rule-broken': rule('broken'),
  'rule-mended': rule('mended'),
  'health-reloaded': ({ rules }) => `health rules taken over: ${(rules as readonly string[]).join(', ')}`,
  'rule-diagnostic': ({ file, line, column, code, message }) => `${file}:${line}:${column}: ${code}: ${message}`,
  condition: ({ owner, type, status, reason, message }) => {
    const why = status === 'True' || reason === undefined ? '' : ` ${reason}`;
    return `${nameOf(owner)} ${type}=${status}${why}${message === '' ? '' : `: ${message}`}`;
  },
  created: outcome('created'),
  configured: outcome('configured'),
  deleted: outcome('deleted'),
  left: outcome('left'),
  failed: (facts) => {
    if (facts['ref'] !== undefined) return outcome('failed')(facts);
    const { rule: name, key, code, message } = facts;
    const what = [name === undefined ? undefined : `rule ${name}`, key].filter((part) => part !== undefined).join(' ');
    return `${what === '' ? '' : `${what} `}failed: ${code}: ${message}`;
  },
  'watch-state': ({ kind, state, message }) =>
    state === 'missing' || state === 'failing' ? `watch of ${kind} ${state}: ${message}` : undefined,
};

/** A log that writes a line for each event that a person wants to see. `elapsedMs`: since the start. */
export function createConsoleLog(write: (line: string) => void, elapsedMs: () => number): Log {
  const tell = (event: string, facts: LogFacts): void => {
    const text = LINES[event]?.(facts);
    if (text === undefined) return;
    const seconds = (elapsedMs() / 1000).toFixed(2).padStart(6);
    // What comes from a cluster must not steer the terminal that shows it.
    write(`${seconds} s  ${text.replaceAll(/\p{Cc}/gu, ' ')}\n`);
  };
  return { info: tell, warn: tell, error: tell };
}
