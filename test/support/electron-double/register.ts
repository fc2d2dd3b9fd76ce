/**
 * `node --import test/support/electron-double/register.ts dist/main/electron.js`: `electron` resolves to the double.
 *
 * Every name that electron.d.ts exports can be imported. One that the double lacks is refused when it is used.
 */
import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { exported } from './typings.ts';

const address = 'electron-double:electron';
const implementation = new URL('./electron.ts', import.meta.url).href;

if (isMainThread) {
  registerHooks({
    resolve(specifier, context, next) {
      return specifier === 'electron'
        ? { url: address, format: 'module', shortCircuit: true }
        : next(specifier, context);
    },
    load(url, context, next) {
      if (url !== address) return next(url, context);
      const lines = exported.map(
        (name) => `export const ${name} = double.${name} ?? refuse(${JSON.stringify(name)});`,
      );
      const source = `import * as double from ${JSON.stringify(implementation)};
const refuse = (name) => new Proxy(function () {}, {
  get() { throw new Error(name + ' is in electron.d.ts but not in the double'); },
  construct() { throw new Error(name + ' is in electron.d.ts but not in the double'); },
});
${lines.join('\n')}`;
      return { format: 'module', source, shortCircuit: true };
    },
  });
}
