import type { ViteUserConfig } from 'vitest/config';

const shared = { pool: 'threads', isolate: false } as const;

// Two projects: `quick` needs Node only; `cluster` starts a real control plane and runs one file at a time.
const config: ViteUserConfig = {
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: ['test/cluster/**'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          fileParallelism: false,
          globalSetup: ['test/support/cluster-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
};

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default config;
