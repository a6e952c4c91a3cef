/**
 * The console's build: Preact, split by room, into dist/console. JSX is compiled by Vite's own transformer; the paths
 * of the package are relative to the folder that `npm` runs in.
 */
import { defineConfig } from 'vite';

/** Tells the service worker the files of the shell, by their hashed names: its bytes change when they do. */
const shellFiles = {
  name: 'shell-files',
  enforce: 'post',
  generateBundle(_options, bundle) {
    const worker = bundle['service-worker.js'];
    const names = Object.keys(bundle).filter(
      (name) => name.startsWith('assets/') && !/\.map$|places-/.test(name),
    );
    worker.code = worker.code.replace(
      /["'`]__SHELL_FILES__["'`]/,
      JSON.stringify(names.map((name) => `/${name}`)),
    );
  },
};

export default defineConfig({
  root: 'src/console',
  base: '/',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [shellFiles],
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    manifest: true,
    // Inline scripts and data: addresses are refused by the policy of the service.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: 'src/console/index.html', 'service-worker': 'src/console/service-worker.ts' },
      output: {
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
        // One file instead of a dozen: a browser asks for six at once, and each further wave is a round trip.
        codeSplitting: { groups: [{ name: 'kit', test: /console\/(kit|api|first)\/(?!places|passkey)/ }] },
      },
    },
  },
});
