import { cpSync } from 'node:fs';
import { defineConfig } from 'vite';

/** What must exist as files at run time; everything else is bundled, so that the package stays small. */
const external = [
  'electron',
  'better-sqlite3',
  'node-notifier',
  '@napi-rs/keyring',
  '@lydell/node-pty',
];

/** Escapes mean the same in strings, templates, patterns and names, which is all that is left without comments. */
const asciiOnly = (code: string): string =>
  code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

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
      // One letter past Latin-1 doubles what a whole file takes in memory, in every thread that loads it.
      name: 'ascii-only',
      generateBundle: {
        order: 'post',
        handler(_, bundle) {
          for (const file of Object.values(bundle)) {
            if (file.type === 'chunk') file.code = asciiOnly(file.code);
          }
        },
      },
    },
    {
      name: 'ship-runbooks',
      closeBundle() {
        cpSync('main/runbooks/starter', 'dist/main/starter-runbooks', { recursive: true });
        cpSync('main/drill/runbooks', 'dist/main/drill-runbooks', { recursive: true });
      },
    },
  ],
});
