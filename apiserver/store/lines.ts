// The files in which objects are kept: lines of text, each with a checksum, under a first line that says what it is.
//
// A snapshot has an object in each line, a journal a change. A journal may end in the middle of a line, where its
// writer was killed: nobody was told of that change, and it does not count. Everything else that is not as it was
// written is refused: a file that is none of ours, of a newer format, cut short, or changed in the middle.

import { crc32 } from 'node:zlib';
import { type ApiObject, nameOf, namespaceOf } from '../model/api-object.ts';
import type { Change, Contents, Kept, ObjectName } from './store.ts';

/** A file that cannot be read as what it should be. The message says why, without the name of the file. */
export class UnreadableFile extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'UnreadableFile';
  }
}

/** What a journal says: an object as it is since a version, or that it is gone. */
export type JournalEntry = {
  readonly version: number;
  readonly collection: string;
} & ({ readonly object: ApiObject } | { readonly gone: ObjectName });

const FORMAT = 1;
const SNAPSHOT = 'apiserver-snapshot';
const JOURNAL = 'apiserver-journal';

interface Head {
  readonly opsonata: string;
  readonly format: number;
  /** The version of Kubernetes whose API the objects are of. */
  readonly kubernetes: string;
}

/** The text of a snapshot of everything, for the API of a minor version such as `1.36`. */
export function toSnapshot({ version, objects }: Contents, minor: string): string {
  const kept = [...objects];
  const head = { ...headOf(SNAPSHOT, minor), version, objects: kept.length };
  return [JSON.stringify(head), ...kept.map(toLine), ''].join('\n');
}

/** What a snapshot holds. Throws UnreadableFile. */
export function parseSnapshot(text: string, minor: string): Contents {
  const [first = '', ...lines] = text.split('\n');
  const { version, objects: count } = parseHead(first, SNAPSHOT, minor) as Head & Record<string, unknown>;
  if (lines.pop() !== '' || lines.length !== count || typeof version !== 'number')
    throw new UnreadableFile(`it has ${lines.length} objects of ${count}`);
  return { version, objects: lines.map((line, at) => parseLine<Kept>(line, at + 2)) };
}

/** The first line of a journal. */
export function journalHead(minor: string): string {
  return `${JSON.stringify(headOf(JOURNAL, minor))}\n`;
}

/** The line of a journal for a change. */
export function toJournalLine({ version, collection, after, type }: Change): string {
  const where = { version, collection };
  return `${toLine(type === 'DELETED' ? { ...where, gone: toName(after) } : { ...where, object: after })}\n`;
}

/** What a journal says. Throws UnreadableFile. */
export function parseJournal(text: string, minor: string): readonly JournalEntry[] {
  // What comes after the last end of a line is half a line, or nothing.
  const [first = '', ...rest] = text.split('\n').slice(0, -1);
  parseHead(first, JOURNAL, minor);
  const entries = rest.map((line, at) => parseLine<JournalEntry>(line, at + 2));
  const gap = entries.findIndex(({ version }, at) => at > 0 && version !== (entries[at - 1]?.version ?? 0) + 1);
  if (gap > 0) throw new UnreadableFile(`the change before line ${gap + 2} is missing`);
  return entries;
}

/** What there is after the changes of a journal that are later. Throws UnreadableFile where some are missing between. */
export function withChanges(contents: Contents, entries: readonly JournalEntry[]): Contents {
  const later = entries.filter(({ version }) => version > contents.version);
  const [first] = later;
  if (first === undefined) return contents;
  if (first.version !== contents.version + 1)
    throw new UnreadableFile(`it goes on at version ${first.version}, the snapshot ends at ${contents.version}`);
  const kept = new Map<string, Kept>();
  for (const one of contents.objects) kept.set(keyOf(one.collection, toName(one.object)), one);
  for (const entry of later) {
    const { collection } = entry;
    if ('gone' in entry) kept.delete(keyOf(collection, entry.gone));
    else kept.set(keyOf(collection, toName(entry.object)), { collection, object: entry.object });
  }
  return { version: later.at(-1)?.version ?? contents.version, objects: [...kept.values()] };
}

function toName(object: ApiObject): ObjectName {
  return { namespace: namespaceOf(object), name: nameOf(object) };
}

function keyOf(collection: string, { namespace, name }: ObjectName): string {
  return `${collection}/${namespace}/${name}`;
}

function headOf(kind: string, minor: string): Head {
  return { opsonata: kind, format: FORMAT, kubernetes: minor };
}

function parseHead(line: string, kind: string, minor: string): Head {
  const head = parseJson(line) as Partial<Head> | undefined;
  if (head?.opsonata !== kind) throw new UnreadableFile(`it is no ${kind.replace('-', ' ')}`);
  const { format = 0, kubernetes } = head;
  if (format > FORMAT) throw new UnreadableFile(`it is of format ${format}, and this is for formats up to ${FORMAT}`);
  if (kubernetes !== minor) throw new UnreadableFile(`it is of Kubernetes ${kubernetes}, and this is for ${minor}`);
  return head as Head;
}

function toLine(value: object): string {
  const text = JSON.stringify(value);
  return `${checksumOf(text)} ${text}`;
}

function parseLine<T>(line: string, number: number): T {
  const [sum, text] = [line.slice(0, 8), line.slice(9)];
  const value = sum === checksumOf(text) ? parseJson(text) : undefined;
  if (value === undefined) throw new UnreadableFile(`line ${number} is not as it was written`);
  return value as T;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checksumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
