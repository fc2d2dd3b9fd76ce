/** `npm run build`: dependencies if missing, then the three builds if a source changed. */
import { ensureBuild, ensureDependencies, findNode } from './setup.mjs';

await ensureDependencies();
await ensureBuild(findNode());
