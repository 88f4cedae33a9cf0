// The audit log of the embedded API server against that of the real one: the same requests, the same lines.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../apiserver/model/json.ts';
import { PROTOBUF } from '../../apiserver/model/request.ts';
import { startApiServer } from '../../apiserver/server.ts';
import { findPrograms } from '../../tools/control-plane/build.ts';
import { startControlPlane, stopControlPlane } from '../../tools/control-plane/control-plane.ts';
import { embeddedBackend, realBackend, runScript, type Step } from '../apiserver/script.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const MERGE = 'application/merge-patch+json';
const configMap = (metadata: Json): Json => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
const as = (user: string, ...groups: readonly string[]) => ({
  'impersonate-user': user,
  ...(groups.length === 0 ? {} : { 'impersonate-group': groups }),
});

const STEPS: readonly Step[] = [
  { method: 'GET', path: '/api' },
  { method: 'GET', path: '/healthz' },
  { method: 'GET', path: '/nowhere' },
  { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'audited' } } },
  { method: 'POST', path: CONFIG_MAPS, body: configMap({ name: 'a' }), query: { fieldManager: 'x y', dryRun: 'All' } },
  { method: 'POST', path: CONFIG_MAPS, body: configMap({ name: 'a' }) },
  { method: 'POST', path: CONFIG_MAPS, body: configMap({ name: 'b' }), contentType: PROTOBUF },
  { method: 'POST', path: CONFIG_MAPS, body: configMap({ generateName: 'c-' }) },
  { method: 'POST', path: CONFIG_MAPS, body: configMap({ name: 'UPPER' }) },
  { method: 'GET', path: `${CONFIG_MAPS}/a` },
  { method: 'GET', path: `${CONFIG_MAPS}/none` },
  { method: 'GET', path: CONFIG_MAPS, query: { labelSelector: 'a=b,c in (d)', limit: '1' } },
  { method: 'GET', path: CONFIG_MAPS, query: { fieldSelector: 'metadata.name=a' } },
  {
    method: 'GET',
    path: CONFIG_MAPS,
    query: { watch: 'true', timeoutSeconds: '1', resourceVersion: '{{5.metadata.resourceVersion}}' },
  },
  { method: 'PUT', path: `${CONFIG_MAPS}/a`, body: configMap({ name: 'a', uid: '{{5.metadata.uid}}' }) },
  { method: 'PUT', path: `${CONFIG_MAPS}/a`, body: configMap({ name: 'a', resourceVersion: '1' }) },
  { method: 'PATCH', path: `${CONFIG_MAPS}/a`, contentType: MERGE, body: { data: { a: '1' } } },
  {
    method: 'PATCH',
    path: `${CONFIG_MAPS}/d`,
    contentType: 'application/apply-patch+yaml',
    query: { fieldManager: 'me', force: 'true' },
    body: configMap({ name: 'd' }),
  },
  { method: 'PATCH', path: '/api/v1/namespaces/audited/status', contentType: MERGE, body: { metadata: {} } },
  { method: 'DELETE', path: `${CONFIG_MAPS}/a` },
  { method: 'DELETE', path: `${CONFIG_MAPS}/a` },
  { method: 'DELETE', path: CONFIG_MAPS, query: { labelSelector: 'none=none' } },
  { method: 'GET', path: CONFIG_MAPS, headers: { authorization: 'Bearer unknown' } },
  { method: 'GET', path: CONFIG_MAPS, headers: as('joe') },
  { method: 'GET', path: CONFIG_MAPS, headers: as('joe', 'system:masters', 'more') },
  { method: 'GET', path: '/openapi/v3', headers: as('joe') },
  {
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } },
  },
];

// That a write has begun: only the real one is told to log it, for suites that wait for its end.
const BEGINNING = 'RequestReceived';

// Written by others at times of their own, or different at every request.
function normalize(text: string): readonly unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter(({ userAgent, stage }) => userAgent === 'script/1' && stage !== BEGINNING)
    .map((event) => ({
      ...event,
      auditID: typeof event.auditID,
      requestURI: event.requestURI.replace(/resourceVersion=\d+/, 'resourceVersion=N'),
      requestReceivedTimestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(event.requestReceivedTimestamp),
      stageTimestamp: event.stageTimestamp >= event.requestReceivedTimestamp,
      objectRef: JSON.parse(JSON.stringify(event.objectRef ?? null).replace(/"uid":"[^"]+"/, '"uid":"U"')),
      responseStatus: JSON.parse(JSON.stringify(event.responseStatus).replace(/"uid":"[^"]+"/, '"uid":"U"')),
      // Constrained impersonation is not emulated.
      authenticationMetadata: undefined,
    }));
}

const found = findPrograms();
const title = 'the audit log';
const suites = found.kind === 'unavailable' ? describe.skip : describe;

suites(found.kind === 'unavailable' ? `${title} (skipped: ${found.reason})` : title, () => {
  test('has the lines of the real one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'opsonata-audit-'));
    try {
      const state = await startControlPlane({
        folder: join(folder, 'real'),
        controllerManager: false,
        audit: true,
        diesWithUs: true,
      });
      const auditLog = join(folder, 'embedded.log');
      const server = await startApiServer({ hasControllers: false, auditLog });
      const script = { name: 'audit', steps: STEPS };
      await runScript(realBackend(state), script);
      await runScript(embeddedBackend(server), script);
      const real = normalize(readFileSync(state.auditLog as string, 'utf8'));
      await server.stop();
      expect(normalize(readFileSync(auditLog, 'utf8'))).toEqual(real);
      expect(real.length).toBe(STEPS.length + 1);
    } finally {
      await stopControlPlane(join(folder, 'real'));
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
