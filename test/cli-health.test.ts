// Health rules on the command line, with the bundle as it is published.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const RULE = `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: shop }
spec:
  resource: { apiVersion: example.com/v1, kind: Shop }
  children:
    - id: certificate
      template:
        apiVersion: cert-manager.io/v1
        kind: Certificate
        metadata: { name: =metadata.name }
        spec: { secretName: =metadata.name }
    - id: config
      after: [certificate]
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: =metadata.name } }
`;
const OWN = `---
apiVersion: opsonata.dev/v1alpha1
kind: Health
metadata: { name: renewals }
spec:
  resource: { apiVersion: cert-manager.io/v1, kind: Certificate }
  cases:
    - { when: =status.revision > 9, status: Failed, message: "renewed {% status.revision %} times" }
  samples:
    - object: { apiVersion: cert-manager.io/v1, kind: Certificate, metadata: { name: a }, status: { revision: 10 } }
      status: Failed
`;
const SHOP = 'apiVersion: example.com/v1\nkind: Shop\nmetadata: { name: web }\n';
const certificate = (status: string, revision = 1) => `apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: web, generation: 1 }
status:
  revision: ${revision}
  conditions: [{ type: Ready, status: "${status}", observedGeneration: 1, message: the order is pending }]
`;

describe('health rules on the command line', () => {
  // Away from the repository: what the bundle needs lies beside it.
  const folder = mkdtempSync(join(tmpdir(), 'opsonata-health-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(() => {
    if (!existsSync('dist/opsonata.js')) expect(spawnSync('npx', ['tsx', 'tools/build.ts']).status).toBe(0);
    cpSync('dist', join(folder, 'dist'), { recursive: true });
    writeFileSync(join(folder, 'shop.yaml'), SHOP);
  });
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/opsonata.js', ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, text: `${stdout}${stderr}` };
  };
  const render = (rule: string, state: string) => {
    writeFileSync(join(folder, 'rule.yaml'), rule);
    writeFileSync(join(folder, 'state.yaml'), state);
    return run('render', 'rule.yaml', '-f', 'shop.yaml', '--state', 'state.yaml', '-o', 'table').text;
  };

  test('those of the library are asked without any file of theirs', () => {
    expect(render(RULE, certificate('True'))).toMatch(/^1 +config +ConfigMap +web$/m);
    const waiting = render(RULE, certificate('False'));
    expect(waiting).not.toContain('ConfigMap');
    expect(waiting).toContain('needs "certificate": Certificate web: the order is pending (rule.yaml:14:15)');
  });

  test('those beside the rules are asked first, and leave the rest to the library', () => {
    expect(render(`${RULE}${OWN}`, certificate('True', 10))).toContain('Certificate web: renewed 10 times');
    expect(render(`${RULE}${OWN}`, certificate('False'))).toContain('Certificate web: the order is pending');
  });

  test('validate checks them, and tries their samples', () => {
    writeFileSync(join(folder, 'own.yaml'), `${RULE}${OWN}`);
    expect(run('validate', 'own.yaml')).toEqual({
      status: 0,
      text: '1 rule and 1 health rule in 1 file: 0 errors, 0 warnings\n',
    });
    writeFileSync(join(folder, 'wrong.yaml'), OWN.replace('> 9', '> 10'));
    const wrong = run('validate', 'wrong.yaml', '-o', 'json');
    expect(wrong.status).toBe(1);
    expect(JSON.parse(wrong.text)).toMatchObject({
      health: [],
      diagnostics: [{ code: 'SampleDiffers', message: 'this object is Current (ready), not Failed' }],
    });
  });

  test('the lesson does what it says', () => {
    cpSync('examples/07-health', join(folder, 'lesson'), { recursive: true });
    const lesson = (...more: string[]) => run('render', 'lesson', '-f', 'lesson/cr.yaml', '-o', 'table', ...more).text;
    expect(run('validate', 'lesson').text).toBe('1 rule and 1 health rule in 6 files: 0 errors, 0 warnings\n');
    expect(lesson()).toContain('needs "certificate": Certificate default/shop: not ready yet');
    expect(lesson('--state', 'lesson/state.yaml')).toContain('needs "cache": Cache shop: 2 of 3 nodes are up');
    const state = readFileSync(join(folder, 'lesson/state.yaml'), 'utf8').replace('state: starting', 'state: up');
    writeFileSync(join(folder, 'lesson/state.yaml'), state);
    expect(lesson('--state', 'lesson/state.yaml')).toMatch(/^1 +ingress +Ingress +shop$/m);
  });

  test('an installation without the library says so', () => {
    cpSync(join(folder, 'dist'), join(folder, 'broken'), { recursive: true });
    rmSync(join(folder, 'broken', 'health'), { recursive: true });
    writeFileSync(join(folder, 'rule.yaml'), RULE);
    const { status, stderr } = spawnSync(
      process.execPath,
      ['broken/opsonata.js', 'render', 'rule.yaml', '-f', 'shop.yaml'],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(status).toBe(2);
    expect(stderr).toMatch(/^opsonata: ".*health\/" is missing: this installation is not complete\n$/);
  });
});
