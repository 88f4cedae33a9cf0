// An embedded API server for a suite, and the operator in the same process.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { type ApiServer, startApiServer } from '../../apiserver/server.ts';
import type { Backend } from './api.ts';
import { EngineInProcess } from './engine-in-process.ts';

/** Runs a suite on an embedded API server, which must not have been asked for anything that it does not have. */
export function describeEmbedded(title: string, suite: (backend: () => Promise<Backend>) => void): void {
  describe(title, () => {
    let server: ApiServer | undefined;
    const folder = mkdtempSync(join(tmpdir(), 'opsonata-embedded-'));
    afterAll(async () => {
      const refusals = server?.refusals();
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
      expect(refusals).toEqual([]);
    });
    suite(async () => {
      server = await startApiServer({ port: 0 });
      const kubeconfig = join(folder, 'kubeconfig');
      writeFileSync(kubeconfig, server.kubeconfig());
      return { kubeconfig, start: async (rules, paths) => await EngineInProcess.start(kubeconfig, rules, paths) };
    });
  });
}
