import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The window: one page, everything bundled, nothing inline (the content security policy allows no inline code). */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2_000,
  },
});
