import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSettings, readConfiguration } from '../../../main/settings/configuration.ts';
import { JsonProblem } from '../../../main/settings/json-tree.ts';
import { Settings } from '../../../preload/contract/settings.ts';

const defaults = defaultSettings('ada');
const read = (value: unknown) =>
  readConfiguration(typeof value === 'string' ? value : JSON.stringify(value, null, 2), defaults);

describe('what the configuration file says', () => {
  it('has defaults that the contract accepts, and this computer as its source', () => {
    const { settings, sources, problems } = read({});
    expect(Settings.parse(settings)).toEqual(defaults);
    expect(settings.classBySeverity).toEqual({
      critical: 'page',
      high: 'page',
      warning: 'notice',
      info: 'notice',
    });
    expect(sources.map(({ id, kind }) => [id, kind])).toEqual([['this-computer', 'local']]);
    expect(problems).toEqual([]);
  });

  it('believes an empty list of sources', () => {
    expect(read({ sources: [] }).sources).toEqual([]);
  });

  it.each([
    ['theme', '{\n "theme": "pink",\n "isSoundOn": false\n}', 2],
    ['repeatPageAtMost', '{\n "isSoundOn": false,\n\n "repeatPageAtMost": 1e99\n}', 4],
    ['timeZone', '{\n "timeZone": "Mars/Olympus", "isSoundOn": false}', 2],
    [
      'quietHours.from',
      '{ "isSoundOn": false, "quietHours": {\n "from": "25:00", "to": "08:00" } }',
      2,
    ],
    [
      'classBySeverity.high',
      '{ "isSoundOn": false, "classBySeverity": {\n "high": "scream" } }',
      2,
    ],
    ['classBySeverity.hgih', '{ "isSoundOn": false, "classBySeverity": {\n "hgih": "page" } }', 2],
    ['rules', '{ "isSoundOn": false,\n "rules": "all" }', 2],
    ['person', '{ "isSoundOn": false,\n "person": ["a"] }', 2],
    ['sources', '{ "isSoundOn": false,\n "sources": {} }', 2],
    ['views[1].query', '{ "isSoundOn": false, "views": [\n{ "id": "a", "name": "A" }] }', 2],
  ])('reports %s and keeps the rest', (where, text, line) => {
    const { settings, problems } = read(text);
    expect(settings).toEqual({ ...defaults, isSoundOn: false });
    expect(problems).toMatchObject([{ where, line }]);
  });

  it('keeps the good entries of a list beside a bad one', () => {
    const rule = { query: 'env=dev', class: 'none' };
    const { settings, problems, views } = read({
      rules: [rule, { query: 1, class: 'none' }, rule],
      runbookFolders: ['/a', 7, '/b'],
      views: [
        { id: 'pay', name: 'Payments', query: 'pay' },
        null,
        { id: 'all', name: '', query: '' },
      ],
    });
    expect(settings.rules).toEqual([rule, rule]);
    expect(settings.runbookFolders).toEqual(['/a', '/b']);
    expect(views.map(({ id }) => id)).toEqual(['pay']);
    expect(problems).toHaveLength(4);
  });

  it('keeps the repositories and sites of runbooks that make sense, and fills in the rest of them', () => {
    const { settings, problems } = read({
      runbookSources: [
        { kind: 'git', url: 'https://github.com/acme/runbooks' },
        { kind: 'svn', url: 'https://x' },
        { kind: 'git', url: 'git@h:a/b', branch: 'main', subfolder: 'docs', intervalMs: 5 },
      ],
      runbookWeb: {
        isOn: 'yes',
        hosts: ['wiki.internal', 'a b', 7],
        sites: [
          { host: 'wiki.acme.org', login: 'bearer' },
          { host: 'x', login: 'magic' },
        ],
        more: 1,
      },
    });
    expect(settings.runbookSources).toEqual([
      {
        kind: 'git',
        url: 'https://github.com/acme/runbooks',
        branch: '',
        subfolder: '',
        user: '',
        intervalMs: 600_000,
      },
    ]);
    expect(settings.runbookWeb).toEqual({
      isOn: true,
      refreshEveryMs: 43_200_000,
      hosts: ['wiki.internal'],
      sites: [{ host: 'wiki.acme.org', login: 'bearer', user: '', header: '' }],
    });
    expect(problems.map(({ where }) => where)).toEqual([
      'runbookSources[2].kind',
      'runbookSources[3].intervalMs',
      'runbookWeb.isOn',
      'runbookWeb.hosts[2]',
      'runbookWeb.hosts[3]',
      'runbookWeb.sites[2].login',
    ]);
  });

  it('never drops a source in silence', () => {
    const { sources, problems, lostSources } = read({
      sources: [
        { id: 'prod', kind: 'alertmanager', settings: { urls: ['http://a'], odd: { deep: 1 } } },
        { id: 'Prod 2', kind: 'alertmanager' },
        { id: 'prod', kind: 'alertmanager' },
        { id: 'no-kind', isEnabled: 'maybe', intervalMs: 1 },
        'nonsense',
      ],
    });
    expect(sources.map(({ id, kind, isEnabled }) => [id, kind, isEnabled])).toEqual([
      ['prod', 'alertmanager', true],
      ['no-kind', '', true],
    ]);
    expect(sources[0]?.settings).toEqual({ urls: ['http://a'] });
    expect(lostSources).toBe(3);
    expect(problems.map(({ where }) => where)).toEqual([
      'sources[1].settings.odd',
      'sources[2].id',
      'sources[3].id',
      'sources[4]',
      'sources[4].isEnabled',
      'sources[4].intervalMs',
      'sources[5].id',
    ]);
  });

  it('mentions a name that is there twice', () => {
    expect(read('{\n"theme": "light",\n"theme": "dark"\n}').problems).toMatchObject([
      { line: 3, where: 'theme' },
    ]);
  });

  it.each(['[]', 'null', '"x"', '{', ''])('refuses %j as a whole', (text) => {
    expect(() => read(text)).toThrow(JsonProblem);
  });

  it('gives valid settings for whatever stands in the file', () => {
    const key = fc.constantFrom(...Object.keys(defaults), 'sources', 'views', '__proto__', 'x');
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), (value) => {
        const { settings, sources } = read(value);
        Settings.parse(settings);
        expect(new Set(sources.map(({ id }) => id)).size).toBe(sources.length);
      }),
      { numRuns: 500 },
    );
  });
});
