import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoginPlace } from '../../../../main/runbooks/web/fetch-page.ts';
import { readMarkdownPage } from '../../../../main/runbooks/web/markdown-page.ts';
import {
  isListed,
  isPrivateAddress,
  isPrivateHost,
  pageAddress,
} from '../../../../main/runbooks/web/page-address.ts';
import { pagePath, pageText, relativePath } from '../../../../main/runbooks/web/page-files.ts';
import { pageLinks } from '../../../../main/runbooks/web/page-links.ts';
import { pagesToAsk, waitAfterFailure } from '../../../../main/runbooks/web/page-schedule.ts';
import {
  pageRequest,
  readApiPage,
  type PageLogin,
} from '../../../../main/runbooks/web/page-sites.ts';
import { hostsOf } from '../../../../main/sources/source-hosts.ts';
import { readFrontMatter } from '../../../../main/runbooks/front-matter.ts';

const url = (text: string): URL => new URL(text);
const never = (): boolean => false;

describe('addresses', () => {
  it.each([
    ['10.1.2.3', true],
    ['172.16.0.1', true],
    ['172.32.0.1', false],
    ['192.168.1.1', true],
    ['127.0.0.1', true],
    ['169.254.169.254', true],
    ['100.64.0.1', true],
    ['0.0.0.0', true],
    ['224.0.0.1', true],
    ['255.255.255.255', true],
    ['198.18.0.1', true],
    ['8.8.8.8', false],
    ['93.184.216.34', false],
    ['::1', true],
    ['::', true],
    ['::ffff:10.0.0.1', true],
    ['::ffff:8.8.8.8', true],
    ['64:ff9b::a00:1', true],
    ['fe80::1%eth0', true],
    ['fc00::1', true],
    ['fd12::1', true],
    ['ff02::1', true],
    ['2001:db8::1', true],
    ['2002:a00:1::', true],
    ['2606:4700::1111', false],
    ['no address', true],
  ])('%s is private: %s', (address, isPrivate) =>
    expect(isPrivateAddress(address)).toBe(isPrivate),
  );

  it.each([
    ['wiki.acme.org', false],
    ['wiki.acme.org.', false],
    ['wiki', true],
    ['localhost', true],
    ['a.localhost', true],
    ['wiki.internal', true],
    ['printer.local', true],
    ['wiki.corp', true],
    ['internal.acme.org', false],
    ['[::1]', true],
    ['8.8.8.8', false],
  ])('%s is inside by its name: %s', (host, isPrivate) =>
    expect(isPrivateHost(host)).toBe(isPrivate),
  );

  it.each([
    ['https://Wiki.acme.org/a#b', 'https://wiki.acme.org/a'],
    ['http://ada:pw@wiki.acme.org/a', 'http://wiki.acme.org/a'],
    [' https://wiki.acme.org ', 'https://wiki.acme.org/'],
    ['ftp://wiki.acme.org', null],
    ['javascript:alert(1)', null],
    ['docs/run.md', null],
    ['https://', null],
    ['https://wiki.acme.org/a b', null],
    ['see https://wiki.acme.org', null],
    [`https://wiki.acme.org/${'a'.repeat(3_000)}`, null],
  ])('%j is asked as %s', (written, asked) =>
    expect(pageAddress(written)?.href ?? null).toBe(asked),
  );

  it('an allowed host is allowed with every port, one with a port only there', () => {
    expect(isListed(url('https://wiki:8443/a'), ['WIKI'])).toBe(true);
    expect(isListed(url('https://wiki:8443/a'), ['wiki:8443'])).toBe(true);
    expect(isListed(url('https://wiki:8444/a'), ['wiki:8443'])).toBe(false);
    expect(isListed(url('https://wiki/a'), ['wiki:443'])).toBe(true);
    expect(isListed(url('http://wiki/a'), ['wiki:443'])).toBe(false);
    expect(isListed(url('https://notwiki/a'), ['wiki'])).toBe(false);
  });

  it('of sources are those that people wrote, with their ports', () => {
    const settings = {
      urls: ['http://am:9093/x', 'nonsense'],
      url: 'https://grafana.acme.org/',
      note: 'http',
      limit: 3,
    };
    const source = {
      id: 'a',
      kind: 'x',
      name: 'x',
      isEnabled: true,
      intervalMs: 1,
      severityMap: {},
      settings,
    };
    expect([...hostsOf([source as never])]).toEqual(['am:9093', 'grafana.acme.org:443']);
  });
});

describe('links of an alarm', () => {
  it('are those under keys that mean something to read', () => {
    expect(
      pageLinks({
        runbookUrl: 'https://w/a',
        annotations: {
          runbook_url: 'https://w/a#x',
          documentation: 'https://w/b',
          dashboard_url: 'https://w/c',
          __dashboard: 'https://w/d',
          Playbook: 'https://w/e',
          summary: 'https://w/no',
          description: 'look at https://w/no',
          runbook: 'docs/relative.md',
          docs: 'javascript:alert(1)',
        },
      }),
    ).toEqual(['https://w/a', 'https://w/b', 'https://w/c', 'https://w/d', 'https://w/e']);
  });

  it('are few', () => {
    const annotations = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [
        `${'_'.repeat(index)}runbook`,
        `https://w/${index}`,
      ]),
    );
    expect(pageLinks({ runbookUrl: null, annotations })).toHaveLength(8);
  });
});

describe('the files of copies', () => {
  it('stand where links and names find them', () => {
    expect(pagePath(url('https://wiki.acme.org/kubernetes/KubePodNotReady/'), never)).toBe(
      'wiki.acme.org/kubernetes/KubePodNotReady.md',
    );
    expect(pagePath(url('https://wiki.acme.org:8443/a/b.html'), never)).toBe(
      'wiki.acme.org_8443/a/b.md',
    );
    expect(pagePath(url('https://wiki.acme.org/'), never)).toBe('wiki.acme.org/index.md');
  });

  it('whatever the address, stay in their folder, in names that every system takes', () => {
    const part = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '%2e%2e',
        '%2F',
        '..%2f..',
        '.hidden',
        'con',
        'NUL.txt',
        '%00',
        'a.',
      ),
      fc.constantFrom('%', '~', '-', '\\', ':', 'x'.repeat(300), 'é', 'node_modules', 'index'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.string(), (parts, query) => {
        const found = URL.parse(`https://wiki.acme.org/${parts.join('/')}?${query}`);
        if (found === null) return;
        for (const isTaken of [never, () => true]) {
          const path = pagePath(found, isTaken);
          expect(path.length).toBeLessThan(1_000);
          for (const part of path.split('/')) {
            // oxlint-disable-next-line no-control-regex -- no name may have them
            expect(part).toMatch(/^[^.\\:*?"<>|\u0000-\u001f][^\\:*?"<>|\u0000-\u001f]*$/u);
            expect(part).not.toMatch(/^(con|prn|aux|nul)(\.|$)/i);
          }
        }
      }),
    );
  });

  it('have a head that nothing of the page can change', () => {
    const odd = fc
      .array(
        fc.oneof(
          fc.constantFrom(
            '"',
            '\n',
            '---',
            '\n---\n',
            'url: "https://evil"',
            '\\',
            '\r',
            '#',
            ': ',
          ),
          fc.string({ unit: 'binary' }),
        ),
      )
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(odd, odd, (title, alert) => {
        const text = pageText({
          title,
          alerts: [alert],
          reviewedOn: null,
          url: 'https://w/a',
          fetchedAt: '2026-11-24T04:00:00.000Z',
          etag: title,
          markdown: 'words\n',
        });
        const { meta, markdown } = readFrontMatter(text);
        expect(meta.urls).toEqual(['https://w/a']);
        expect(markdown.trim()).toBe('words');
      }),
    );
  });

  it('find their images from where they stand', () => {
    expect(relativePath('host/a/b.md', 'host/images/x.png')).toBe('../../host/images/x.png');
  });
});

describe('when pages are asked', () => {
  const page = (name: string, host: string, nextAt: string) => ({ url: name, host, nextAt });
  it('one of a host, the longest due first, few hosts at once', () => {
    const pages = [
      page('a2', 'a', '02'),
      page('a1', 'a', '01'),
      page('b', 'b', '03'),
      page('c', 'c', '00'),
      page('d', 'd', '04'),
      page('later', 'e', '99'),
      page('busy', 'f', '00'),
    ];
    const ask = (running: number) =>
      pagesToAsk(pages, { now: '10', latest: '99', isBusy: (host) => host === 'f', running }).map(
        (one) => one.url,
      );
    expect(ask(0)).toEqual(['c', 'a1', 'b']);
    expect(ask(2)).toEqual(['c']);
    expect(ask(3)).toEqual([]);
  });

  it('waits longer after every failure, and as long as the server says', () => {
    const hour = 3_600_000;
    const wait = (failures: number, after: number | null = null) =>
      waitAfterFailure('away', failures, 12 * hour, after);
    expect([1, 2, 3].map((failures) => wait(failures))).toEqual([300_000, 600_000, 1_200_000]);
    expect(wait(50)).toBe(12 * hour);
    expect(wait(1, 2 * hour)).toBe(2 * hour);
    expect(waitAfterFailure('login', 1, hour, null)).toBe(24 * hour);
    expect(waitAfterFailure('gone', 3, hour, null)).toBe(72 * hour);
  });
});

describe('sites', () => {
  const login: PageLogin = {
    site: { host: 'x', login: 'bearer', user: '', header: '' },
    secret: 's',
  };
  it.each<[string, boolean, string, string]>([
    [
      'https://github.com/acme/ops/blob/main/docs/a.md',
      false,
      'https://raw.githubusercontent.com/acme/ops/main/docs/a.md',
      'markdown',
    ],
    [
      'https://github.com/acme/ops/tree/main/docs',
      false,
      'https://raw.githubusercontent.com/acme/ops/main/docs/README.md',
      'markdown',
    ],
    [
      'https://github.com/acme/ops/wiki/On-call',
      false,
      'https://raw.githubusercontent.com/wiki/acme/ops/On-call.md',
      'markdown',
    ],
    [
      'https://github.com/acme/ops/blob/main/docs/a.md',
      true,
      'https://api.github.com/repos/acme/ops/contents/docs/a.md?ref=main',
      'markdown',
    ],
    [
      'https://git.acme.org/acme/ops/blob/main/a.md',
      true,
      'https://git.acme.org/api/v3/repos/acme/ops/contents/a.md?ref=main',
      'markdown',
    ],
    [
      'https://git.acme.org/acme/ops/blob/main/a.md',
      false,
      'https://git.acme.org/acme/ops/blob/main/a.md',
      'page',
    ],
    [
      'https://gitlab.com/g/sub/p/-/blob/main/a%20b.md',
      false,
      'https://gitlab.com/g/sub/p/-/raw/main/a%20b.md',
      'markdown',
    ],
    [
      'https://gitlab.com/g/sub/p/-/blob/main/a%20b.md',
      true,
      'https://gitlab.com/api/v4/projects/g%2Fsub%2Fp/repository/files/a%20b.md/raw?ref=main',
      'markdown',
    ],
    [
      'https://gitlab.com/g/p/-/wikis/on/call',
      false,
      'https://gitlab.com/api/v4/projects/g%2Fp/wikis/on%2Fcall',
      'gitlab wiki',
    ],
    [
      'https://acme.atlassian.net/wiki/spaces/OPS/pages/12/Disk',
      false,
      'https://acme.atlassian.net/wiki/rest/api/content/12?expand=body.view',
      'confluence',
    ],
    [
      'https://wiki.acme.org/pages/viewpage.action?pageId=12',
      true,
      'https://wiki.acme.org/rest/api/content/12?expand=body.view',
      'confluence',
    ],
    [
      'https://wiki.acme.org/pages/viewpage.action?pageId=../x',
      true,
      'https://wiki.acme.org/pages/viewpage.action?pageId=../x',
      'page',
    ],
    [
      'https://wiki.acme.org/display/OPS/Disk+full',
      true,
      'https://wiki.acme.org/rest/api/content?spaceKey=OPS&title=Disk+full&expand=body.view',
      'confluence search',
    ],
    [
      'https://wiki.acme.org/display/OPS/Disk+full',
      false,
      'https://wiki.acme.org/display/OPS/Disk+full',
      'page',
    ],
  ])('%s (login: %s) is asked for as %s', (page, hasLogin, asked, form) => {
    const request = pageRequest(url(page), hasLogin ? login : null);
    expect([request.url.href, request.form]).toEqual([asked, form]);
  });

  it.each([['null'], ['[]'], ['{}'], ['{"body":3}'], ['nonsense'], ['{"results":[]}']])(
    'an answer like %s is no page',
    (body) => {
      for (const form of ['gitlab wiki', 'confluence', 'confluence search'] as const) {
        expect(readApiPage(form, body)).toBeNull();
      }
    },
  );

  it.each([
    ['https://wiki.acme.org/login?next=/a', true],
    ['https://wiki.acme.org/users/sign_in', true],
    ['https://sso.acme.org/x', true],
    ['https://login.microsoftonline.com/tenant/oauth2', true],
    ['https://acme.okta.com/app', true],
    ['https://wiki.acme.org/a/', false],
    ['https://www.wiki.acme.org/a', false],
    ['https://wiki.acme.org/author/x', false],
  ])('a redirect to %s is a login: %s', (target, isLogin) => {
    expect(isLoginPlace(url(target), url('https://wiki.acme.org/a'))).toBe(isLogin);
  });

  it('a page about logins is none', () => {
    const page = url('https://wiki.acme.org/ops/login/broken');
    expect(isLoginPlace(url('https://wiki.acme.org/ops/login/broken/'), page)).toBe(false);
  });
});

describe('pages in Markdown', () => {
  it('have their links made whole and their images marked, but not in code', () => {
    const page = readMarkdownPage(
      'A [link](b.md "t"), [here](#x), [out](https://o/x), ![i](i.png), ![i](i.png), ![bad](javascript:x)\n\n```sh\n[a](b)\n```\n    [c](d)\n[e](f)\n',
      url('https://raw/x/'),
      url('https://hub/blob/x/'),
    );
    expect(page.markdown).toBe(
      'A [link](https://hub/blob/x/b.md "t"), [here](#x), [out](https://o/x), ![i](nightdesk-image-0), ![i](nightdesk-image-0), bad\n\n```sh\n[a](b)\n```\n    [c](d)\n[e](https://hub/blob/x/f)\n',
    );
    expect(page.images).toEqual(['https://raw/x/i.png']);
  });
});
