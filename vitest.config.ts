import type { ViteUserConfig } from 'vitest/config';
import { OPERATOR_SUITES } from './test/support/operator-suites.ts';

const shared = { pool: 'threads', isolate: false } as const;
// Ends what hangs. Says nothing about speed: machines are slow, and have other things to do.
const patience = { testTimeout: 1_800_000, hookTimeout: 1_800_000 } as const;

// Three projects: `quick` needs Node only; `embedded` runs the suites of the operator, each on an embedded API server of
// its own; `cluster` starts one real control plane and runs one file at a time.
const config: ViteUserConfig = {
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: ['test/cluster/**'],
          ...patience,
        },
      },
      {
        test: {
          ...shared,
          name: 'embedded',
          include: OPERATOR_SUITES.map((name) => `test/cluster/${name}.test.ts`),
          // More than there are processors: for most of the time they wait.
          maxWorkers: 3,
          globalSetup: ['test/support/embedded-setup.ts'],
          ...patience,
        },
      },
      {
        test: {
          ...shared,
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          fileParallelism: false,
          globalSetup: ['test/support/cluster-setup.ts'],
          ...patience,
        },
      },
    ],
  },
};

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default config;
