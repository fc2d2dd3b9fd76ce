/** `node scripts/match-runbooks.mjs <folder> <rules file>`: tries the matching of runbooks on a collection of one's own. */
import { ensureDependencies, findNode, run } from './setup.mjs';

await ensureDependencies();
process.exit(
  await run(findNode(), [
    '--no-warnings',
    'test/bench/match-runbooks.ts',
    ...process.argv.slice(2),
  ]),
);
