import { cpSync } from 'node:fs';
import { defineConfig } from 'vite';

/** What must exist as files at run time; everything else is bundled, so that the package stays small. */
const external = ['electron', 'better-sqlite3', 'node-notifier', '@napi-rs/keyring'];

/** Main, both shells, the worker that the core runs in, and the one in which web pages are read. */
export default defineConfig({
  ssr: { noExternal: true, external },
  build: {
    ssr: true,
    outDir: 'dist/main',
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: {
        electron: 'main/shells/electron/index.ts',
        web: 'main/shells/web/index.ts',
        'core-worker': 'main/core-worker.ts',
        'page-worker': 'main/runbooks/web/page-worker.ts',
      },
      external,
      output: {
        format: 'es',
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
      },
    },
  },
  plugins: [
    {
      name: 'ship-runbooks',
      closeBundle() {
        cpSync('main/runbooks/starter', 'dist/main/starter-runbooks', { recursive: true });
        cpSync('main/drill/runbooks', 'dist/main/drill-runbooks', { recursive: true });
      },
    },
  ],
});
