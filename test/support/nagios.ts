/**
 * The real Nagios Core behind a small web server on a free port of the loopback, with everything in a folder of its own. Whoever
 * starts one calls `remove` in the end. Its checks are passive: a test says what they found.
 */
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, until } from './prometheus-stack.ts';
import { give, isInstalled, ownerFor, startProcess, type ServerProcess } from './server-process.ts';
import { temporaryFolder } from './store.ts';

const cgis = '/usr/lib/cgi-bin/nagios4';
export const hasNagios =
  isInstalled('nagios4') && isInstalled('lighttpd', '-v') && existsSync(`${cgis}/statusjson.cgi`);

/** Everybody's password. */
export const nagiosPassword = 'test-Phe3eiYu';
/** Sees and commands everything; sees everything; sees nothing. */
export type NagiosUser = 'admin' | 'reader' | 'stranger';

export interface NagiosHost {
  readonly name: string;
  readonly parent?: string;
  readonly services: readonly string[];
  /** Custom variables, without the underscore. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface NagiosProgram {
  /** The folder of its CGIs. */
  readonly url: string;
  readonly folder: string;
  /** What a check of it found: 0 fine, 1 warning or down, 2 critical, 3 unknown. Null: the host itself. */
  found(host: string, service: string | null, code: number, output: string): Promise<void>;
  /** Past Nightdesk: what a JSON CGI says, to the admin unless another is named. */
  ask(cgi: string, query: Readonly<Record<string, string>>, user?: NagiosUser): Promise<unknown>;
  /** Past Nightdesk: what a page says. `fields`: posted. */
  page(path: string, fields?: Readonly<Record<string, string>>): Promise<string>;
  log(): string;
  start(): Promise<void>;
  stop(name?: NodeJS.Signals): Promise<void>;
  /** As if its last status had been written that much earlier. */
  age(seconds: number): void;
  remove(): Promise<void>;
}

const block = (kind: string, fields: Readonly<Record<string, string | number>>): string =>
  `define ${kind} {\n${Object.entries(fields)
    .map(([name, value]) => `  ${name} ${value}\n`)
    .join('')}}\n`;

function objects(hosts: readonly NagiosHost[]): string {
  const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
  const always = Object.fromEntries(days.map((day) => [day, '00:00-24:00']));
  const passive = {
    max_check_attempts: 1,
    check_command: 'noop',
    active_checks_enabled: 0,
    check_period: 'always',
    check_interval: 3_600,
    contacts: 'admin',
    notification_period: 'always',
    notification_interval: 0,
  };
  return [
    block('command', { command_name: 'noop', command_line: '/bin/true' }),
    block('timeperiod', { timeperiod_name: 'always', alias: 'always', ...always }),
    block('contact', {
      contact_name: 'admin',
      alias: 'The Admin',
      host_notification_period: 'always',
      service_notification_period: 'always',
      host_notification_commands: 'noop',
      service_notification_commands: 'noop',
    }),
    ...hosts.flatMap(({ name, parent, services, variables = {} }) => [
      block('host', {
        host_name: name,
        alias: `The ${name}`,
        address: '127.0.0.1',
        notes_url: `https://runbooks.example.org/${name}`,
        ...(parent === undefined ? {} : { parents: parent }),
        ...Object.fromEntries(Object.entries(variables).map(([key, value]) => [`_${key}`, value])),
        ...passive,
      }),
      ...services.map((service, index) =>
        block('service', {
          host_name: name,
          service_description: service,
          notes_url: `https://runbooks.example.org/${name}/${index}`,
          retry_interval: 3_600,
          ...passive,
        }),
      ),
    ]),
  ].join('\n');
}

const mainConfig = (folder: string, dateFormat: string): string =>
  Object.entries({
    log_file: `${folder}/nagios.log`,
    cfg_file: `${folder}/objects.cfg`,
    object_cache_file: `${folder}/objects.cache`,
    precached_object_file: `${folder}/objects.precache`,
    status_file: `${folder}/status.dat`,
    status_update_interval: 1,
    // Whoever is not root may not change, and stays who it is.
    nagios_user: process.getuid?.() === 0 ? 'nagios' : String(process.getuid?.() ?? ''),
    nagios_group: process.getuid?.() === 0 ? 'nagios' : String(process.getgid?.() ?? ''),
    check_external_commands: 1,
    command_file: `${folder}/nagios.cmd`,
    lock_file: `${folder}/nagios.pid`,
    temp_file: `${folder}/nagios.tmp`,
    temp_path: folder,
    log_rotation_method: 'n',
    log_archive_path: `${folder}/archives`,
    use_syslog: 0,
    check_result_path: `${folder}/checkresults`,
    query_socket: `${folder}/nagios.qh`,
    state_retention_file: `${folder}/retention.dat`,
    retain_state_information: 1,
    accept_passive_service_checks: 1,
    accept_passive_host_checks: 1,
    translate_passive_host_checks: 1,
    interval_length: 1,
    date_format: dateFormat,
    enable_flap_detection: 0,
    check_for_updates: 0,
    max_check_result_reaper_time: 1,
    check_result_reaper_frequency: 1,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

const cgiConfig = (folder: string): string =>
  `main_config_file=${folder}/nagios.cfg
physical_html_path=/usr/share/nagios4/htdocs
url_html_path=/nagios4
use_authentication=1
authorized_for_system_information=admin
authorized_for_all_services=admin,reader
authorized_for_all_hosts=admin,reader
authorized_for_all_service_commands=admin
authorized_for_all_host_commands=admin
authorized_for_read_only=reader
`;

const webConfig = (folder: string, port: number, zone: string): string =>
  `server.modules = ("mod_auth", "mod_authn_file", "mod_alias", "mod_setenv", "mod_cgi")
server.document-root = "${folder}/web"
server.bind = "127.0.0.1"
server.port = ${port}
server.errorlog = "${folder}/web.log"
alias.url = ("/nagios4/cgi-bin/" => "${cgis}/")
setenv.add-environment = ("NAGIOS_CGI_CONFIG" => "${folder}/cgi.cfg", "TZ" => "${zone}")
cgi.assign = (".cgi" => "")
auth.backend = "plain"
auth.backend.plain.userfile = "${folder}/users"
auth.require = ("/nagios4/" => ("method" => "basic", "realm" => "Nagios", "require" => "valid-user"))
`;

const basic = (user: NagiosUser): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${user}:${nagiosPassword}`).toString('base64')}`,
  'accept-language': 'en-US,C-UTF8;q=0.5',
});

export async function startNagios(options: {
  readonly hosts: readonly NagiosHost[];
  readonly dateFormat?: 'us' | 'euro' | 'iso8601' | 'strict-iso8601';
  /** Of the web server, in which its forms read times. */
  readonly zone?: string;
}): Promise<NagiosProgram> {
  const owner = ownerFor('nagios');
  const port = await freePort();
  const temporary = temporaryFolder();
  const folder = temporary.path;
  give(folder, owner);
  for (const name of ['checkresults', 'archives', 'web']) {
    mkdirSync(join(folder, name));
    give(join(folder, name), owner);
  }
  const users = (['admin', 'reader', 'stranger'] as const)
    .map((user) => `${user}:${nagiosPassword}\n`)
    .join('');
  for (const [name, text] of Object.entries({
    'nagios.cfg': mainConfig(folder, options.dateFormat ?? 'iso8601'),
    'cgi.cfg': cgiConfig(folder),
    'objects.cfg': objects(options.hosts),
    'lighttpd.conf': webConfig(folder, port, options.zone ?? 'UTC'),
    users,
  })) {
    writeFileSync(join(folder, name), text);
    give(join(folder, name), owner);
  }

  const url = `http://127.0.0.1:${port}/nagios4/cgi-bin`;
  const ask: NagiosProgram['ask'] = async (cgi, query, user = 'admin') => {
    const answer = await fetch(`${url}/${cgi}?${new URLSearchParams(query).toString()}`, {
      headers: basic(user),
    });
    return answer.json();
  };

  const web = startProcess({
    program: 'lighttpd',
    arguments: ['-D', '-f', join(folder, 'lighttpd.conf')],
    owner,
    folder,
  });
  let nagios: ServerProcess | null = null;

  const start = async (): Promise<void> => {
    const begun = Math.floor(Date.now() / 1_000) * 1_000 - 1_000;
    const started = startProcess({
      program: 'nagios4',
      arguments: [join(folder, 'nagios.cfg')],
      owner,
      folder,
    });
    nagios = started;
    await until(
      'Nagios shows its status',
      async () => {
        if (!started.isRunning() || !web.isRunning()) throw new Error(started.said() + web.said());
        const { result } = (await ask('statusjson.cgi', { query: 'programstatus' })) as {
          result: { program_start: number };
        };
        return result.program_start >= begun && existsSync(join(folder, 'nagios.cmd'));
      },
      15_000,
    );
  };

  await start();
  return {
    url,
    folder,
    ask,
    start,
    async found(host, service, code, output) {
      const command =
        service === null
          ? `PROCESS_HOST_CHECK_RESULT;${host};${code};${output}`
          : `PROCESS_SERVICE_CHECK_RESULT;${host};${service};${code};${output}`;
      const pipe = await open(join(folder, 'nagios.cmd'), 'r+');
      await pipe.write(`[${Math.floor(Date.now() / 1_000)}] ${command}\n`);
      await pipe.close();
    },
    async page(path, fields) {
      const answer = await fetch(`${url}/${path}`, {
        headers: basic('admin'),
        ...(fields === undefined ? {} : { method: 'POST', body: new URLSearchParams(fields) }),
      });
      return answer.text();
    },
    log: () => readFileSync(join(folder, 'nagios.log'), 'utf8'),
    async stop(name) {
      await nagios?.stop(name);
    },
    age(seconds) {
      const writtenAt = Math.floor(Date.now() / 1_000) - seconds;
      utimesSync(join(folder, 'status.dat'), writtenAt, writtenAt);
    },
    async remove() {
      await nagios?.stop();
      await web.stop();
      temporary.remove();
    },
  };
}
