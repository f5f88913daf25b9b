import { defineConfig } from 'vitest/config';

/** Tests that assert on the clock: how soon an interrupted run ends, what throttling costs. They run last, and alone. */
const PERF = ['test/hostile/**/*.test.ts', 'test/live/{audit-cli,scale,throttling,trouble}.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // Whoever runs the tests may be an agent; the program is not to notice.
    env: {
      AI_AGENT: '',
      CLAUDECODE: '',
      CODEX_SANDBOX: '',
      CODEX_SANDBOX_NETWORK_DISABLED: '',
      CURSOR_AGENT: '',
      GEMINI_CLI: '',
    },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts', 'eslint-plugin/test/**/*.test.ts'], exclude: PERF },
      },
      { extends: true, test: { name: 'perf', include: PERF, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
