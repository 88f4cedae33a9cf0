// `npm run demo`: the example operator at work on a real API server, from nothing to a ready application, in one command.
// Everything that it starts, it ends.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPrograms } from './control-plane/build.ts';
import { startControlPlane, stopControlPlane } from './control-plane/control-plane.ts';
import { Kubelet } from './control-plane/kubelet.ts';
import { runStep } from './steps.ts';

const found = findPrograms();
if (found.kind === 'unavailable') {
  console.error(
    `The demo runs on a real API server: ${found.reason}.\nWithout one you can still see what the rule makes:\n`,
  );
  const offline = ['dist/opsonata.js', 'render', 'examples/01-webapp/rule.yaml', '-f', 'examples/01-webapp/cr.yaml'];
  spawnSync(process.execPath, offline, { stdio: 'inherit' });
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'opsonata-demo-'));
const say = (line: string) => console.log(`\n# ${line}`);

async function play(): Promise<void> {
  say('starting a real control plane');
  const state = await startControlPlane({ folder, diesWithUs: true, log: (line) => console.log(line) });
  const kubelet = new Kubelet(state.kubeconfig);
  const kubectl = async (...args: string[]) => {
    console.log(`$ kubectl ${args.join(' ')}`);
    const code = await runStep({
      name: 'kubectl',
      command: [state.kubectl, `--kubeconfig=${state.kubeconfig}`, ...args],
    });
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}`);
  };
  const run = [
    'dist/opsonata.js',
    'run',
    '--rules',
    'examples/01-webapp',
    '--install-crds',
    '--kubeconfig',
    state.kubeconfig,
    '--port',
    '0',
  ];
  say('starting the operator: one rule file, no code');
  console.log(`$ opsonata ${run.slice(1).join(' ')}`);
  const engine = spawn(process.execPath, run, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => engine.once('close', resolve));
  try {
    await new Promise<void>((resolve, reject) => {
      engine.stdout.on('data', (chunk: Buffer) => {
        process.stdout.write(chunk);
        if (chunk.includes('"event":"ready"')) resolve();
      });
      engine.once('close', (code) => reject(new Error(`the operator ended with ${code}`)));
    });
    say('creating a custom resource');
    await kubectl('apply', '-f', 'examples/01-webapp/cr.yaml');
    await kubectl('wait', 'webapp/shop', '--for=condition=Ready', '--timeout=60s');
    say('its children are there, and it is ready');
    await kubectl('get', 'webapps,configmaps,services,deployments', '-l', '!kubernetes.io/metadata.name');
    say('a child that is deleted comes back');
    await kubectl('delete', 'service/shop');
    await kubectl('wait', 'service/shop', '--for=create', '--timeout=20s');
  } finally {
    engine.kill('SIGTERM');
    await ended;
    await kubelet.stop();
  }
}

try {
  await play();
  say('done');
} finally {
  await stopControlPlane(folder);
  rmSync(folder, { recursive: true, force: true });
}
