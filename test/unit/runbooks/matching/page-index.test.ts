import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLink } from '../../../../main/runbooks/links.ts';
import { createPageIndex, type PageRow } from '../../../../main/runbooks/matching/page-index.ts';
import type { RunbookId } from '../../../../preload/contract/common.ts';

const page = (id: number, path: string, change: Partial<PageRow> = {}): PageRow => ({
  id: id as RunbookId,
  folder: '/home/me/acme-runbooks',
  path,
  title: path,
  urls: [],
  services: [],
  ...change,
});

const library = [
  page(1, 'content/runbooks/kubernetes/KubePodNotReady.md'),
  page(2, 'docs/gitaly/README.md'),
  page(3, 'docs/redis/README.md'),
  page(4, 'docs/redis/replica-lag.md'),
  page(5, 'docs/sources/manage/store-runbooks/_index.md'),
  page(6, 'mixin/runbook.md'),
  page(7, 'alerts/a-operator/HighLatency.md'),
  page(8, 'alerts/b-operator/HighLatency.md'),
  page(9, 'etcd.md'),
  page(10, 'wiki/4711.md', {
    urls: ['https://wiki.example.org/pages/viewpage.action?pageId=4711'],
  }),
  page(11, 'moved/new-name.md', { urls: ['/docs/old-name/'] }),
  page(12, 'README.md'),
  page(13, 'docs/redis/Große Störung.md'),
];

const resolve = (link: string, rows = library) => createPageIndex(rows).resolve(link);

test('of two pages that differ in nothing but their case, the one that is written so', () => {
  const twins = [page(1, 'a/QueueDown.md'), page(2, 'a/queueDown.md')];
  const to = (link: string) => resolve(link, twins);
  const base = 'https://github.com/acme/runbooks/blob/main/a/';
  expect(to(`${base}QueueDown.md`)).toEqual({ ids: [1], isCertain: true });
  expect(to(`${base}queueDown.md#why`)).toEqual({ ids: [2], isCertain: true });
  // A site folds the case, and then it could be either.
  expect(to('https://site.example.org/a/queuedown')).toEqual({ ids: [1, 2], isCertain: false });
  // Folders say more than case.
  const others = [page(1, 'x/a/QueueDown.md'), page(2, 'y/a/queueDown.md')];
  expect(resolve('https://site.example.org/a/QueueDown', others).isCertain).toBe(false);
});

describe('a link leads for certain', () => {
  test.each([
    ['https://runbooks.example.org/runbooks/kubernetes/kubepodnotready', 1],
    ['https://runbooks.example.org/runbooks/kubernetes/kubepodnotready/#meaning', 1],
    ['https://RUNBOOKS.example.org/Runbooks/Kubernetes/KubePodNotReady.html?theme=dark', 1],
    ['https://runbooks.example.org/v1.2/runbooks/kubernetes/kube-pod-not-ready', 1],
    ['docs/gitaly/README.md', 2],
    ['./docs/gitaly/README.md', 2],
    ['gitaly/README.md', 2],
    ['docs/gitaly/', 2],
    ['https://git.example.org/acme/runbooks/-/tree/master/docs/gitaly', 2],
    ['https://github.com/acme/runbooks/blob/main/docs/redis/replica-lag.md#why', 4],
    [
      'https://raw.githubusercontent.com/acme/runbooks/refs/heads/main/docs/redis/replica-lag.md',
      4,
    ],
    ['https://git.example.org/acme/runbooks/src/branch/main/docs/redis/replica-lag.md', 4],
    ['https://docs.example.org/docs/store/latest/manage/store-runbooks/#storedown', 5],
    ['https://github.com/acme/tools/tree/feature/x/mixin/runbook.md#alert-name', 6],
    ['alerts/b-operator/highlatency.md', 8],
    ['https://wiki.example.org/runbooks/etcd', 9],
    ['http://WIKI.example.org/pages/viewpage.action?pageId=4711', 10],
    ['https://site.example.org/docs/old-name/', 11],
    ['https://github.com/acme/acme-runbooks/blob/main/README.md', 12],
    ['docs/redis/Gro%C3%9Fe%20St%C3%B6rung.md', 13],
    ['docs\\redis\\replica-lag.md', 4],
  ])('%s', (link, id) => {
    expect(resolve(link)).toEqual({ ids: [id], isCertain: true });
  });
});

describe('a link that leaves a choice, or means something else, is not certain', () => {
  test.each([
    'highlatency',
    'https://wiki.example.org/c-operator/highlatency',
    'https://wiki.example.org/readme',
    'docs/postgres/README.md',
    'https://grafana.example.org/d/abc/replica-lag',
    'https://kubernetes.example.io/concepts/etcd',
    'https://github.com/acme/runbooks',
    'https://github.com/acme/runbooks/blob/main',
    'https://runbooks.example.org/',
    '',
    '#only-an-anchor',
    '%E0%A4%A',
  ])('%s', (link) => {
    expect(resolve(link).isCertain).toBe(false);
  });

  test('two copies of one page are no choice', () => {
    const copy = page(14, 'docs/redis/replica-lag.md', { folder: 'github.com/acme/runbooks#main' });
    expect(resolve('docs/redis/replica-lag.md', [...library, copy])).toEqual({
      ids: [4, 14],
      isCertain: true,
    });
  });

  test('the repository in the link chooses between two sources', () => {
    const other = page(15, 'README.md', { folder: 'git.example.org/acme/tools#main' });
    expect(
      resolve('https://git.example.org/acme/tools/-/blob/main/README.md', [...library, other]),
    ).toEqual({ ids: [15], isCertain: true });
  });
});

describe('a dead link', () => {
  test.each([
    ['alerts/c-operator/HighLatency.md', 7, false],
    ['docs/gitaly/HighLatency.md', 7, true],
    ['https://wiki.example.org/never/written', 7, false],
    ['', 7, false],
  ])('%s against page %i', (link, id, isElsewhere) => {
    expect(createPageIndex(library).contradicts(link, id as RunbookId)).toBe(isElsewhere);
  });
});

test('any text is a link or none, and never throws', () => {
  const index = createPageIndex(library);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      parseLink(text);
      expect(index.resolve(text).ids.length).toBeLessThan(20);
    }),
  );
});
