/** Commands of runbooks in a terminal of their own: real programs that ask, and a person who answers. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadTerminals, type Terminals } from '../../main/runbooks/running/terminal.ts';
import type { ExecutionId } from '../../preload/contract/running.ts';
import { openRunningDesk, type RunningDesk } from '../support/running-desk.ts';

// Where the module has no binary (and on Windows) there are none, and nothing to try.
const loaded = await loadTerminals();
const hasBinary = ['linux', 'darwin'].includes(process.platform);

let desks: RunningDesk[] = [];
beforeEach(() => {
  desks = [];
});
afterEach(async () => {
  for (const desk of desks) await desk.close();
});

async function open(command: string, terminals: Terminals | null = loaded): Promise<RunningDesk> {
  const text = command.replace(/^/gm, '   ');
  const desk = await openRunningDesk(`# R\n\n1. Do\n\n   \`\`\`sh\n${text}\n   \`\`\`\n`, {
    running: { terminals },
  });
  desks.push(desk);
  return desk;
}

/** Resolves once this was printed. */
const printed = (desk: RunningDesk, id: ExecutionId, text: string): Promise<void> =>
  vi.waitFor(() => expect(desk.running.get(id).output).toContain(text), {
    timeout: 10_000,
    interval: 20,
  });

describe.runIf(hasBinary)('a terminal', () => {
  test('is what a command runs in, wide enough for tables, and the person knows before', async () => {
    const desk = await open(
      'tty; stty size; test -t 0 && test -t 1 && test -t 2 && echo all; exit 3',
    );
    expect(desk.running.preview(desk.which())).toMatchObject({ hasTerminal: true });
    const { id } = await desk.start();
    const { text } = await desk.watch(id);
    expect(text).toMatch(/^\/dev\/\S+\n50 200\nall\n$/);
    expect(desk.running.get(id).execution).toMatchObject({
      state: 'ended',
      exitCode: 3,
      takesInput: false,
    });
  });

  test('a question is shown while it waits, and what a person types answers it', async () => {
    const desk = await open("printf 'Really? [y/N]'; read answer; echo got $answer");
    const { id, takesInput } = await desk.start();
    expect(takesInput).toBe(true);
    await printed(desk, id, 'Really? [y/N]');
    expect(desk.running.list(desk.run.id)).toMatchObject([{ id, takesInput: true }]);
    desk.running.typeLine(id, 'y', false);
    const { text } = await desk.watch(id);
    expect(text).toBe('Really? [y/N]y\ngot y\n');
  });

  test('the end of the input ends what reads to the end', async () => {
    const desk = await open('cat; echo over');
    const { id } = await desk.start();
    desk.running.typeLine(id, 'one', false);
    await printed(desk, id, 'one\none\n');
    desk.running.typeLine(id, null, false);
    expect((await desk.watch(id)).text).toBe('one\none\nover\n');
  });

  test('a secret that is typed is kept nowhere, even when the command prints it', async () => {
    const desk = await open("printf 'Password: '; read word; echo it was $word, again $word");
    const { id } = await desk.start();
    await printed(desk, id, 'Password:');
    desk.running.typeLine(id, 'correct-horse', true);
    const { text } = await desk.watch(id);
    expect(text).toContain('it was');
    expect(text).not.toContain('correct-horse');
    const kept = JSON.stringify([
      desk.running.get(id),
      desk.store.connection.prepare('SELECT * FROM execution').all(),
    ]);
    expect(kept).toContain('it was');
    expect(kept).not.toContain('correct-horse');
  });

  test('what has ended takes nothing, and says so', async () => {
    const desk = await open('echo short');
    const { id } = await desk.start();
    await desk.watch(id);
    expect(() => desk.running.typeLine(id, 'y', false)).toThrow(/takes no input/);
  });

  test('stopping ends everything in it, also what ignores the polite way', async () => {
    const desk = await open('trap "" TERM HUP; (sleep 300 & echo child $!; wait); sleep 300');
    const { id } = await desk.start();
    await printed(desk, id, 'child');
    const pid = Number(/child (\d+)/.exec(desk.running.get(id).output)?.[1]);
    desk.running.stop(id);
    await desk.watch(id);
    expect(desk.running.get(id).execution).toMatchObject({ state: 'stopped', exitCode: null });
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 5_000 });
  });

  test('loses no output at its end while the core is busy', async () => {
    const desk = await open('seq 1 3000');
    for (let round = 0; round < 2; round += 1) {
      const { id } = await desk.start();
      const ended = desk.watch(id);
      // Longer than the module waits for what is still to be read, again and again.
      for (let times = 0; times < 6; times += 1) {
        const end = performance.now() + 260;
        while (performance.now() < end);
        await new Promise((resolve) => {
          setTimeout(resolve, 1);
        });
      }
      expect((await ended).text).toMatch(/^1\n2\n[^]*\n2999\n3000\n$/);
    }
  });

  test('a shell that ends by a signal says by which', async () => {
    const desk = await open('kill -ALRM $$');
    const { id } = await desk.start();
    await desk.watch(id);
    expect(desk.running.get(id).execution).toMatchObject({
      state: 'ended',
      exitCode: null,
      summary: expect.stringContaining('SIGALRM') as string,
    });
  });
});

describe('without a terminal', () => {
  test('nobody is told that there were one, and commands run all the same', async () => {
    const desk = await open('test -t 0 || echo none', null);
    expect(desk.running.preview(desk.which())).toMatchObject({ hasTerminal: false });
    const { id, takesInput } = await desk.start();
    expect(takesInput).toBe(false);
    expect((await desk.watch(id)).text).toBe('none\n');
  });

  test('a module that is not there, and Windows, are no error', async () => {
    const missing = (): never => {
      throw new Error('no binary for this platform');
    };
    expect(await loadTerminals('linux', missing)).toBeNull();
    expect(await loadTerminals('win32')).toBeNull();
  });

  test('a computer that gives none says so once, and the next command runs without', async () => {
    const terminals = await loadTerminals('linux', async () => ({
      ...(await import('@lydell/node-pty')),
      spawn: () => {
        throw new Error('out of terminals');
      },
    }));
    const desk = await open('echo here', terminals);
    const first = await desk.start();
    await desk.watch(first.id);
    expect(desk.running.get(first.id).execution).toMatchObject({
      state: 'not_started',
      summary: expect.stringContaining('out of terminals') as string,
    });
    expect(desk.running.preview(desk.which())).toMatchObject({ hasTerminal: false });
    const second = await desk.start();
    expect((await desk.watch(second.id)).text).toBe('here\n');
  });
});
