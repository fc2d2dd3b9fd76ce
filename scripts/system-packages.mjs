/**
 * Real servers and a real browser for the tests: through apt as root on Debian; elsewhere the tests use what is there.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { run, say } from './setup.mjs';

/** Debian package to the program, or the file, that shows it is there. */
const packages = {
  chromium: 'chromium',
  prometheus: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  'icinga2-bin': 'icinga2',
  'libnotify-bin': 'notify-send',
  dbus: 'dbus-daemon',
  dunst: 'dunst',
  xvfb: 'Xvfb',
  'nagios4-core': 'nagios4',
  'nagios4-cgi': '/usr/lib/cgi-bin/nagios4/statusjson.cgi',
  lighttpd: 'lighttpd',
  'zabbix-server-pgsql': '/usr/share/zabbix-server-pgsql/schema.sql.gz',
  'zabbix-frontend-php': '/usr/share/zabbix/api_jsonrpc.php',
  'zabbix-agent': 'zabbix_sender',
  'php-cli': 'php',
  'php-pgsql': '/etc/php/*/mods-available/pgsql.ini',
  postgresql: '/usr/lib/postgresql/*/bin/postgres',
};

/** A `*` stands for a folder of any name. The Node that begins here may be 20, which has no glob. */
function hasFile(path) {
  const [before, after] = path.split('*');
  if (after === undefined) return existsSync(path);
  return (
    existsSync(before) && readdirSync(before).some((name) => existsSync(before + name + after))
  );
}

const hasProgram = (name) =>
  name.startsWith('/')
    ? hasFile(name)
    : spawnSync(process.platform === 'win32' ? 'where' : 'which', [name], { stdio: 'ignore' })
        .status === 0;

/** Names of the packages that are missing and that cannot be installed here. */
export async function ensureSystemPackages() {
  const missing = Object.entries(packages)
    .filter(([, program]) => !hasProgram(program))
    .map(([name]) => name);
  if (missing.length === 0) return [];

  const isDebianRoot =
    existsSync('/etc/debian_version') && process.getuid?.() === 0 && hasProgram('apt-get');
  if (!isDebianRoot) {
    say(
      `Not installed here, so the suites that need them will be skipped by name: ${missing.join(', ')}.`,
    );
    return missing;
  }

  say(`Installing for the tests: ${missing.join(', ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // A package may start its service when installed; the tests start their own on free ports.
  const policy = '/usr/sbin/policy-rc.d';
  const ownsPolicy = !existsSync(policy);
  if (ownsPolicy) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await run('apt-get', ['-qq', 'update'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    await run('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', ...missing], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } finally {
    if (ownsPolicy) rmSync(policy, { force: true });
  }
  return missing.filter((name) => !hasProgram(packages[name]));
}
