import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'

const at = (path: string): string => resolve(import.meta.dirname, path)

/**
 * Three bundles: `out/main` for Node and Electron (the packages of `dependencies`, with DuckDB's
 * native binding, stay outside; `#…` imports are bundled), `out/preload`, and `out/renderer`, the
 * one screen both shells show.
 */
export default defineConfig({
  main: {
    build: {
      outDir: at('out/main'),
      target: 'node24',
      rolldownOptions: {
        input: {
          index: at('src-main/index.ts'),
          web: at('src-main/web.ts'),
          gateway: at('src-main/gateway/main.ts'),
        },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
        },
      },
    },
  },
  preload: {
    build: {
      outDir: at('out/preload'),
      rolldownOptions: {
        input: { preload: at('src-main/preload.ts') },
        // Sandboxed, a preload is one file of CommonJS that may require next to nothing.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src-renderer'),
    // The same files are served from a root path and from a folder of the package.
    base: './',
    plugins: [react()],
    build: {
      outDir: at('out/renderer'),
      emptyOutDir: true,
      minify: true,
      // Chromium 130 and later: the one Electron carries and every browser of the last year.
      target: 'chrome130',
      // Inlined assets would be data: URLs, which the content security policy refuses.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: { index: at('src-renderer/index.html'), popout: at('src-renderer/popout.html') },
      },
    },
  },
})
