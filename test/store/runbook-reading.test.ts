/** What becomes of real files in the library: dialects, anchors, links between runbooks, and folders as they really are. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDocumentLinks } from '../../main/runbooks/document-links.ts';
import { createLibrary } from '../../main/runbooks/library.ts';
import { headingOf } from '../../main/runbooks/run-service.ts';
import type { RunbookId } from '../../preload/contract/common.ts';
import { openTestStore, standingClock, temporaryFolder, type TestStore } from '../support/store.ts';

let store: TestStore;
let folder: ReturnType<typeof temporaryFolder>;
let library: ReturnType<typeof createLibrary>;
const clock = standingClock('2026-11-24T04:00:00.000Z');

beforeEach(() => {
  store = openTestStore();
  folder = temporaryFolder();
  library = createLibrary({ db: store.db, clock, onChanged: () => undefined });
});
afterEach(async () => {
  await library.stop();
  store.close();
  folder.remove();
});

const write = (path: string, text: string | Buffer): void => {
  const full = join(folder.path, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
};
const read = async (): Promise<void> => {
  await library.setFolders([{ name: 'team', path: folder.path }]);
};
const idOf = (path: string): RunbookId => {
  const found = library.store.list().find((runbook) => runbook.path === path);
  if (found === undefined) throw new Error(`${path} was not read`);
  return found.id;
};

describe('files as they really are', () => {
  test('every ending of a runbook is read, and nothing else', async () => {
    for (const name of 'a.md b.MARKDOWN c.mdown d.mkd e.adoc f.asciidoc g.html.md.erb h.md.erb'.split(
      ' ',
    ))
      write(name, `Text of ${name}`);
    for (const name of ['x.txt', 'x.erb', 'x.md.bak', '.hidden.md', 'x.adoc.orig', 'md'])
      write(name, 'no');
    await read();
    expect(library.store.list().map(({ title }) => title)).toEqual('a b c d e f g h'.split(' '));
  });

  test('odd bytes are text, and what is none is named', async () => {
    write('utf16be.md', Buffer.from('\ufeff# Sechzehn', 'utf16le').swap16());
    write('latin.adoc', Buffer.from('= Stra\xdfe', 'latin1'));
    write('mark.md', '\ufeff---\r\ntitle: Marked\r\n---\r\ntext\r');
    write('broken.md', Buffer.concat([Buffer.from('# Half '), Buffer.from([0xc3, 0x28])]));
    write('dump.md', Buffer.from([0, 1, 2]));
    await read();
    expect(library.store.list().map(({ title }) => title)).toEqual([
      'Half Ã(',
      'Marked',
      'Sechzehn',
      'Straße',
    ]);
    expect(library.store.folders()[0]?.problem).toBe('dump.md is not text.');
  });

  test('links in circles end, however they are tied', async () => {
    write('a/b/One.md', '# One');
    symlinkSync('..', join(folder.path, 'a/b/up'));
    symlinkSync(folder.path, join(folder.path, 'a/again'));
    symlinkSync('self.md', join(folder.path, 'self.md'));
    symlinkSync('b', join(folder.path, 'a/c'));
    symlinkSync('/nowhere/at/all', join(folder.path, 'gone.md'));
    await read();
    expect(library.store.list().map(({ path }) => path)).toEqual(['a/b/One.md']);
  });

  test('10,000 files are one library', { timeout: 120_000 }, async () => {
    for (let number = 0; number < 10_000; number++)
      write(`s${number % 50}/Alarm${number}Down.md`, `# Alarm ${number}\n\n1. Look at ${number}\n`);
    await read();
    expect(library.store.counts().get('team')).toBe(10_000);
    expect(library.store.folders()[0]?.problem).toBeNull();
    expect(library.store.get(idOf('s49/Alarm9999Down.md'))?.steps[0]?.plainText).toBe(
      'Look at 9999',
    );
  });

  test('one file with hundreds of alarms, of megabytes, is searched and run by section', async () => {
    const alarms = Array.from({ length: 600 }, (_, number) => number);
    write(
      'all.md',
      `# All alarms\n\n${alarms
        .map(
          (number) =>
            `## Service${number}Down\n\n### Meaning\n\n${'It is down. '.repeat(300)}\n\n### Mitigation\n\n1. Restart service ${number}\n`,
        )
        .join('\n')}`,
    );
    await read();
    const found = library.store.get(idOf('all.md'));
    expect(found?.markdown.length).toBeGreaterThan(2_000_000);
    expect(found?.steps).toHaveLength(600);
    const step = found?.steps.find(({ plainText }) => plainText === 'Restart service 433');
    expect(step?.anchors).toEqual(['all-alarms', 'service433down', 'mitigation-433']);
  });
});

describe('places in a document', () => {
  test('are found by what the document calls them', async () => {
    write(
      'a.md',
      `# A\n\n<a name="before-b"></a>\n\n## B {#own-b}\n\n1. Do b\n\n| Alarm | |\n|---|---|\n| <a id="row-1"></a>RowAlarmDown | x |\n\n## C <a id='c-id'></a>\n\n1. Do c\n`,
    );
    await read();
    const id = idOf('a.md');
    const rows = store.connection
      .prepare('SELECT anchor, heading, aliases FROM runbook_section ORDER BY position')
      .all();
    expect(rows).toEqual([
      { anchor: 'a', heading: 'A', aliases: '[]' },
      { anchor: 'b', heading: 'B', aliases: '["before-b","own-b","row-1"]' },
      { anchor: 'c', heading: 'C', aliases: `["c-id"]` },
    ]);
    const heading = headingOf(store.db);
    expect(['b', 'own-b', 'row-1', 'c-id', 'nowhere'].map((anchor) => heading(id, anchor))).toEqual(
      ['B', 'B', 'B', 'C', null],
    );
    expect(library.store.get(id)?.steps.map(({ anchors }) => anchors)).toEqual([
      ['a', 'b', 'before-b', 'own-b', 'row-1'],
      ['a', 'c', 'c-id'],
    ]);
  });
});

describe('links between runbooks', () => {
  beforeEach(async () => {
    write('README.md', '# Home');
    write('pods/KubePodNotReady.md', '# KubePodNotReady\n\n## What it means\n\n## Step 1: look\n');
    write('pods/_index.md', '# Pods');
    write('nodes/Node Down.md', '# Node down');
    write('nodes/KubeNode.adoc', '= KubeNode\n\n[[cause]]\n== Cause & effect\n');
    write('web/Page.md', '---\nurl: https://wiki.example/x/Page\n---\n# Page\n\n## Part\n');
    write('one/README.md', '# One');
    write('two/README.md', '# Two');
    await read();
  });

  const follow = (from: string, link: string): string | null => {
    const links = createDocumentLinks({ db: store.db, revision: library.revision });
    const [found = null] = links.resolve(idOf(from), [link]);
    if (found === null) return null;
    const path = library.store.get(found.runbookId)?.summary.path;
    return `${path}${found.anchor === null ? '' : `#${found.anchor}`}${found.isSectionFound ? '' : ' ?'}`;
  };

  const pod = 'pods/KubePodNotReady.md';
  test.each([
    ['a file beside it', 'pods/_index.md', 'KubePodNotReady.md', pod],
    ['a file above', pod, '../nodes/KubeNode.adoc', 'nodes/KubeNode.adoc'],
    ['in another case, without an ending', 'README.md', 'pods/kubepodnotready', pod],
    ['as a page of a site', 'README.md', '/pods/kubepodnotready/', pod],
    ['a level deeper, as sites are', pod, '../../nodes/kubenode/', 'nodes/KubeNode.adoc'],
    ['a folder', pod, './', 'pods/_index.md'],
    ['a folder by its name', 'README.md', '/pods/', 'pods/_index.md'],
    [
      'below what the library begins at',
      'README.md',
      '/docs/runbooks/pods/KubePodNotReady.md',
      pod,
    ],
    [
      'a path in its repository',
      pod,
      '/acme/ops/-/blob/main/nodes/KubeNode.adoc',
      'nodes/KubeNode.adoc',
    ],
    ['a page of a wiki', 'README.md', 'Node-Down', 'nodes/Node Down.md'],
    ['with spaces', 'README.md', 'nodes/Node%20Down.md', 'nodes/Node Down.md'],
    ['by its name alone', 'README.md', 'KubeNode.html', 'nodes/KubeNode.adoc'],
    ['a section', 'README.md', `${pod}#what-it-means`, `${pod}#what-it-means`],
    ['a section as GitLab calls it', 'README.md', `${pod}#step-1-look`, `${pod}#step-1-look`],
    [
      'a section as another site calls it',
      'README.md',
      `${pod}#Step_1:-look`,
      `${pod}#step-1-look`,
    ],
    ['a place by its own name', pod, '../nodes/KubeNode.adoc#cause', 'nodes/KubeNode.adoc#cause'],
    ['a section that is gone', 'README.md', `${pod}#gone`, `${pod} ?`],
    ['itself', pod, '#what-it-means', `${pod}#what-it-means`],
    ['the top', pod, '#top', pod],
    ['a page that is kept', 'README.md', 'https://wiki.example/x/page#part', 'web/Page.md#part'],
  ])('lead to %s', (_what, from, link, path) => {
    expect(follow(from, link)).toBe(path);
  });

  test.each([
    'missing.md',
    '../../../../etc/passwd',
    'https://elsewhere.example/KubePodNotReady',
    'mailto:a@b.example',
    'javascript:KubePodNotReady.md',
    '//evil.example/KubePodNotReady.md',
    'one/two/three/KubePodNotReady.md',
    '%',
    '',
    '#'.repeat(50),
  ])('lead nowhere from %j, and nowhere wrong', (link) => {
    expect(follow('README.md', link)?.replace(/^README\.md.*$/, '') ?? '').toBe('');
  });
});
