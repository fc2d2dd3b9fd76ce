/** `npm run bench`: the figures of the design as a table, target beside measured. `-- name …` runs only these. */
import { ensureBuild, ensureDependencies, findNode, run } from './setup.mjs';

await ensureDependencies();
const node = findNode();
await ensureBuild(node);
process.exit(
  await run(node, ['--expose-gc', '--no-warnings', 'test/bench/run.ts', ...process.argv.slice(2)]),
);
