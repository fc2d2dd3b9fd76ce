import { defineConfig } from 'vitest/config';

const suite = (name: string, timeoutMs: number, more: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.{ts,tsx}`],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    pool: 'forks' as const,
    ...more,
  },
});

export default defineConfig({
  test: {
    projects: [
      suite('unit', 30_000),
      suite('store', 60_000),
      suite('contract', 60_000),
      // What every kind of source must do, in front of stand-ins of the upstreams.
      // Most of their time they wait for an answer that never comes.
      suite('connectors', 60_000, { maxWorkers: 6 }),
      // Real servers share two cores with everything else: two files at a time.
      suite('integration', 120_000, { maxWorkers: 2 }),
    ],
  },
});
