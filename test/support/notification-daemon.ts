/**
 * A desktop for notifications alone: a private session bus, a screen in memory, dunst, and a listener on the bus. All of
 * them plain child processes in a folder of their own; whoever opens it calls `close` in the end.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './prometheus-stack.ts';
import { temporaryFolder } from './store.ts';

const askProgram = 'dbus-send';
const programs = ['dbus-daemon', 'dbus-monitor', askProgram, 'Xvfb', 'dunst', 'notify-send'];

/** Those that this computer lacks. */
export const missingPrograms: readonly string[] = programs.filter(
  (program) => spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status !== 0,
);

export interface SeenNotification {
  readonly app: string;
  readonly title: string;
  readonly body: string;
  /** 1 normal, 2 critical; null when none was given. */
  readonly urgency: number | null;
  readonly expireMs: number | null;
}

/** No service files: nothing is started behind the test's back. */
const busConfig = (folder: string): string => `
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${folder}/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>`;

/** What dbus-monitor prints of one message: its strings may hold quotes and lines. */
function parseNotify(message: string): SeenNotification {
  const texts = [...message.matchAll(/^ {3}string "([\s\S]*?)"\n(?= {3}\S)/gm)].map(
    ([, text]) => text,
  );
  const [app, , title, body] = texts;
  const number = (pattern: RegExp): number | null => {
    const found = pattern.exec(message)?.[1];
    return found === undefined ? null : Number(found);
  };
  return {
    app: app ?? '',
    title: title ?? '',
    body: body ?? '',
    urgency: number(/string "urgency"\s+variant\s+byte (\d+)/),
    expireMs: number(/^ {3}int32 (-?\d+)/m),
  };
}

export async function openNotificationDesktop() {
  const folder = temporaryFolder();
  const children: ChildProcess[] = [];
  const address = `unix:path=${folder.path}/bus`;
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: folder.path,
    XDG_CONFIG_HOME: folder.path,
    DBUS_SESSION_BUS_ADDRESS: address,
    LC_ALL: 'C.UTF-8',
  };

  /** Starts a program, and collects what it prints. */
  const start = (program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}) => {
    const child = spawn(program, args, {
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    const output = { text: '', errors: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.text += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.errors += text));
    return output;
  };

  writeFileSync(join(folder.path, 'bus.conf'), busConfig(folder.path));
  const bus = start('dbus-daemon', [
    '--nofork',
    '--print-address',
    `--config-file=${folder.path}/bus.conf`,
  ]);
  await until('the bus listens', () => bus.text.includes('unix:'));
  const monitor = start('dbus-monitor', ["interface='org.freedesktop.Notifications'"]);
  await until('the listener is on the bus', () => monitor.text.includes('NameAcquired'));

  const displayed = (): number | null => {
    const { stdout } = spawnSync(
      askProgram,
      [
        '--session',
        '--print-reply=literal',
        '--dest=org.freedesktop.Notifications',
        '/org/freedesktop/Notifications',
        'org.freedesktop.DBus.Properties.Get',
        'string:org.dunstproject.cmd0',
        'string:displayedLength',
      ],
      { env, encoding: 'utf8' },
    );
    const count = /uint32 (\d+)/.exec(stdout)?.[1];
    return count === undefined ? null : Number(count);
  };

  return {
    address,
    /** Until then nothing shows notifications on this desktop. */
    async startDaemon(): Promise<void> {
      mkdirSync(join(folder.path, 'dunst'));
      writeFileSync(join(folder.path, 'dunst', 'dunstrc'), '[global]\n  notification_limit = 0\n');
      const screen = start('Xvfb', [
        '-displayfd',
        '1',
        '-screen',
        '0',
        '800x600x24',
        '-nolisten',
        'tcp',
      ]);
      const display = await until('the screen is there', () => /^(\d+)\n/.exec(screen.text)?.[1]);
      start('dunst', [], { DISPLAY: `:${display}` });
      await until('dunst answers', () => displayed() !== null);
    },
    /** How many are on the screen now. */
    displayed,
    /** Everything that was asked to be shown, oldest first. */
    seen: (): SeenNotification[] =>
      monitor.text
        .split(/^(?=(?:method call|method return|signal|error) )/m)
        .filter((message) => message.includes('member=Notify\n'))
        .map(parseNotify),
    async close(): Promise<void> {
      for (const child of children.toReversed()) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        await gone;
      }
      folder.remove();
    },
  };
}
