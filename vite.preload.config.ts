import { defineConfig } from 'vite';

/** The bridge stays one CommonJS file: a sandboxed preload can load nothing else. */
export default defineConfig({
  ssr: { noExternal: true },
  build: {
    ssr: 'preload/preload.ts',
    outDir: 'dist/preload',
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    rolldownOptions: {
      external: ['electron'],
      output: { format: 'cjs', entryFileNames: 'preload.cjs' },
    },
  },
});
