import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runCommand } from '../../../main/custom-actions/run-command.ts';
import { systemClock } from '../../../main/clock.ts';

const run = (text: string, options: { signal?: AbortSignal; timeoutMs?: number } = {}) =>
  runCommand(text, { clock: systemClock, signal: new AbortController().signal, ...options });

/** What has ended but was not fetched by whoever inherited it is not alive any more. */
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
  return !/\) [ZX] /.test(stat);
};

describe.skipIf(process.platform === 'win32')('a command that runs', () => {
  test('shows both streams and how it ended', async () => {
    expect(await run('echo out; echo err >&2; exit 3')).toMatchObject({
      exitCode: 3,
      ended: null,
      output: 'out\nerr\n',
      isCut: false,
    });
  });

  test('that never ends is ended, with all that it started', async () => {
    const result = await run('sleep 100 & echo $!; wait', { timeoutMs: 300 });
    expect(result).toMatchObject({ exitCode: null, ended: 'ended after 0 s' });
    await expect.poll(() => isAlive(Number(result.output))).toBe(false);
  });

  test('is stopped by the person, also one that does not want to', async () => {
    const controller = new AbortController();
    const result = run("trap '' TERM; echo $$; while :; do sleep 0.1; done", {
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 200);
    const { ended, output } = await result;
    expect(ended).toBe('stopped by you');
    await expect.poll(() => isAlive(Number(output))).toBe(false);
  });

  test('that prints without end is cut and still ends by itself', async () => {
    const result = await run('head -c 3000000 /dev/zero | tr "\\0" x; exit 7');
    expect(result).toMatchObject({ exitCode: 7, isCut: true });
    expect(result.output).toHaveLength(200_000);
  });

  test('gets no input to wait for, and its secrets are left out', async () => {
    const { output } = await run('cat; echo "Authorization: Bearer abcdefghijklmnop"');
    expect(output).not.toContain('abcdefghijklmnop');
  });
});
