// `npm run cluster -- start|stop|status`: a real control plane on this machine, for trying things by hand.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder, findPrograms, kubernetesVersion } from './control-plane/build.ts';
import { readState, startControlPlane, stopControlPlane } from './control-plane/control-plane.ts';
import { isRunning } from './control-plane/process.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dir: { type: 'string' },
    audit: { type: 'boolean' },
    'no-controller-manager': { type: 'boolean' },
    'apiserver-arg': { type: 'string', multiple: true },
  },
});
const folder = values.dir ?? join(cacheFolder(), 'run', 'default');

async function start(): Promise<number> {
  const found = findPrograms();
  if (found.kind === 'unavailable') {
    console.error(found.reason);
    return 2;
  }
  await stopControlPlane(folder);
  const started = Date.now();
  const state = await startControlPlane({
    folder,
    audit: values.audit === true,
    controllerManager: values['no-controller-manager'] !== true,
    apiServerArgs: values['apiserver-arg'] ?? [],
    diesWithUs: false,
    log: (line) => console.error(line),
  });
  console.error(
    `Kubernetes ${kubernetesVersion()} at ${state.server}, ready after ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
  console.error(`kubectl: ${state.kubectl}`);
  console.log(state.kubeconfig);
  return 0;
}

function status(): number {
  const state = readState(folder);
  if (state === undefined) {
    console.log('no control plane was started here');
    return 1;
  }
  const rows = Object.entries(state.processes).map(([name, started]) => ({
    name,
    pid: started?.pid,
    isRunning: started !== undefined && isRunning(started),
  }));
  const { server, kubeconfig, kubeconfigNoRights, kubectl, auditLog } = state;
  console.log(JSON.stringify({ server, kubeconfig, kubeconfigNoRights, kubectl, auditLog, processes: rows }, null, 2));
  return rows.every((row) => row.isRunning || row.pid === undefined) ? 0 : 1;
}

async function main(): Promise<number> {
  switch (positionals[0]) {
    case 'start':
      return await start();
    case 'stop':
      console.error((await stopControlPlane(folder)) ? 'stopped' : 'nothing was running');
      return 0;
    case 'status':
      return status();
    default:
      console.error(
        'usage: npm run cluster -- start|stop|status [--dir FOLDER] [--audit] [--no-controller-manager] [--apiserver-arg=--flag=value]',
      );
      return 2;
  }
}

process.exitCode = await main();
