// The tables of the real server, kept as data: for each kind its columns, and rows with their objects.

import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  isList,
  isObject,
  type Json,
  type JsonObject,
  listIn,
  objectIn,
  textIn,
} from '../../../apiserver/model/json.ts';
import { podRowConditions } from '../../../apiserver/printers/pod.ts';
import { printerOf } from '../../../apiserver/printers/printers.ts';
import type { Backend } from '../script.ts';
import { PRINTED_CORE } from './core.ts';
import type { PrintedKind } from './kind.ts';
import { PRINTED_OTHERS } from './others.ts';
import { PRINTED_PODS } from './pods.ts';
import { PRINTED_WORKLOADS } from './workloads.ts';

/** Everything of which tables are recorded. */
export const PRINTED_KINDS: readonly PrintedKind[] = [
  // Before quotas, which count them.
  ...PRINTED_PODS,
  ...PRINTED_CORE,
  ...PRINTED_OTHERS,
  ...PRINTED_WORKLOADS,
];

/** A table as the real server made it. */
export interface RecordedTable {
  readonly apiVersion: string;
  readonly kind: string;
  readonly nowMs: number;
  readonly columns: readonly Json[];
  readonly rows: readonly {
    readonly cells: readonly Json[];
    readonly conditions?: Json;
    readonly object: JsonObject;
  }[];
}

const FILE = 'test/apiserver/recorded/tables.jsonl.gz';
const TABLE = 'application/json;as=Table;g=meta.k8s.io;v=v1';

/** Makes the objects of a kind, and asks for their table. The server is left with them. */
export async function recordTable(backend: Backend, printed: PrintedKind): Promise<RecordedTable> {
  const { apiVersion, kind, plural, isNamespaced, objects } = printed;
  const root = `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
  const path = `${root}/${isNamespaced ? 'namespaces/printed/' : ''}${plural}`;
  for (const [at, object] of objects.entries()) {
    const name = `printed-${String(at).padStart(2, '0')}`;
    const text = JSON.stringify(object).replaceAll('NAMESPACE', 'printed');
    const { metadata, status, ...rest } = JSON.parse(text) as JsonObject;
    const body = { apiVersion, kind, metadata: { ...objectIn(metadata), name }, ...rest };
    const made = await backend.send({ method: 'POST', path, body });
    if (made.status !== 201) throw new Error(`${kind} ${name}: ${JSON.stringify(made.body)}`);
    if (status === undefined) continue;
    const whole = { ...(made.body as JsonObject), status };
    const put = await backend.send({ method: 'PUT', path: `${path}/${name}/status`, body: whole });
    if (put.status !== 200) throw new Error(`status of ${kind} ${name}: ${JSON.stringify(put.body)}`);
  }
  const query = { includeObject: 'Object' };
  const { body } = await backend.send({ method: 'GET', path, query, accept: TABLE });
  const rows = listIn(body, 'rows').filter((row) => textIn(row, 'object', 'metadata', 'name').startsWith('printed-'));
  return {
    apiVersion,
    kind,
    nowMs: Date.now(),
    columns: listIn(body, 'columnDefinitions').map((column) => withoutDescription(column as JsonObject)),
    rows: rows as unknown as RecordedTable['rows'],
  };
}

function withoutDescription({ description: _, ...column }: JsonObject): JsonObject {
  return column;
}

/** The tables that were recorded. */
export function readTables(): readonly RecordedTable[] {
  const lines = gunzipSync(readFileSync(FILE)).toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as RecordedTable);
}

/** Writes the tables. */
export function writeTables(tables: readonly RecordedTable[]): void {
  writeFileSync(FILE, gzipSync(tables.map((table) => `${JSON.stringify(table)}\n`).join(''), { level: 9 }));
}

/** What is different in our table of the same objects: a line for each row. */
export function tableDifferences({ apiVersion, kind, nowMs, columns, rows }: RecordedTable): readonly string[] {
  const printer = printerOf({ apiVersion, kind });
  const found: string[] = [];
  const compare = (what: string, real: Json, own: Json): void => {
    if (JSON.stringify(real) !== JSON.stringify(own))
      found.push(`${kind} ${what}: real ${JSON.stringify(real)} embedded ${JSON.stringify(own)}`);
  };
  const own = printer.map(({ name, type, format, priority }) => ({ name, type, format, priority }));
  compare('columns', columns as Json, own);
  for (const { cells, conditions, object } of rows) {
    const row = textIn(object, 'metadata', 'name');
    compare(row, withoutAges(cells as Json), withoutAges(printer.map(({ cell }) => cell(object, nowMs))));
    if (kind === 'Pod') compare(`${row} conditions`, conditions ?? [], podRowConditions(object) as Json);
  }
  return found;
}

// An age may be one second more by the time that the answer is here.
function withoutAges(value: Json): Json {
  if (isList(value)) return value.map(withoutAges);
  if (typeof value !== 'string' || isObject(value)) return value;
  return value.replaceAll(/\b(?:\d+y)?(?:\d+d)?(?:\d+h)?(?:\d+m)?\d+[smhdy](?= ago|$)/g, 'AGE');
}
