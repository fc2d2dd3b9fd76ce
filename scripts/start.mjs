/** `npm start`: sets up what is missing, then opens Nightdesk. Flags come after `--`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureElectron } from './electron-runtime.mjs';
import {
  ensureBuild,
  ensureDependencies,
  fail,
  findNode,
  root,
  run,
  say,
  toolEnvironment,
} from './setup.mjs';

const help = `Nightdesk: the desk an on-call engineer sits down at.

  npm start -- [flags]

  --web             use the web shell on 127.0.0.1, also where Electron is installed
  --electron        try again to fetch the Electron runtime
  --drill           play an outage through an embedded simulator, in a data folder of its own
  --drill-factor N  play it N times faster (default 1)
  --data DIR        keep the store here instead of the system's usual folder
  --config FILE     use this configuration file (default: nightdesk.json in the data folder)
  --port N          port of the web shell (default: a free one)
  --no-open         do not open a browser
  --version, --help
`;

function readFlags() {
  try {
    return parseArgs({
      options: {
        web: { type: 'boolean' },
        electron: { type: 'boolean' },
        drill: { type: 'boolean' },
        'drill-factor': { type: 'string' },
        data: { type: 'string' },
        config: { type: 'string' },
        port: { type: 'string' },
        'no-open': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    }).values;
  } catch (error) {
    return fail(`${error.message}\n\n${help}`);
  }
}

const flags = readFlags();
const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

if (flags.help) {
  say(help);
  process.exit(0);
}
if (flags.version) {
  say(`Nightdesk ${version}`);
  process.exit(0);
}
if (flags.port !== undefined && !(Number(flags.port) >= 0 && Number(flags.port) <= 65_535)) {
  fail(`--port takes a number from 0 to 65535, not "${flags.port}".`);
}
if (flags['drill-factor'] !== undefined && !(Number(flags['drill-factor']) > 0)) {
  fail(`--drill-factor takes a number above 0, not "${flags['drill-factor']}".`);
}

const passedOn = ['data', 'config', 'port', 'drill-factor']
  .filter((name) => flags[name] !== undefined)
  .flatMap((name) => [`--${name}`, flags[name]])
  .concat(flags.drill ? ['--drill'] : [], flags['no-open'] ? ['--no-open'] : []);

/** Why a desktop window cannot be shown here; null when it can. */
function whyNoDesktop() {
  if (process.platform !== 'linux') return null;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display';
  if (process.getuid?.() === 0) return 'Electron refuses to run as root with its sandbox on';
  return null;
}

/** Starts it with the signals of this terminal passed on, and ends as it ends. */
async function launch(command, args) {
  const ignore = () => {};
  // The child gets the same signal from the terminal; it shuts down in order and we follow.
  process.on('SIGINT', ignore);
  process.on('SIGTERM', ignore);
  process.exit(await run(command, args, { env: toolEnvironment({ NIGHTDESK_VERSION: version }) }));
}

await ensureDependencies();
const node = findNode();
await ensureBuild(node);

let reason = flags.web ? 'asked for with --web' : whyNoDesktop();
if (reason === null) {
  const electron = await ensureElectron(node, { retry: flags.electron === true });
  if ('executable' in electron) {
    await launch(electron.executable, [root, ...passedOn]);
  }
  reason = `the Electron runtime is not available: ${electron.reason}`;
}
say(
  flags.web
    ? 'Opening the web shell.'
    : `Opening the web shell instead of the desktop app: ${reason}.`,
);
await launch(node, [join(root, 'dist', 'main', 'web.js'), ...passedOn]);
