import { defineConfig } from 'vitest/config';

const suite = (name: string, timeoutMs: number, isSerial = false) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.{ts,tsx}`],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    pool: 'forks' as const,
    fileParallelism: !isSerial,
  },
});

export default defineConfig({
  test: {
    projects: [
      suite('unit', 30_000),
      suite('store', 60_000),
      suite('contract', 60_000),
      // What every kind of source must do, in front of stand-ins of the upstreams.
      suite('connectors', 60_000),
      // Real servers share two cores with the browser: one file at a time.
      suite('integration', 120_000, true),
    ],
  },
});
