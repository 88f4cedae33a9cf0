// The tables of built-in kinds are those of the real server. UPDATE_RECORDED=1 records them for test/apiserver/printers.test.ts.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPrograms } from '../../tools/control-plane/build.ts';
import {
  type ControlPlaneState,
  startControlPlane,
  stopControlPlane,
} from '../../tools/control-plane/control-plane.ts';
import {
  PRINTED_KINDS,
  type RecordedTable,
  recordTable,
  tableDifferences,
  writeTables,
} from '../apiserver/printed/tables.ts';
import { realBackend } from '../apiserver/script.ts';

const found = findPrograms();
const title = 'the tables of the embedded API server';
const suites = found.kind === 'unavailable' ? describe.skip : describe;

suites(found.kind === 'unavailable' ? `${title} (skipped: ${found.reason})` : title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-tables-'));
  let state: ControlPlaneState;

  beforeAll(async () => {
    state = await startControlPlane({ folder, controllerManager: false, diesWithUs: true });
  });

  afterAll(async () => {
    await stopControlPlane(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  test('have the columns and cells of the real one', async () => {
    const backend = realBackend(state);
    await backend.send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'printed' } } });
    const tables: RecordedTable[] = [];
    for (const printed of PRINTED_KINDS) tables.push(await recordTable(backend, printed));
    if (process.env['UPDATE_RECORDED'] === '1') writeTables(tables);
    expect(tables.flatMap(tableDifferences)).toEqual([]);
  });
});
