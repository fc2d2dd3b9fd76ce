/** Running the commands of a runbook for real: what is asked first, what is kept, what is left behind. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRunningDesk, type RunningDesk } from '../support/running-desk.ts';
import { openTestStore } from '../support/store.ts';

let desks: RunningDesk[] = [];
let scratch = '';
beforeEach(() => {
  desks = [];
  scratch = mkdtempSync(join(tmpdir(), 'nightdesk-running-'));
});
afterEach(async () => {
  for (const desk of desks) await desk.close();
  rmSync(scratch, { recursive: true, force: true });
});

const fence = (text: string, language = 'sh'): string => `\`\`\`${language}\n${text}\n\`\`\``;
const steps = (...commands: string[]): string =>
  `# Runbook\n\n${commands.map((text, at) => `${at + 1}. Step ${at + 1}\n\n${fence(text).replace(/^/gm, '   ')}\n`).join('\n')}`;

async function open(...input: Parameters<typeof openRunningDesk>): Promise<RunningDesk> {
  const desk = await openRunningDesk(...input);
  desks.push(desk);
  return desk;
}

const until = async (isTrue: () => boolean): Promise<void> => {
  const end = Date.now() + 10_000;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A zombie has ended, too: nobody has asked for its end yet.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('before anything runs', () => {
  test('a person sees the exact command, where and how it runs, and for how long', async () => {
    const desk = await open(
      `# R\n\n1. Look\n\n${fence('kubectl -n <namespace> get pods').replace(/^/gm, '   ')}\n\n   Expected: all are Running\n`,
      { labels: { namespace: "it's mine" } },
    );
    expect(desk.running.preview(desk.which())).toMatchObject({
      text: `kubectl -n 'it'\\''s mine' get pods`,
      shell: expect.stringMatching(/^\/.*sh -c$/) as string,
      folder: expect.stringMatching(/^\//) as string,
      environmentNames: expect.arrayContaining(['PATH', 'TERM']) as string[],
      timeoutMs: 600_000,
      hasTerminal: false,
      isDestructive: false,
      confirm: null,
      expected: 'all are Running',
      problem: null,
    });
  });

  test('it is off until it was switched on for this source, and then stays on after a restart', async () => {
    const desk = await open(steps('echo hello'), { isOn: false });
    expect(desk.running.preview(desk.which())).toMatchObject({
      digest: null,
      problem: { switchOn: desk.folder },
    });
    expect(desk.running.setSource('/another/folder', true)).toEqual({ on: ['/another/folder'] });
    expect(desk.running.preview(desk.which()).digest).toBeNull();
    desk.running.setSource(desk.folder, true);
    expect(desk.again().preview(desk.which())).toMatchObject({ problem: null });
    const { digest } = desk.running.preview(desk.which());
    desk.running.setSource(desk.folder, false);
    expect(() => desk.running.start(digest ?? '', '')).toThrow(/switched off/);
    expect(desk.running.list(desk.run.id)).toEqual([]);
  });

  test.each<[string, string, RegExp]>([
    ['what is not filled in', 'kubectl delete pod <pod>', /^pod is missing/],
    ['a variable of an earlier step', 'rm -rf /srv/$DIR/*', /^\$DIR has no value here/],
    ['a variable that only another step sets', 'echo ${OTHER}', /^\$OTHER has no value here/],
  ])('refuses %s', async (_what, text, why) => {
    const desk = await open(steps('OTHER=$(hostname)', `DIR=$(mktemp)`, text));
    const preview = desk.running.preview(desk.which(2));
    expect(preview.digest).toBeNull();
    expect(preview.problem?.text).toMatch(why);
  });

  test('what destroys asks for the name of its target, to the letter', async () => {
    const file = join(scratch, 'victim');
    const desk = await open(steps(`touch ${file}`, `rm -f ${scratch}/<name>`), {
      labels: { name: 'victim' },
    });
    await desk.watch((await desk.start(0)).id);
    const preview = desk.running.preview(desk.which(1));
    expect(preview).toMatchObject({ isDestructive: true, confirm: { typed: 'victim' } });
    for (const typed of ['', 'victi', 'Victim', 'victim x']) {
      expect(() => desk.running.start(preview.digest ?? '', typed)).toThrow(/had to be typed/);
    }
    expect(existsSync(file)).toBe(true);
    const { id } = desk.running.start(preview.digest ?? '', ' victim ');
    await desk.watch(id);
    expect(existsSync(file)).toBe(false);
  });

  test('only what was seen runs: not without a preview, not twice, not another text', async () => {
    const desk = await open(steps(`echo 1 >> ${scratch}/count`));
    expect(() => desk.running.start('0'.repeat(64), '')).toThrow(/looked at too long ago/);
    const { digest } = desk.running.preview(desk.which());
    const { id } = desk.running.start(digest ?? '', '');
    expect(() => desk.running.start(digest ?? '', '')).toThrow(/running already|started already/);
    await desk.watch(id);
    expect(() => desk.running.start(digest ?? '', '')).toThrow(/started already/);
    expect(readFileSync(`${scratch}/count`, 'utf8')).toBe('1\n');

    const stale = desk.running.preview(desk.which()).digest ?? '';
    desk.write(steps(`echo 1 >> ${scratch}/other`));
    await desk.runbooks.rescan();
    // The step is the same one; its command is not.
    expect(() => desk.running.start(stale, '')).toThrow(/another one by now/);
    expect(existsSync(`${scratch}/other`)).toBe(false);

    const old = desk.running.preview(desk.which()).digest ?? '';
    desk.clock.move(16 * 60_000);
    expect(() => desk.running.start(old, '')).toThrow(/too long ago/);
  });

  test('two previews of one command do not start it twice at the same time', async () => {
    const desk = await open(steps('sleep 30'));
    const [first, second] = [0, 1].map(() => desk.running.preview(desk.which()).digest ?? '');
    const { id } = desk.running.start(first ?? '', '');
    expect(() => desk.running.start(second ?? '', '')).toThrow(/running already/);
    desk.running.stop(id);
    await desk.watch(id);
  });
});

describe('while it runs', () => {
  test('output comes live, both streams, and the exit code at the end', async () => {
    const go = join(scratch, 'go');
    const desk = await open(
      steps(
        `echo one; echo two >&2; while [ ! -e ${go} ]; do sleep 0.05; done; echo three; exit 7`,
      ),
    );
    const { id, state } = await desk.start();
    expect(state).toBe('running');
    await until(() => /one[\s\S]*two|two[\s\S]*one/.test(desk.running.get(id).output));
    expect(desk.running.list(desk.run.id)).toMatchObject([{ id, state: 'running' }]);
    const watching = desk.watch(id);
    await (await import('node:fs/promises')).writeFile(go, '');
    const { text, events } = await watching;
    expect(text).toBe('one\ntwo\nthree\n');
    expect(events.at(-1)).toMatchObject({
      type: 'ended',
      execution: { state: 'ended', exitCode: 7, summary: expect.stringMatching(/^ended with 7/) },
    });
    expect(desk.running.get(id).output).toBe(text);
  });

  test('its input is closed and it has no terminal', async () => {
    const desk = await open(
      steps(
        'read -r line || echo nothing to read; test -t 1 || echo no terminal; (: < /dev/tty) 2>/dev/null || echo no keyboard',
      ),
    );
    const { text } = await desk.watch((await desk.start()).id);
    expect(text).toBe('nothing to read\nno terminal\nno keyboard\n');
  });

  test('stopping ends everything that it started, also what does not listen', async () => {
    const desk = await open(
      steps(`trap '' TERM; sleep 300 & echo $! > ${scratch}/pid; wait; sleep 300`),
    );
    const { id } = await desk.start();
    await until(
      () => existsSync(`${scratch}/pid`) && readFileSync(`${scratch}/pid`, 'utf8') !== '',
    );
    const pid = Number(readFileSync(`${scratch}/pid`, 'utf8'));
    expect(isAlive(pid)).toBe(true);
    desk.running.stop(id);
    const { events } = await desk.watch(id);
    expect(events.at(-1)).toMatchObject({ execution: { state: 'stopped', exitCode: null } });
    await until(() => !isAlive(pid));
  });

  test('it is ended when its time is over', async () => {
    const desk = await open(steps('echo begun; sleep 300'));
    desk.settings.commandTimeoutMs = 300;
    const { text, events } = await desk.watch((await desk.start()).id);
    expect(text).toBe('begun\n');
    expect(events.at(-1)).toMatchObject({ execution: { state: 'timed_out' } });
  });

  test('what it leaves in the background ends with it, and that is said', async () => {
    const desk = await open(steps(`sleep 300 & echo $! > ${scratch}/pid`));
    const { events } = await desk.watch((await desk.start()).id);
    expect(events.at(-1)).toMatchObject({
      execution: { state: 'ended', exitCode: 0, summary: expect.stringContaining('background') },
    });
    await until(() => !isAlive(Number(readFileSync(`${scratch}/pid`, 'utf8'))));
  });

  test('a flood keeps its beginning and its end, and says what was cut', async () => {
    const desk = await open(steps('seq 1 400000; echo the very end'));
    const { text, events } = await desk.watch((await desk.start()).id);
    expect(text.startsWith('1\n2\n3\n')).toBe(true);
    expect(text.endsWith('400000\nthe very end\n')).toBe(true);
    expect(text).toMatch(/\n\[[\d,]+ characters were cut out here/);
    expect(text.length).toBeLessThan(700_000);
    expect(events.at(-1)).toMatchObject({ execution: { exitCode: 0 } });
  });

  test('secrets are shown nowhere: not live, not in the store, not on the timeline', async () => {
    const desk = await open(
      steps(
        'echo "token=$FAKE_API_TOKEN"; echo "is $FAKE_API_TOKEN"; echo https://ada:hunter22@db.example/x',
      ),
      {
        running: {
          machine: {
            platform: process.platform,
            environment: { PATH: process.env['PATH'], FAKE_API_TOKEN: 'opensesame-1' },
            canRun: () => true,
          },
          secrets: () => ['of-a-source'],
        },
      },
    );
    const incident = desk.incidents.open({ alarmIds: [desk.alarmId] });
    const { text } = await desk.watch((await desk.start()).id);
    expect(text).toBe('token=[redacted]\nis [redacted]\nhttps://[redacted]@db.example/x\n');
    const everything = JSON.stringify([
      desk.incidents.get(incident.summary.id),
      desk.connection.prepare('SELECT * FROM execution_output').all(),
      desk.connection.prepare('SELECT * FROM event').all(),
    ]);
    expect(everything).not.toMatch(/opensesame|hunter22/);
  });
});

test('a secret that was typed for a command is on no timeline, copied or run', async () => {
  const desk = await open(steps('echo is <db-password>'));
  desk.runbooks.answer({ runId: desk.run.id, answers: { db_password: 'open $esame' } });
  const incident = desk.incidents.open({ alarmIds: [desk.alarmId] });
  desk.runbooks.noteCopied(desk.which());
  expect((await desk.watch((await desk.start()).id)).text).toBe('is [redacted]\n');
  const everything = JSON.stringify([
    desk.incidents.get(incident.summary.id).entries,
    desk.connection.prepare('SELECT * FROM execution').all(),
    desk.connection.prepare('SELECT * FROM execution_output').all(),
    desk.connection.prepare('SELECT * FROM event').all(),
  ]);
  expect(everything).not.toContain('esame');
  expect(everything).toContain('echo is [redacted]');
});

describe('what is kept', () => {
  test('command, output and end stand on the timeline, shortened, and the whole is reachable', async () => {
    const desk = await open(steps('seq 1 100'));
    const { summary } = desk.incidents.open({ alarmIds: [desk.alarmId] });
    const { id } = await desk.start();
    await desk.watch(id);
    const told = desk.incidents.get(summary.id).entries.filter(({ kind }) => kind === 'command');
    expect(told).toMatchObject([
      {
        origin: 'you',
        text: expect.stringMatching(/^Ran the command of step 1: ended with 0 after /) as string,
        executionId: id,
      },
    ]);
    expect(told[0]?.code).toContain('seq 1 100\n\n1\n2\n3\n');
    expect(told[0]?.code).toContain('[76 lines left out]');
    expect(told[0]?.code).toMatch(/99\n100$/);
    expect(desk.running.get(id).output.split('\n')).toHaveLength(101);
  });

  test('what the disk did not take at first is kept once there is room', async () => {
    const desk = await open(steps('echo one; sleep 1.5; echo two'));
    desk.connection.exec(
      "CREATE TEMP TRIGGER full BEFORE INSERT ON execution_output BEGIN SELECT RAISE(FAIL, 'disk full'); END",
    );
    const { id } = await desk.start();
    const watched = desk.watch(id);
    await until(() => desk.running.get(id).output.includes('two'));
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
    desk.connection.exec('DROP TRIGGER full');
    expect((await watched).text).toBe('one\ntwo\n');
    expect(desk.again().get(id)).toMatchObject({
      output: 'one\ntwo\n',
      execution: { state: 'ended', exitCode: 0 },
    });
  });

  test('an incident that is opened later brings it along', async () => {
    const desk = await open(steps('echo before'));
    const { id } = await desk.start();
    await desk.watch(id);
    const { entries } = desk.incidents.open({ alarmIds: [desk.alarmId] });
    expect(entries.filter(({ kind }) => kind === 'command')).toMatchObject([
      { executionId: id, code: 'echo before\n\nbefore' },
    ]);
  });

  test('a command that ran when Nightdesk died is shown as ended unknown, with what was kept', async () => {
    const store = openTestStore();
    const desk = await open(steps('echo first words; sleep 300'), { store });
    const { id } = await desk.start();
    await until(() => desk.connection.prepare('SELECT 1 FROM execution_output').all().length > 0);
    // The next start of the program sees the row as the crash left it.
    const next = desk.again();
    next.begin();
    expect(next.get(id)).toMatchObject({
      execution: {
        state: 'unknown',
        exitCode: null,
        summary: expect.stringMatching(/^ended unknown: .*process group \d+/) as string,
      },
      output: 'first words\n',
    });
    const { entries } = desk.incidents.open({ alarmIds: [desk.alarmId] });
    expect(entries.filter(({ kind }) => kind === 'command')).toMatchObject([
      { text: expect.stringContaining('ended unknown') as string, executionId: id },
    ]);
    next.begin();
    expect(next.list(desk.run.id)).toHaveLength(1);
  });

  test('closing Nightdesk ends what runs and keeps how far it came', async () => {
    const desk = await open(steps('echo so far; sleep 300'));
    const { id } = await desk.start();
    await until(() => desk.running.get(id).output !== '');
    await desk.running.close();
    expect(desk.again().get(id)).toMatchObject({
      execution: { state: 'stopped', summary: expect.stringContaining('Nightdesk was closed') },
      output: 'so far\n',
    });
  });

  test('what cannot be started at all says why', async () => {
    const desk = await open(steps('echo x'), {
      running: {
        machine: {
          platform: process.platform,
          environment: { SHELL: '/nowhere/bash', PATH: '/bin' },
          canRun: () => true,
        },
      },
    });
    const { events } = await desk.watch((await desk.start()).id);
    expect(events.at(-1)).toMatchObject({
      execution: { state: 'not_started', summary: expect.stringContaining('does not exist') },
    });
  });
});

describe('a runbook that is edited while it is run', () => {
  const text = (words: string, command: string): string =>
    `# Runbook\n\n1. ${words}\n\n${fence(command).replace(/^/gm, '   ')}\n\n2. Tell support\n`;

  test('keeps its progress, and says which steps are not what they were', async () => {
    const desk = await open(text('Restart the checkout of the shop', 'echo one'));
    const { id } = desk.run;
    const first = () => desk.runbooks.getRun(id).steps[0];
    desk.runbooks.setStep({ runId: id, stepId: first()?.id ?? '', state: 'done' });
    expect(first()).toMatchObject({ state: 'done', isChanged: false });

    desk.write(text('Restart the new checkout of the shop', 'echo two'));
    await desk.runbooks.rescan();
    expect(first()).toMatchObject({ state: 'done', isChanged: true });
    expect(desk.runbooks.getRun(id).steps).toHaveLength(2);

    // Going on does not make it forget; doing the step again does.
    const second = desk.runbooks.getRun(id).steps[1];
    desk.runbooks.setStep({ runId: id, stepId: second?.id ?? '', state: 'skipped' });
    expect(first()).toMatchObject({ state: 'done', isChanged: true });
    desk.runbooks.setStep({ runId: id, stepId: first()?.id ?? '', state: 'open' });
    expect(first()).toMatchObject({ state: 'open', isChanged: false });
    expect(desk.runbooks.getRun(id).steps).toHaveLength(2);
  });
});

test('what was typed for this alarm in another runbook is offered here, with its origin', async () => {
  const desk = await open(
    '# Runbook\n\n1. Look\n\n' + fence('echo <cluster>').replace(/^/gm, '   '),
  );
  const { writeFile } = await import('node:fs/promises');
  await writeFile(
    join(desk.folder, 'Other.md'),
    '# Other\n\n1. Look\n\n' + fence('ls <cluster>').replace(/^/gm, '   '),
  );
  await desk.runbooks.rescan();
  const other = desk.runbooks.list().runbooks.find(({ title }) => title === 'Other');
  const run = desk.runbooks.startRun({
    runbookId: other?.id ?? desk.run.runbook.id,
    anchor: null,
    alarmId: desk.alarmId,
    incidentId: null,
  });
  desk.runbooks.answer({ runId: run.id, answers: { cluster: 'prod-eu' } });
  expect(desk.runbooks.getRun(desk.run.id).steps[0]?.commands[0]?.parts).toContainEqual(
    expect.objectContaining({ value: 'prod-eu', from: 'your answer in “Other”' }),
  );
});
