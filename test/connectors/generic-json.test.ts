import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SourceSettings } from '../../preload/contract/sources.ts';
import { settingsProblem } from '../../main/sources/form.ts';
import { genericJsonKind } from '../../main/sources/generic-json/connector.ts';
import { startServer, answer, type TestServer } from '../support/upstream-faults.ts';
import { never, open } from '../support/connectors/reading.ts';
import {
  describeConnector,
  type ConnectorCase,
  type Upstream,
} from '../support/connectors/suite.ts';
import {
  pageSize,
  startGenericStandIn,
  token,
  type GenericStandIn,
} from './generic-json/stand-in.ts';

const mapping = {
  items: '$.data.list',
  fields: [
    'id = $.check.id',
    'title = $.name',
    'summary = $.details',
    'status = $.state',
    'severity = $.urgency',
    'startsAt = $.since',
    "label.host = $.tags['the host']",
    'labels = $.tags',
    'url = https://status.example.org/${$.check.id}',
  ],
  statuses: ['red = firing', 'grey = suppressed'],
  severities: ['purple = critical', 'yellow = info'],
  proof: ['$.ok'],
  dataAt: '$.madeAt',
  isEmptyQuiet: true,
};

const one: ConnectorCase = {
  kind: genericJsonKind,
  start: startGenericStandIn,
  settings: ({ url }) => ({
    ...mapping,
    url: `${url}/base/api/alarms?site=a%20b`,
    login: 'bearer',
    paging: 'page',
  }),
  secrets: { token },
  wrongSecrets: { token: 'gj_wrong-ohB0eeng' },
  severities: {
    critical: 'critical',
    Major: 'high',
    warn: 'warning',
    purple: 'critical',
    yellow: 'info',
  },
  unknownSeverity: 'mauve',
  absentSeverity: 'warning',
  paging: {
    alarms: 2 * pageSize + 3,
    isLaterPage: ({ query }) => Number(query.get('page') ?? 1) > 1,
  },
  zones: true,
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'it says that it does not work': (upstream) => {
      upstream.show([]);
      (upstream as GenericStandIn).more = { ok: false };
    },
    'it does not say whether it works': (upstream) => {
      upstream.show([]);
      (upstream as GenericStandIn).more = { ok: undefined };
    },
    'its data does not move any more': (upstream) => {
      upstream.show([]);
      (upstream as GenericStandIn).more = { madeAt: new Date(Date.now() - 600_000).toISOString() };
    },
    'its list is null': (upstream) => {
      (upstream as GenericStandIn).more = { data: { list: null } };
    },
    'its list is missing': (upstream) => {
      (upstream as GenericStandIn).more = { data: {} };
    },
  },
  kept: ['acknowledge', 'silence'],
};

describeConnector(one, ['acknowledge', 'unacknowledge', 'silence', 'extend_silence', 'unsilence']);

describe('generic-json lists', () => {
  let server: TestServer;
  let body: unknown = null;
  let pages:
    | ((query: URLSearchParams) => { body: unknown; headers?: Record<string, string> })
    | null;
  beforeAll(async () => {
    server = await startServer((response, request) => {
      const url = new URL(request.url ?? '/', 'http://x');
      const said = pages?.(url.searchParams) ?? { body };
      answer(JSON.stringify(said.body), { 'content-type': 'application/json', ...said.headers })(
        response,
        request,
      );
    });
  });
  afterAll(() => server.close());

  const pollOnce = async (
    given: unknown,
    settings: SourceSettings = {},
    memory: Readonly<Record<string, unknown>> = {},
  ) => {
    if (typeof given === 'function') pages = given as typeof pages;
    else {
      pages = null;
      body = given;
    }
    const bare: ConnectorCase = {
      ...one,
      settings: () => ({
        url: `${server.url}/list`,
        fields: ['id = $.id', 'title = $.name', 'status = $.state'],
        ...settings,
      }),
      secrets: {},
    };
    const { connector } = open(bare, { url: server.url } as Upstream, { memory });
    try {
      return await connector.poll(never);
    } finally {
      await connector.close();
    }
  };
  const names = (result: Awaited<ReturnType<typeof pollOnce>>): string[] =>
    result.snapshot.alarms.map(({ title }) => title);

  test('an empty list is quiet only for those who said so', async () => {
    const { blind, snapshot } = await pollOnce([]);
    expect(snapshot.isComplete).toBe(false);
    expect(blind?.next).toContain('An empty list means quiet');
    expect((await pollOnce([], { isEmptyQuiet: true })).snapshot.isComplete).toBe(true);
  });

  test('a list in which everything is well is quiet by itself', async () => {
    const { blind, snapshot } = await pollOnce([{ id: 1, name: 'a', state: 'ok' }]);
    expect(blind).toBeNull();
    expect(snapshot).toEqual({ alarms: [], isComplete: true, incompleteReason: null });
  });

  test('a status that nobody knows fires, and is told', async () => {
    const result = await pollOnce([{ id: 1, name: 'a', state: 'simmering' }]);
    expect(result.snapshot.alarms[0]?.status).toBe('firing');
    expect(result.remarks.join()).toContain('simmering');
  });

  test('two items with one id do not hide the one that fires', async () => {
    const result = await pollOnce([
      { id: 1, name: 'well', state: 'ok' },
      { id: 1, name: 'muted', state: 'muted' },
      { id: 1, name: 'bad', state: 'down' },
    ]);
    expect(names(result)).toEqual(['bad']);
    expect(result.remarks.join()).toContain('2 items have the id of another one');
  });

  test('without a start it counts from when it was first seen, also after a restart', async () => {
    const item = [{ id: 1, name: 'a', state: 'down' }];
    const first = await pollOnce(item);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const memory = JSON.parse(JSON.stringify(first.memory)) as Record<string, unknown>;
    const second = await pollOnce(item, {}, memory);
    expect(second.snapshot.alarms[0]?.startsAt).toBe(first.snapshot.alarms[0]?.startsAt);
    const gone = await pollOnce([{ id: 1, name: 'a', state: 'ok' }], {}, memory);
    expect(gone.memory?.['seen']).toEqual({});
  });

  test('a condition whose field vanished hides nothing', async () => {
    const resolved = ['$.until < now', '$.state != down'];
    const items = [
      { id: 1, name: 'no end' },
      { id: 2, name: 'over', until: 1_000 },
    ];
    const fields = ['id = $.id', 'title = $.name'];
    expect(names(await pollOnce(items, { fields, resolved }))).toEqual(['no end']);
  });

  const all = Array.from({ length: 23 }, (_, id) => ({ id, name: `n${id}`, state: 'down' }));
  const pagings: [string, SourceSettings, (query: URLSearchParams) => unknown][] = [
    [
      'by offset',
      { paging: 'offset', pageParameter: 'skip' },
      (query) => {
        const at = Number(query.get('skip'));
        return { body: all.slice(at, at + 10) };
      },
    ],
    [
      'by cursor',
      { paging: 'cursor', items: '$.items', pageParameter: 'after', nextPath: '$.meta.after' },
      (query) => {
        const at = Number(query.get('after') ?? 0);
        const after = at + 10 < all.length ? String(at + 10) : null;
        return { body: { items: all.slice(at, at + 10), meta: { after } } };
      },
    ],
    [
      'by the Link header',
      { paging: 'link' },
      (query) => {
        const at = Number(query.get('at') ?? 0);
        const next = at + 10 < all.length ? `</list?at=${at + 10}>; rel="next"` : '';
        return { body: all.slice(at, at + 10), headers: { link: `</list>; rel="first", ${next}` } };
      },
    ],
    [
      'by an address in the answer, up to the total',
      { paging: 'link', items: '$.items', nextPath: '$.next', totalPath: '$.total' },
      (query) => {
        const at = Number(query.get('at') ?? 0);
        return { body: { items: all.slice(at, at + 10), next: `/list?at=${at + 10}`, total: 23 } };
      },
    ],
  ];
  test.each(pagings)('pages %s are all read', async (_, settings, pages) => {
    const { snapshot } = await pollOnce(pages, settings);
    expect(snapshot.alarms).toHaveLength(23);
    expect(snapshot.isComplete).toBe(true);
  });

  test('an item that fell between two pages, because another one left, is not taken for gone', async () => {
    let list = Array.from({ length: 23 }, (_, id) => ({ id, name: `n${id}`, state: 'down' }));
    let hasLeft = false;
    pages = (query) => {
      const at = Number(query.get('offset'));
      if (at > 0 && hasLeft) list = list.filter(({ id }) => id !== 3);
      return { body: { items: list.slice(at, at + 10), total: list.length } };
    };
    const bare: ConnectorCase = {
      ...one,
      settings: () => ({
        url: `${server.url}/list`,
        items: '$.items',
        totalPath: '$.total',
        paging: 'offset',
        fields: ['id = $.id', 'title = $.name', 'status = $.state'],
      }),
      secrets: {},
    };
    const { connector } = open(bare, { url: server.url } as Upstream);
    try {
      await connector.poll(never);
      hasLeft = true;
      const torn = await connector.poll(never);
      expect(names(torn)).toContain('n10');
      const next = names(await connector.poll(never));
      expect(next).toContain('n10');
      expect(next).toContain('n3');
      expect(names(await connector.poll(never))).not.toContain('n3');
      list = list.filter(({ id }) => id !== 22);
      expect(names(await connector.poll(never))).toContain('n22');
      expect(names(await connector.poll(never))).not.toContain('n22');
    } finally {
      await connector.close();
    }
  });

  test('fewer items than it says are no complete list', async () => {
    const given = { total: 3, list: [{ id: 1, name: 'a', state: 'down' }] };
    const result = await pollOnce(given, { items: '$.list', totalPath: '$.total' });
    expect(result.snapshot.isComplete).toBe(false);
    expect(result.blind?.message).toContain('3 items, but sent 1');
  });

  test.each([
    ['another server', 'https://evil.example.org/list'],
    ['the same page', '/list'],
  ])('a next page at %s is refused', async (_, next) => {
    const given = { list: [], next };
    await expect(
      pollOnce(given, { items: '$.list', paging: 'link', nextPath: '$.next' }),
    ).rejects.toThrow(/next page|page again/);
  });

  test('what a person writes is explained, not accepted in silence', () => {
    const problem = (more: SourceSettings): string | null =>
      settingsProblem(genericJsonKind, {
        url: 'https://x.example.org',
        fields: ['id = $.id', 'title = $.name'],
        ...more,
      });
    expect(problem({})).toBeNull();
    expect(problem({ fields: [] })).toMatch(/^Fields: A line for id is missing/);
    expect(problem({ fields: ['id = id', 'title = $.name'] })).toMatch(/Begin a path with \$/);
    expect(problem({ fields: ['name = $.id'] })).toMatch(/There is no field name/);
    expect(problem({ items: '$..a' })).toMatch(/^Path of the list: A name is missing/);
    expect(problem({ statuses: ['red = burning'] })).toMatch(/burning is none of firing/);
    expect(problem({ severities: ['red'] })).toMatch(/name = value/);
    expect(problem({ resolved: ['$.a ~ b'] })).toMatch(/condition reads like/);
    expect(problem({ headers: ['Authorization: Bearer x'] })).toMatch(/cannot be set here/);
    expect(problem({ headers: ['A: b\r\nC: d'] })).toMatch(/no header may have/);
  });
});
