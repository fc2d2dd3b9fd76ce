import { describe, expect, it } from 'vitest';
import {
  defaultsText,
  hoursText,
  minutesText,
  parseCount,
  parseFolders,
  parseHosts,
  parseMinutes,
  parseDefaults,
  parsePerson,
  parseTimeOfDay,
  repeatText,
} from '../../../../renderer/features/settings/parse.ts';
import { keptText } from '../../../../renderer/features/settings/kept-text.ts';
import {
  changeRule,
  moveRule,
  removeRule,
  rowsOf,
} from '../../../../renderer/features/settings/rules.ts';
import { fromZone, toZone, zoneChoices } from '../../../../renderer/features/settings/zones.ts';

describe('a time of day', () => {
  it.each([
    ['22:00', '22:00'],
    ['8', '08:00'],
    [' 8:05 ', '08:05'],
    ['0830', '08:30'],
    ['830', '08:30'],
    ['7.15', '07:15'],
    ['24:00', '00:00'],
    ['0', '00:00'],
  ])('reads %j as %s', (text, value) => {
    expect(parseTimeOfDay(text)).toEqual({ value, problem: null });
  });

  it.each(['', 'ten', '25:00', '24:30', '12:60', '-1', '1:2', '22:00:00'])(
    'asks for another one than %j',
    (text) => {
      expect(parseTimeOfDay(text).problem).toMatch(/like 22:00/);
    },
  );
});

describe('hours', () => {
  it('says how long they are, and that they go over midnight', () => {
    expect(hoursText({ from: '22:00', to: '08:00' })).toBe('10 h, over midnight');
    expect(hoursText({ from: '12:15', to: '13:00' })).toBe('45 min');
    expect(hoursText({ from: '20:30', to: '00:00' })).toBe('3 h 30 min');
  });

  it('has no words for none', () => {
    expect(hoursText({ from: '08:00', to: '08:00' })).toBeNull();
  });
});

describe('numbers', () => {
  const parse = parseMinutes(0.5, 60);

  it('turns minutes into milliseconds and back', () => {
    expect(parse('2')).toEqual({ value: 120_000, problem: null });
    expect(parse(' 0,5 ')).toEqual({ value: 30_000, problem: null });
    expect(minutesText(30_000)).toBe('0.5');
    expect(minutesText(1_800_000)).toBe('30');
    expect(minutesText(100_000)).toBe('1.67');
  });

  it.each(['', '0', '0.4', '61', '-2', 'two', '1e1', 'NaN'])(
    'says what minutes %j may be',
    (text) => {
      expect(parse(text).problem).toMatch(/from 0\.5 to 60/);
    },
  );

  it('counts in whole numbers', () => {
    expect(parseCount(100)('0')).toEqual({ value: 0, problem: null });
    expect(parseCount(100)('100')).toEqual({ value: 100, problem: null });
    for (const text of ['101', '1.5', '', '-1']) {
      expect(parseCount(100)(text).problem).toMatch(/0 to 100/);
    }
  });

  it('says for how long a page is repeated', () => {
    expect(repeatText(120_000, 15)).toMatch(/for 30 min,/);
    expect(repeatText(600_000, 18)).toMatch(/for 3 h,/);
    expect(repeatText(600_000, 20)).toMatch(/for 3 h 20 min,/);
    expect(repeatText(30_000, 1)).toMatch(/for 30 s,/);
    expect(repeatText(120_000, 0)).toMatch(/once and not repeated/);
  });
});

describe('values for placeholders', () => {
  it('are read a line each, and written back the same', () => {
    const text = 'cluster = prod-eu\nquery = a=b';
    const { value } = parseDefaults(`\n${text.replace('cluster = ', ' cluster=')}  \n`) as {
      value: Record<string, string>;
    };
    expect(value).toEqual({ cluster: 'prod-eu', query: 'a=b' });
    expect(defaultsText(value)).toBe(text);
    expect(parseDefaults('')).toEqual({ value: {}, problem: null });
  });

  it.each(['cluster', '= x', 'cluster =', `${'n'.repeat(201)} = x`])('are not made of %s', (text) =>
    expect(parseDefaults(text).problem).toMatch(/Write a name|at most/),
  );
});

describe('texts', () => {
  it('wants a name', () => {
    expect(parsePerson('  Ada  ')).toEqual({ value: 'Ada', problem: null });
    expect(parsePerson('  ').problem).toMatch(/Write a name/);
    expect(parsePerson('a'.repeat(201)).problem).toMatch(/200/);
  });

  it('reads folders, one a line and each once', () => {
    expect(parseFolders(' /wiki \n\nC:\\team\\books\n/wiki\n\\\\server\\share').problem).toBeNull();
    expect(parseFolders(' /wiki \n\nC:\\team\n/wiki')).toEqual({
      value: ['/wiki', 'C:\\team'],
      problem: null,
    });
    expect(parseFolders('')).toEqual({ value: [], problem: null });
  });

  it('says which folder is not whole, and what is too much', () => {
    expect(parseFolders('/wiki\nbooks').problem).toMatch(/“books”/);
    expect(parseFolders(`/${'a'.repeat(4_000)}`).problem).toMatch(/too long/);
    const many = Array.from({ length: 51 }, (_, index) => `/${index}`).join('\n');
    expect(parseFolders(many).problem).toMatch(/at most 50/);
  });
});

describe('hosts', () => {
  it('are taken as people paste them, each once', () => {
    expect(
      parseHosts(' Wiki.example.org \nhttps://wiki.example.org/ops?x\n\n10.0.0.5:8080\n[::1]:80'),
    ).toEqual({ value: ['wiki.example.org', '10.0.0.5:8080', '[::1]:80'], problem: null });
  });

  it.each([['a b'], ['host:port'], ['*'], ['user@host'], ['wiki,other']])('%j is none', (text) => {
    expect(parseHosts(`wiki\n${text}`).problem).toMatch(/as a host/);
  });
});

describe('rules', () => {
  const a = { query: 'a', class: 'page' } as const;
  const b = { query: 'b', class: 'notice' } as const;
  const c = { query: 'c', class: 'none' } as const;
  const rules = [a, b, c];

  it('moves a rule, and leaves it at an end', () => {
    expect(moveRule(rules, b, 1, -1)).toEqual([b, a, c]);
    expect(moveRule(rules, b, 1, 1)).toEqual([a, c, b]);
    expect(moveRule(rules, a, 0, -1)).toEqual(rules);
    expect(moveRule(rules, c, 2, 1)).toEqual(rules);
  });

  it('changes and removes the rule that is meant, wherever it went', () => {
    const moved = [b, a, c];
    expect(changeRule(moved, a, 0, { query: 'x' })).toEqual([b, { query: 'x', class: 'page' }, c]);
    expect(removeRule(moved, b, 1)).toEqual([a, c]);
  });

  it('touches nothing when the rule is gone', () => {
    expect(changeRule([b, c], a, 0, { class: 'none' })).toEqual([b, c]);
    expect(removeRule([b, c], a, 0)).toEqual([b, c]);
    expect(moveRule([b, c], a, 0, 1)).toEqual([b, c]);
  });

  it('takes the one at its place of two that say the same', () => {
    expect(removeRule([a, b, a], a, 2)).toEqual([a, b]);
  });
});

describe('rows of rules', () => {
  const rule = (query: string) => ({ query, class: 'page' }) as const;
  const ids = (rows: ReturnType<typeof rowsOf>): number[] => rows.map(({ id }) => id);
  const first = rowsOf([], ['a', 'b', 'c'].map(rule));

  it('gives each an identity of its own', () => {
    expect(new Set(ids(first)).size).toBe(3);
  });

  it('keeps identities while rules move, change, come and go', () => {
    const [one, two, three] = ids(first);
    expect(ids(rowsOf(first, ['b', 'a', 'c'].map(rule)))).toEqual([two, one, three]);
    expect(ids(rowsOf(first, ['a', 'x', 'c'].map(rule)))).toEqual([one, two, three]);
    expect(ids(rowsOf(first, ['a', 'c'].map(rule)))).toEqual([one, three]);
    const more = ids(rowsOf(first, ['a', 'b', 'c', 'd'].map(rule)));
    expect(more.slice(0, 3)).toEqual([one, two, three]);
    expect(new Set(more).size).toBe(4);
  });

  it('tells apart rules that say the same', () => {
    const rows = rowsOf([], ['a', 'a'].map(rule));
    expect(new Set(ids(rows)).size).toBe(2);
    expect(ids(rowsOf(rows, ['a', 'a'].map(rule)))).toEqual(ids(rows));
  });
});

describe('time zones', () => {
  it('offers that of the computer first, and one that the browser does not know', () => {
    const choices = zoneChoices(
      ['Europe/Berlin', 'America/New_York'],
      'Europe/Nowhere',
      'Asia/Tokyo',
    );
    expect(choices.map(({ label }) => label)).toEqual([
      'This computer’s: Asia/Tokyo',
      'America/New York',
      'Europe/Berlin',
      'Europe/Nowhere',
      'UTC',
    ]);
  });

  it('names no zone twice, and turns choices into settings and back', () => {
    const choices = zoneChoices(['UTC', 'Asia/Tokyo'], 'UTC', '');
    expect(choices.map(({ value }) => value)).toEqual(['own', 'Asia/Tokyo', 'UTC']);
    expect(toZone('own')).toBe('');
    expect(toZone('UTC')).toBe('UTC');
    expect(fromZone('')).toBe('own');
    expect(fromZone('UTC')).toBe('UTC');
  });
});

describe('where a secret goes', () => {
  const powers = {
    keychain: 'real',
    keychainText: 'For this run only.',
    canOpenLinks: true,
    canSaveFiles: true,
    hasTray: false,
    notifier: '',
  } as const;

  it('says keychain only where there is one', () => {
    expect(keptText({ powers })).toBe('Kept in the keychain.');
    expect(keptText({ powers: { ...powers, keychain: 'none' } })).toBe('For this run only.');
  });
});
