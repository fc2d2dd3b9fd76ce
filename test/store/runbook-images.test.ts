import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bus } from '../../main/bus.ts';
import { Windows } from '../../main/desk/windows.ts';
import { imageType } from '../../main/runbooks/assets.ts';
import { createRunbookService } from '../../main/runbooks/runbook-service.ts';
import { createRunSecrets } from '../../main/shells/run-secrets.ts';
import { png } from '../support/page-server.ts';
import { standingRunbookSettings } from '../support/runbook-settings.ts';
import { openTestStore, standingClock, temporaryFolder, type TestStore } from '../support/store.ts';

let store: TestStore;
let folder: ReturnType<typeof temporaryFolder>;
let data: ReturnType<typeof temporaryFolder>;
let services: { stop(): Promise<void> }[];
let books: string;

beforeEach(() => {
  store = openTestStore();
  folder = temporaryFolder();
  data = temporaryFolder();
  services = [];
  books = join(folder.path, 'books');
  mkdirSync(join(books, 'ops'), { recursive: true });
});
afterEach(async () => {
  for (const service of services) await service.stop();
  store.close();
  folder.remove();
  data.remove();
});

async function start() {
  const service = createRunbookService({
    db: store.db,
    clock: standingClock('2026-11-24T04:00:00.000Z'),
    bus: new Bus(),
    windows: new Windows(),
    alarms: { get: () => undefined },
    settings: standingRunbookSettings({ runbookFolders: [books] }),
    secrets: createRunSecrets('This is a test.'),
    folder: join(data.path, 'runbooks'),
    shipped: [],
  });
  services.push(service);
  await service.start();
  const [first] = service.list().runbooks;
  if (first === undefined) throw new Error('there is no runbook');
  return { service, show: (path: string) => service.asset(first.id, path) };
}

const dataUrl = `data:image/png;base64,${png.toString('base64')}`;

describe('images beside a runbook', () => {
  test.skipIf(process.platform === 'win32')('that are pipes are not waited for', async () => {
    writeFileSync(join(books, 'ops', 'a.md'), '# A\n![x](b.png)');
    execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', join(books, 'ops', 'b.png')]);
    const { show } = await start();
    expect(await show('b.png')).toMatchObject({ dataUrl: null });
  });

  test('are shown, also when the folder is away', async () => {
    writeFileSync(
      join(books, 'ops', 'a.md'),
      '# A\n![x](<../img/the graph.png>)\n<img src="b.png">',
    );
    mkdirSync(join(books, 'img'));
    writeFileSync(join(books, 'img', 'the graph.png'), png);
    writeFileSync(join(books, 'ops', 'b.png'), png);
    const { service, show } = await start();
    const paths = [
      '../img/the%20graph.png',
      '../img/the graph.png',
      'b.png',
      '/img/the graph.png?raw=1',
      './b.png#x',
    ];
    for (const path of paths) expect(await show(path)).toEqual({ dataUrl, problem: null });
    renameSync(books, `${books}-away`);
    await service.rescan();
    for (const path of paths) expect(await show(path)).toEqual({ dataUrl, problem: null });
    expect(service.list().sources[0]?.problem).toContain('The folder is gone.');
  });

  test('are none when they are something else, too large, elsewhere, or not there', async () => {
    writeFileSync(join(folder.path, 'secret.png'), png);
    writeFileSync(
      join(books, 'ops', 'a.md'),
      '# A\n![](big.png) ![](page.png) ![](link.png) ![](../../secret.png)',
    );
    writeFileSync(join(books, 'ops', 'big.png'), Buffer.concat([png, Buffer.alloc(9_000_000)]));
    writeFileSync(join(books, 'ops', 'page.png'), '<html><script>alert(1)</script></html>');
    symlinkSync(join(folder.path, 'secret.png'), join(books, 'ops', 'link.png'));
    const { show } = await start();
    for (const path of [
      'big.png',
      'page.png',
      'link.png',
      '../../secret.png',
      '../../../../../../etc/passwd',
      '%2e%2e/%2e%2e/secret.png',
      '..\\..\\secret.png',
      join(folder.path, 'secret.png'),
      'none.png',
      '',
      'a\u0000.png',
      'https://example.org/x.png',
      '//example.org/x.png',
      'file:///etc/passwd',
      'data:image/png;base64,AAAA',
      '.',
    ]) {
      expect({ path, ...(await show(path)) }).toEqual({
        path,
        dataUrl: null,
        problem: expect.stringMatching(/^This /) as unknown,
      });
    }
  });

  test('leave with the folder that is taken out', async () => {
    writeFileSync(join(books, 'ops', 'a.md'), '# A\n![](b.png)');
    writeFileSync(join(books, 'ops', 'b.png'), png);
    const { service } = await start();
    await service.library.setFolders([]);
    rmSync(books, { recursive: true });
    await expect
      .poll(async () => {
        mkdirSync(join(books, 'ops'), { recursive: true });
        writeFileSync(join(books, 'ops', 'a.md'), '# A');
        await service.library.setFolders([{ name: books, path: books }]);
        const [again] = service.list().runbooks;
        return again === undefined ? '' : (await service.asset(again.id, 'b.png')).problem;
      })
      .toBe('This image is not in the copy.');
  });
});

describe('what an image is', () => {
  test.each<[string, string | null]>([
    ['<svg xmlns="http://www.w3.org/2000/svg">', 'image/svg+xml'],
    ['\ufeff<?xml version="1.0"?>\n<!-- drawn -->\n<svg>', 'image/svg+xml'],
    ['<html><svg>', null],
    ['<!DOCTYPE html><svg>', null],
    ['GIF89a...', 'image/gif'],
    ['GIF', null],
    ['', null],
    ['RIFF....WEBP', 'image/webp'],
    ['RIFF....WAVE', null],
    ['%PDF-1.7', null],
  ])('%j is %s', (text, type) => expect(imageType(Buffer.from(text))).toBe(type));
});
