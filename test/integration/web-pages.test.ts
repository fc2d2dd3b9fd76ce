/** Pages that alarms link to, from real servers: copied with their images, refreshed politely, and hostile ones. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KnownAlarm } from '../../main/alarms/alarm.ts';
import { Bus } from '../../main/bus.ts';
import { Windows } from '../../main/desk/windows.ts';
import { createRunbookService } from '../../main/runbooks/runbook-service.ts';
import type { RunbookSettings } from '../../main/runbooks/runbook-sources.ts';
import { createRunSecrets } from '../../main/shells/run-secrets.ts';
import type { AlarmId, SourceId } from '../../preload/contract/common.ts';
import type { RunbookSource } from '../../preload/contract/runbooks.ts';
import type { RunbookSite, RunbookWeb } from '../../preload/contract/settings.ts';
import { known } from '../support/alarms.ts';
import { png, startPageServer, type PageServer } from '../support/page-server.ts';
import { runbookSettings } from '../support/runbook-settings.ts';
import { openTestStore, standingClock, temporaryFolder, type TestStore } from '../support/store.ts';

const hourMs = 3_600_000;
let clock: ReturnType<typeof standingClock>;
let store: TestStore;
let data: ReturnType<typeof temporaryFolder>;
let server: PageServer;
let ends: (() => Promise<void>)[];

beforeEach(async () => {
  clock = standingClock('2026-11-24T04:00:00.000Z');
  store = openTestStore();
  data = temporaryFolder();
  server = await startPageServer();
  ends = [];
});
afterEach(async () => {
  for (const end of ends.toReversed()) await end();
  await server.close();
  store.close();
  data.remove();
});

/** A service on the same store and folder: a second one is the program after a restart. */
async function start(change: Partial<RunbookWeb> = {}, sourceHosts: readonly string[] = []) {
  let settings: RunbookSettings = runbookSettings({
    runbookWeb: {
      isOn: true,
      refreshEveryMs: 12 * hourMs,
      hosts: [server.host],
      sites: [],
      ...change,
    },
  });
  const bus = new Bus();
  const service = createRunbookService({
    db: store.db,
    clock,
    bus,
    windows: new Windows(),
    alarms: { get: () => undefined },
    settings: {
      current: () => settings,
      update(next) {
        settings = { ...settings, ...next };
        bus.emit('settings.changed', { settings: settings as never, at: clock.now() });
      },
    },
    secrets: createRunSecrets('This is a test.'),
    folder: join(data.path, 'runbooks'),
    shipped: [],
    web: {
      workerFile: fileURLToPath(new URL('../../main/runbooks/web/page-worker.ts', import.meta.url)),
      environment: {},
      restMs: 0,
      sourceHosts: () => sourceHosts,
    },
  });
  ends.push(() => service.stop());
  await service.start();
  const one = (): RunbookSource => {
    const source = service.list().sources.find(({ kind }) => kind === 'web');
    if (source === undefined) throw new Error('there are no web pages');
    return source;
  };
  let number = 0;
  return {
    service,
    one,
    web: () => settings.runbookWeb,
    allow: (hosts: readonly string[]) =>
      service.sources.list() &&
      ((settings = { ...settings, runbookWeb: { ...settings.runbookWeb, hosts: [...hosts] } }),
      bus.emit('settings.changed', { settings: settings as never, at: clock.now() })),
    fire(...links: readonly string[]): void {
      const changes = links.map((link) => ({
        kind: 'fired' as const,
        alarm: known({ title: `Alarm${(number += 1)}`, runbookUrl: link }),
      }));
      store.db.transaction(() =>
        bus.emit('alarms.changed', {
          sourceId: 'prod' as SourceId,
          sourceName: 'Prod',
          changes,
          at: clock.now(),
        }),
      );
    },
    match: (link: string, change: Partial<KnownAlarm> = {}) =>
      service.matchAlarm(known({ id: 1 as AlarmId, title: 'Other', runbookUrl: link, ...change })),
    titles: () => service.list().runbooks.map(({ title }) => title),
    /** Settles when every page was asked and none is under way. */
    async settled(pages = 1): Promise<void> {
      await expect
        .poll(
          () =>
            service.list().sources.find(({ kind }) => kind === 'web')?.isBusy === false && tried(),
          { timeout: 20_000, interval: 20 },
        )
        .toBeGreaterThanOrEqual(pages);
      await service.rescan();
    },
  };
}

const tried = (): number =>
  Number(
    store.connection
      .prepare(
        'SELECT count(*) FROM runbook_page WHERE fetched_at IS NOT NULL OR reason IS NOT NULL',
      )
      .pluck()
      .get(),
  );

const reasons = (): unknown =>
  store.connection.prepare('SELECT reason FROM runbook_page ORDER BY url').pluck().all();

const page = (title: string, text: string): string =>
  `<!doctype html><html><head><title>${title} | Acme</title></head><body><nav>Home About</nav><main><h1>${title}</h1>${text}</main></body></html>`;

describe('pages that alarms link to', () => {
  test('are there before anybody looks: text, images, steps, and found by the link', async () => {
    server.pages.set(
      '/ops/disk-full/',
      page(
        'Disk full',
        '<p>Free some space, see the <a href="../queue">queue</a>.</p><img src="/img/disk.png" alt="graph"><ol><li>Look<pre><code class="language-sh">df -h</code></pre></li></ol><h2 id="why-it-happens">Why</h2><p>Logs.</p>',
      ),
    );
    server.pages.set('/img/disk.png', png);
    const { fire, settled, titles, one, service, match } = await start();
    const link = `${server.url}/ops/disk-full/`;
    fire(`${link}#why-it-happens`);
    await settled();
    expect(titles()).toEqual(['Disk full']);
    expect(one()).toMatchObject({ count: 1, problem: null, copiedAt: '2026-11-24T04:00:00.000Z' });
    const [summary] = service.list().runbooks;
    const runbook = service.get({ id: summary!.id });
    expect(runbook.copyOf).toEqual({
      url: link,
      fetchedAt: '2026-11-24T04:00:00.000Z',
      isStale: false,
      problem: null,
    });
    expect(runbook.markdown).toContain(`[queue](${server.url}/ops/queue)`);
    expect(runbook.markdown).not.toContain('Home About');
    expect(runbook.steps[0]?.commands[0]?.copyText).toBe('df -h');
    const path = /!\[graph\]\(([^)]+)\)/.exec(runbook.markdown)?.[1] ?? '';
    expect((await service.asset(summary!.id, path)).dataUrl).toMatch(/^data:image\/png/);
    expect(service.search({ text: 'free space', limit: 5 }).hits).toHaveLength(1);
    const [first] = match(link).concat();
    expect(first).toMatchObject({ runbookId: summary!.id });
    expect(
      server.asked.every(
        ({ headers }) => headers.cookie === undefined && headers.referer === undefined,
      ),
    ).toBe(true);
  });

  test('are asked again at their time only, by what is known of them, and one at a time', async () => {
    let running = 0;
    let most = 0;
    for (const name of ['a', 'b', 'c']) {
      server.pages.set(`/${name}`, (_request, response) => {
        running += 1;
        most = Math.max(most, running);
        setTimeout(() => {
          running -= 1;
          response.writeHead(200, { 'content-type': 'text/html', etag: `"${name}"` });
          response.end(page(name, `<p>${'the text of a page '.repeat(5)}</p>`));
        }, 30);
      });
    }
    const { fire, settled, service, one } = await start();
    fire(`${server.url}/a`, `${server.url}/b`, `${server.url}/c`);
    await settled(3);
    expect(most).toBe(1);
    server.asked.length = 0;
    clock.move(11 * hourMs);
    fire(`${server.url}/a`);
    await settled(3);
    expect(server.asked).toEqual([]);

    for (const name of ['a', 'b', 'c']) server.pages.set(`/${name}`, { status: 304 });
    const before = service.list().runbooks.map(({ modifiedAt }) => modifiedAt);
    await service.sources.update();
    await expect.poll(() => one().copiedAt).toBe('2026-11-24T15:00:00.000Z');
    await settled(3);
    expect(server.asked.map(({ path, headers }) => [path, headers['if-none-match']])).toEqual([
      ['/a', '"a"'],
      ['/b', '"b"'],
      ['/c', '"c"'],
    ]);
    const after = service.list().runbooks;
    expect(after.map(({ copiedAt }) => copiedAt)).toEqual(
      Array(3).fill('2026-11-24T15:00:00.000Z'),
    );
    expect(after.map(({ modifiedAt }) => modifiedAt)).toEqual(before);
  });

  test('are never shown as live: a page that is gone or away keeps its copy, its date and its reason', async () => {
    server.pages.set('/a', page('A', '<p>What to do when it breaks, in a few words.</p>'));
    const { fire, settled, service, one, titles } = await start();
    fire(`${server.url}/a`);
    await settled();
    clock.move(30 * hourMs);
    server.pages.set('/a', { status: 503, headers: { 'retry-after': '7200' } });
    await service.sources.update();
    await expect.poll(() => one().problem).toContain('could not be reached');
    expect(titles()).toEqual(['A']);
    const [summary] = service.list().runbooks;
    expect(summary?.copiedAt).toBe('2026-11-24T04:00:00.000Z');
    expect(service.get({ id: summary!.id }).copyOf).toMatchObject({
      fetchedAt: '2026-11-24T04:00:00.000Z',
      isStale: true,
      problem: expect.stringContaining('503') as unknown,
    });
    server.pages.delete('/a');
    await service.sources.update();
    await expect.poll(() => one().problem).toContain('leads nowhere');
    expect(titles()).toEqual(['A']);
    const restarted = await start({ isOn: false });
    expect(restarted.titles()).toEqual(['A']);
    expect(restarted.service.get({ id: summary!.id }).copyOf).toMatchObject({ isStale: true });
  });

  test('are no copies while a server says "not changed" to who has none', async () => {
    server.pages.set('/a', { status: 304 });
    const { fire, settled, one } = await start();
    fire(`${server.url}/a`);
    await settled();
    expect(reasons()).toEqual(['away']);
    expect(one()).toMatchObject({ count: 0, copiedAt: null });
    expect(one().freshness).toContain('0 copies of 1 page');
  });

  test('are copied anew when somebody deleted the copy', async () => {
    const text = page('A', '<p>What to do when it breaks, in a few words.</p>');
    server.pages.set('/a', text);
    server.pages.set('/b', text);
    const { fire, settled, service, one, titles } = await start();
    fire(`${server.url}/a`, `${server.url}/b`);
    await settled(2);
    const [summary] = service.list().runbooks;
    rmSync(join(data.path, 'runbooks', 'web', summary!.path));
    await service.rescan();
    expect(titles()).toHaveLength(1);
    clock.move(13 * hourMs);
    await service.sources.update();
    await expect.poll(() => one().copiedAt).toBe('2026-11-24T17:00:00.000Z');
    await settled(2);
    expect(titles()).toEqual(['A', 'A']);
  });

  test('are stale, and asked again, when the clock was wrong and is set back', async () => {
    server.pages.set('/a', page('A', '<p>What to do when it breaks, in a few words.</p>'));
    clock.set('2028-01-01T00:00:00.000Z');
    const { fire, settled, service } = await start();
    fire(`${server.url}/a`);
    await settled();
    const [summary] = service.list().runbooks;
    clock.set('2026-11-24T04:00:00.000Z');
    expect(service.get({ id: summary!.id }).copyOf).toMatchObject({ isStale: true });
    await expect
      .poll(() => service.get({ id: summary!.id }).copyOf?.fetchedAt, { timeout: 5_000 })
      .toBe('2026-11-24T04:00:00.000Z');
  });

  test('are left alone when copies are switched off', async () => {
    server.pages.set('/a', page('A', '<p>What to do when it breaks, in a few words.</p>'));
    const { fire, service } = await start({ isOn: false });
    fire(`${server.url}/a`);
    await service.sources.update();
    expect(tried()).toBe(0);
    expect(server.asked).toEqual([]);
  });
});

test('the commands of a copied page run under its site and first folder, not under those of all pages', async () => {
  for (const place of ['/ops/disk', '/evil/disk']) {
    server.pages.set(
      place,
      page(
        `Disk of ${place}`,
        '<p>Free some space, then look whether it stays free, and tell the team.</p><ol><li>Look<pre><code class="language-sh">df -h</code></pre></li></ol>',
      ),
    );
  }
  const { fire, settled, service } = await start();
  fire(`${server.url}/ops/disk`, `${server.url}/evil/disk`);
  await settled(2);
  expect(reasons()).toEqual([null, null]);
  const names = service.list().runbooks.map(({ id }) => {
    const run = service.startRun({ runbookId: id, anchor: null, alarmId: null, incidentId: null });
    const stepId = run.steps[0]?.id ?? '';
    return service.commandOf({ runId: run.id, stepId, command: 0 }).switchName;
  });
  const site = `Web pages of ${server.host.replace(':', '_')}`;
  expect(names.toSorted()).toEqual([`${site}/evil`, `${site}/ops`]);
});

describe('private addresses', () => {
  test('are asked only where a source is configured or the person allowed it', async () => {
    server.pages.set('/a', page('A', '<p>What to do when it breaks, in a few words.</p>'));
    const { fire, settled, one, service, allow, titles } = await start({ hosts: [] });
    fire(`${server.url}/a`);
    await settled();
    expect(server.asked).toEqual([]);
    expect(one().problem).toContain('on a private network');
    expect(await service.sources.webSites()).toMatchObject([
      { host: server.host, reason: 'private', isAllowed: false, pageCount: 1, copiedCount: 0 },
    ]);
    allow([server.host]);
    await expect.poll(() => titles(), { timeout: 10_000 }).toEqual(['A']);
  });

  test('of a source may be asked, but only at its own port', async () => {
    server.pages.set('/a', page('A', '<p>What to do when it breaks, in a few words.</p>'));
    const other = await startPageServer();
    ends.push(() => other.close());
    const { fire, settled } = await start({ hosts: [] }, [server.host]);
    fire(`${server.url}/a`, `${other.url}/a`);
    await settled(2);
    expect(server.asked).toHaveLength(1);
    expect(other.asked).toEqual([]);
  });

  test.each([
    ['http://localhost:PORT/a'],
    ['http://[::1]:PORT/a'],
    ['http://[::ffff:127.0.0.1]:PORT/a'],
    ['http://2130706433:PORT/a'],
    ['http://0x7f.1:PORT/a'],
    ['http://169.254.169.254/latest/meta-data/'],
    ['http://0.0.0.0:PORT/a'],
    ['http://router/a'],
    ['http://vault.internal/a'],
  ])('%s is not asked', async (link) => {
    const { fire, settled } = await start({ hosts: [] });
    fire(link.replace('PORT', server.url.split(':')[2] ?? ''));
    await settled();
    expect(reasons()).toEqual(['private']);
    expect(server.asked).toEqual([]);
  });

  test('are not reached by a redirect of a page that may be asked', async () => {
    const inner = await startPageServer();
    ends.push(() => inner.close());
    inner.pages.set('/secret', page('Secret', '<p>What nobody outside may read, ever.</p>'));
    server.pages.set('/a', { status: 302, headers: { location: `${inner.url}/secret` } });
    server.pages.set(
      '/b',
      page(
        'B',
        `<p>A page with an image from inside, and words.</p><img src="${inner.url}/secret" alt="inner">`,
      ),
    );
    const { fire, settled } = await start();
    fire(`${server.url}/a`, `${server.url}/b`);
    await settled(2);
    expect(reasons()).toEqual(['private', null]);
    expect(inner.asked).toEqual([]);
  });
});

describe('logins', () => {
  const site = (change: Partial<RunbookSite> = {}): RunbookSite => ({
    host: server.host,
    login: 'bearer',
    user: '',
    header: '',
    ...change,
  });

  test.each<[string, () => void]>([
    ['a refusal', () => server.pages.set('/a', { status: 401 })],
    [
      'a redirect to a login',
      () => {
        server.pages.set('/a', { status: 302, headers: { location: '/users/sign_in?next=/a' } });
        server.pages.set(
          '/users/sign_in?next=/a',
          page('Welcome back', '<p>Please enter who you are and what you want.</p>'),
        );
      },
    ],
    [
      'a login in its place',
      () =>
        server.pages.set(
          '/a',
          page(
            'Sign in',
            '<form>Your name <input name=u><input type="password"></form><p>to go on to the wiki of Acme</p>',
          ),
        ),
    ],
  ])('are asked for when %s answers', async (_what, answer) => {
    answer();
    const { fire, settled, one, titles, service } = await start();
    fire(`${server.url}/a`);
    await settled();
    expect(titles()).toEqual([]);
    expect(one().problem).toBe(`1 page needs a login (${server.host}).`);
    expect(one().next).toContain(server.host);
    expect((await service.sources.webSites())[0]).toMatchObject({ reason: 'login' });
  });

  test.each<[string, Partial<RunbookSite>, string, string]>([
    ['a token', { login: 'bearer' }, 'authorization', 'Bearer s3cret'],
    [
      'a name and a password',
      { login: 'basic', user: 'ada' },
      'authorization',
      `Basic ${Buffer.from('ada:s3cret').toString('base64')}`,
    ],
    ['a header', { login: 'header', header: 'X-Token' }, 'x-token', 's3cret'],
    ['a cookie', { login: 'cookie' }, 'cookie', 's3cret'],
  ])('work by %s, for this site only', async (_what, change, header, value) => {
    const other = await startPageServer();
    ends.push(() => other.close());
    other.pages.set(
      '/elsewhere',
      page('Elsewhere', '<p>A page at another host, with words in it.</p>'),
    );
    other.pages.set('/x.png', png);
    const guarded = (body: string) => (request: IncomingMessage, response: ServerResponse) => {
      const isIn = request.headers[header] === value;
      response.writeHead(isIn ? 200 : 403, { 'content-type': 'text/html' }).end(isIn ? body : '');
    };
    server.pages.set(
      '/a',
      guarded(
        page(
          'A',
          `<p>What only members may read, in some words.</p><img src="${other.url}/x.png" alt="x">`,
        ),
      ),
    );
    server.pages.set('/b', { status: 302, headers: { location: `${other.url}/elsewhere` } });
    const { fire, settled, service, titles } = await start({ hosts: [server.host, other.host] });
    fire(`${server.url}/a`, `${server.url}/b`);
    await settled(2);
    expect(titles()).toEqual(['Elsewhere']);
    await service.sources.saveSite({ site: site(change), secret: 's3cret' });
    await expect.poll(() => titles(), { timeout: 10_000 }).toEqual(['A', 'Elsewhere']);
    await service.sources.update();
    await settled(2);
    expect(other.asked.length).toBeGreaterThan(1);
    expect(JSON.stringify(other.asked)).not.toContain('s3cret');
    expect(JSON.stringify(await service.sources.webSites())).not.toContain('s3cret');
    expect(JSON.stringify(service.list())).not.toContain('s3cret');
  });

  test('open the APIs of an own GitHub, of GitLab and of Confluence', async () => {
    const json = (body: unknown) => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    server.pages.set('/api/v3/repos/acme/ops/contents/docs/Disk.md?ref=main', {
      headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
      body: '---\ntitle: Disk from GitHub\nalerts: [DiskFull]\n---\nWith ![a graph](img/a.png) and a [link](Other.md).\n\n```sh\necho "[x](y)"\n```\n',
    });
    server.pages.set('/api/v3/repos/acme/ops/contents/docs/img/a.png', png);
    server.pages.set(
      '/api/v4/projects/acme%2Fops/wikis/on-call%2Fqueue',
      json({ title: 'Queue in GitLab', content: '# Queue\n\nDrain it.', format: 'markdown' }),
    );
    server.pages.set('/api/v4/projects/acme%2Fops/repository/files/run%2FCache.md/raw?ref=main', {
      headers: { 'content-type': 'text/plain' },
      body: '# Cache in GitLab\n\nFlush it.',
    });
    server.pages.set(
      '/wiki/rest/api/content/4711?expand=body.view',
      json({
        title: 'Login in Confluence',
        body: {
          view: {
            value:
              '<p>Restart <strong>Keycloak</strong>.</p><table><tr><th>Env</th></tr><tr><td>prod</td></tr></table>',
          },
        },
      }),
    );
    server.pages.set(
      '/rest/api/content?spaceKey=OPS&title=Old+page&expand=body.view',
      json({
        results: [
          {
            title: 'Old page',
            body: { view: { value: '<h2>Steps</h2><ol><li>Call Bob</li></ol>' } },
          },
        ],
      }),
    );
    const { fire, settled, service, titles, match } = await start();
    await service.sources.saveSite({ site: site(), secret: 't' });
    fire(
      `${server.url}/acme/ops/blob/main/docs/Disk.md`,
      `${server.url}/acme/ops/-/wikis/on-call/queue`,
      `${server.url}/acme/ops/-/blob/main/run/Cache.md`,
      `${server.url}/wiki/spaces/OPS/pages/4711/Login`,
      `${server.url}/display/OPS/Old+page`,
    );
    await settled(5);
    expect(titles()).toEqual([
      'Cache in GitLab',
      'Disk from GitHub',
      'Login in Confluence',
      'Old page',
      'Queue in GitLab',
    ]);
    const disk = service.list().runbooks.find(({ title }) => title === 'Disk from GitHub');
    const { markdown } = service.get({ id: disk!.id });
    expect(markdown).toContain(`[link](${server.url}/acme/ops/blob/main/docs/Other.md)`);
    expect(markdown).toContain('echo "[x](y)"');
    expect(
      match('', { runbookUrl: null, title: 'DiskFull', labels: { alertname: 'DiskFull' } })[0],
    ).toMatchObject({ runbookId: disk!.id });
    expect(server.asked.every(({ headers }) => headers.authorization === 'Bearer t')).toBe(true);
  });
});

describe('hostile pages', () => {
  const words = '<p>What to do when it breaks, told in a few plain words.</p>';

  test('leave nothing in the copy that could run or call', async () => {
    server.pages.set(
      '/a',
      page(
        'A <script>alert(1)</script>',
        `${words}<script>window.x=1</script><style>@import url(http://evil)</style><img src=x onerror="alert(1)"><svg onload=alert(1)><script>1</script></svg>` +
          '<a href="javascript:alert(1)">one</a> <a href=" java\nscript:alert(1)">two</a> <a href="data:text/html,<script>">three</a> <a href="vbscript:x">four</a>' +
          '<iframe src="http://evil"></iframe><object data="http://evil"></object><form action="http://evil"><input name=a><button>Go</button></form>' +
          '<base href="javascript:alert(1)//"><meta http-equiv="refresh" content="0;url=http://evil"><p onclick="alert(1)" style="background:url(http://evil)">five &lt;script&gt;alert(2)&lt;/script&gt;</p>',
      ),
    );
    const { fire, settled, service } = await start();
    fire(`${server.url}/a`);
    await settled();
    const [summary] = service.list().runbooks;
    const { markdown } = service.get({ id: summary!.id });
    expect(markdown).not.toMatch(
      /javascript:|vbscript:|data:text|evil|onerror|onclick|window\.x|@import/i,
    );
    // What was written as text stays text: the sign that would begin a tag is escaped.
    expect(markdown).not.toMatch(/(?<!\\)<script/);
    for (const word of ['one', 'two', 'three', 'four', 'five']) expect(markdown).toContain(word);
  });

  test('cannot redirect for ever, elsewhere, or to what is no web', async () => {
    server.pages.set('/loop', { status: 302, headers: { location: '/loop' } });
    for (let step = 0; step < 12; step += 1) {
      server.pages.set(`/long${step}`, { status: 302, headers: { location: `/long${step + 1}` } });
    }
    server.pages.set('/file', { status: 302, headers: { location: 'file:///etc/passwd' } });
    server.pages.set('/none', { status: 302 });
    const { fire, settled, titles } = await start();
    fire(...['loop', 'long0', 'file', 'none'].map((path) => `${server.url}/${path}`));
    await settled(4);
    expect(titles()).toEqual([]);
    expect(reasons()).toEqual(['refused', 'refused', 'refused', 'refused']);
    expect(server.asked.length).toBeLessThan(25);
  });

  test('that are huge, endless, packed, deep, empty or no text cost little and change nothing', async () => {
    server.pages.set('/huge', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      const more = (): void => {
        if (!response.destroyed)
          response.write('<p>more and more</p>'.repeat(5_000), () => setImmediate(more));
      };
      more();
    });
    server.pages.set('/bomb', {
      headers: { 'content-type': 'text/html', 'content-encoding': 'gzip' },
      body: gzipSync(Buffer.alloc(60_000_000, 'a')),
    });
    server.pages.set('/deep', `<html><body>${'<div>'.repeat(200_000)}text`);
    server.pages.set(
      '/shell',
      '<html><body><div id="root"></div><script src="/app.js"></script></body></html>',
    );
    server.pages.set('/pdf', {
      headers: { 'content-type': 'application/pdf' },
      body: '%PDF-1.7\u0000\u0001',
    });
    server.pages.set('/zip', {
      headers: { 'content-type': 'text/html' },
      body: Buffer.from([1, 0, 2, 0, 0, 3]),
    });
    server.pages.set('/odd', {
      headers: { 'content-type': 'text/html', 'content-encoding': 'br' },
      body: 'x',
    });
    server.pages.set('/nothing', { headers: { 'content-type': 'text/html' } });
    server.pages.set('/fine', page('Fine', words));
    const { fire, settled, titles } = await start();
    const paths = ['huge', 'bomb', 'deep', 'shell', 'pdf', 'zip', 'odd', 'nothing', 'fine'];
    fire(...paths.map((path) => `${server.url}/${path}`));
    await settled(paths.length);
    expect(titles()).toEqual(['Fine']);
  });

  test('are read in the charset that they have, declare, or neither', async () => {
    const text = 'Straße gefährlich überprüfen: Prüfung der Verfügbarkeit';
    const latin = (head: string): Buffer =>
      Buffer.from(
        `<html><head>${head}<title>x</title></head><body><main><p>${text}</p></main></body></html>`,
        'latin1',
      );
    server.pages.set('/header', {
      headers: { 'content-type': 'text/html; charset=iso-8859-1' },
      body: latin(''),
    });
    server.pages.set('/meta', {
      headers: { 'content-type': 'text/html' },
      body: latin('<meta charset="windows-1252">'),
    });
    server.pages.set('/none', { headers: { 'content-type': 'text/html' }, body: latin('') });
    server.pages.set('/lie', {
      headers: { 'content-type': 'text/html; charset=nonsense-9' },
      body: latin(''),
    });
    server.pages.set('/wide', {
      headers: { 'content-type': 'text/html' },
      body: Buffer.from(`\ufeff<html><body><main><p>${text}</p></main></body></html>`, 'utf16le'),
    });
    const { fire, settled, service } = await start();
    fire(...['header', 'meta', 'none', 'lie', 'wide'].map((path) => `${server.url}/${path}`));
    await settled(5);
    const texts = service.list().runbooks.map(({ id }) => service.get({ id }).markdown.trim());
    expect(texts).toEqual(Array(5).fill(text));
  });

  test('cannot write outside of the folder, nor over each other', async () => {
    const paths = [
      '/a/../../b',
      '/%2e%2e/%2e%2e/etc/x',
      '/..%2f..%2fx',
      '/A',
      '/a',
      '/a?x=1',
      '/a?x=2',
      '/con',
      '/.hidden',
      '/%00',
      `/${'x'.repeat(300)}`,
      '/',
    ];
    for (const path of paths)
      server.pages.set(
        new URL(path, server.url).pathname + new URL(path, server.url).search,
        page(`Page ${path}`, words),
      );
    const { fire, settled, titles } = await start();
    fire(...paths.map((path) => `${server.url}${path}`));
    await settled(paths.length);
    expect(new Set(titles()).size).toBe(paths.length);
    expect(readdirSync(data.path)).toEqual(['runbooks']);
    expect(readdirSync(join(data.path, 'runbooks', 'web'))).toEqual([
      server.host.replace(':', '_'),
    ]);
  });

  test('are certain for the alarms that link to them, whatever else they call themselves', async () => {
    server.pages.set('/kubernetes/checkout-errors.md', {
      headers: { 'content-type': 'text/markdown' },
      body: '---\ntitle: CheckoutErrors\nalerts: [CheckoutErrors]\n---\n# CheckoutErrors\n\n## CheckoutErrors\n\n1. Run this\n',
    });
    const link = `${server.url}/kubernetes/checkout-errors.md`;
    const { fire, settled, match } = await start();
    fire(link);
    await settled();
    expect(match(link, { title: 'Other' })).toMatchObject([{ isCertain: true }]);
    const other = { title: 'CheckoutErrors', labels: { alertname: 'CheckoutErrors' } };
    expect(match('', { ...other, runbookUrl: null })).toMatchObject([{ isCertain: false }]);
    // Another site, of which there is no copy, and the same path.
    const elsewhere = match('https://runbooks.internal/kubernetes/checkout-errors/', other);
    expect(elsewhere).toMatchObject([{ isCertain: false }]);
  });

  test('cannot put their own settings into the head of the copy', async () => {
    server.pages.set('/a', page('A"\nalerts: [Everything]\n---\nx', words));
    server.pages.set('/b.md', {
      headers: { 'content-type': 'text/markdown' },
      body: `---\ntitle: B\nurl: https://bank.example.org/\n---\nwords\n`,
    });
    const { fire, settled, service, match } = await start();
    fire(`${server.url}/a`, `${server.url}/b.md`);
    await settled(2);
    expect(
      match('', {
        runbookUrl: null,
        title: 'Everything',
        labels: { alertname: 'Everything' },
      }).filter(({ isCertain }) => isCertain),
    ).toEqual([]);
    expect(match('https://bank.example.org/').filter(({ isCertain }) => isCertain)).toEqual([]);
    expect(service.list().runbooks).toHaveLength(2);
    const file = readFileSync(
      join(data.path, 'runbooks', 'web', server.host.replace(':', '_'), 'b.md'),
      'utf8',
    );
    expect(file).not.toContain('bank.example.org');
  });
});
