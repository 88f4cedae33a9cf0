// The ledger of the embedded API server names everything that a real API server has: admission, parameters, forms.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMISSION, ANSWERS, BODIES, PARAMETERS, SUBRESOURCES } from '../../apiserver/ledger.ts';
import { findPrograms } from '../../tools/control-plane/build.ts';
import {
  type ControlPlaneState,
  startControlPlane,
  stopControlPlane,
} from '../../tools/control-plane/control-plane.ts';
import { realBackend } from '../apiserver/script.ts';

const found = findPrograms();
const title = 'the ledger of the embedded API server';
const suites = found.kind === 'unavailable' ? describe.skip : describe;

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: object };
  readonly responses?: { readonly [code: string]: { readonly content?: object } };
}

suites(found.kind === 'unavailable' ? `${title} (skipped: ${found.reason})` : title, () => {
  let folder: string;
  let state: ControlPlaneState;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'opsonata-ledger-'));
    state = await startControlPlane({ folder, controllerManager: false, diesWithUs: true });
  });

  afterAll(async () => {
    await stopControlPlane(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  test('names the admission plugins that are switched on', () => {
    const program = join(dirname(state.kubectl), 'kube-apiserver');
    const { stdout } = spawnSync(program, ['--help'], { encoding: 'utf8' });
    const listed = /in addition to default enabled ones \(([^)]+)\)/.exec(stdout)?.[1]?.split(', ') ?? [];
    expect(listed.length).toBeGreaterThan(10);
    expect(Object.keys(ADMISSION).sort()).toEqual([...listed].sort());
  });

  test('names the parameters and forms of all requests for objects', async () => {
    const { body } = await realBackend(state).send({ method: 'GET', path: '/openapi/v3/api/v1' });
    const { paths } = body as unknown as { readonly paths: { readonly [path: string]: object } };
    const own = Object.entries(paths).filter(([path]) => {
      const part = /\{name\}\/([a-z]+)/.exec(path)?.[1];
      return part === undefined || Object.hasOwn(SUBRESOURCES, part);
    });
    const operations = own.flatMap(([, path]) => [path as Operation, ...(Object.values(path) as Operation[])]);
    const parameters = operations.flatMap((one) => [
      ...((one as { parameters?: Operation['parameters'] }).parameters ?? []),
    ]);
    const names = new Set(parameters.filter((one) => one.in === 'query').map(({ name }) => name));
    expect(names.size).toBeGreaterThan(10);
    expect([...names].filter((name) => !Object.hasOwn(PARAMETERS, name))).toEqual([]);
    const bodies = new Set(operations.flatMap((one) => Object.keys(one.requestBody?.content ?? {})));
    expect(bodies.size).toBeGreaterThan(3);
    expect([...bodies].filter((type) => type !== '*/*' && !Object.hasOwn(BODIES, type))).toEqual([]);
    const answers = new Set(
      operations.flatMap((one) =>
        Object.values(one.responses ?? {}).flatMap(({ content }) => Object.keys(content ?? {})),
      ),
    );
    const forms = [...answers].map((type) => type.replace(/;stream=watch$/, ''));
    expect(forms.length).toBeGreaterThan(3);
    expect(forms.filter((type) => !Object.hasOwn(ANSWERS, type))).toEqual([]);
  });
});
