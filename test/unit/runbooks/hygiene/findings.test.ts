import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hygieneCsv, hygieneMarkdown } from '../../../../main/runbooks/hygiene/export.ts';
import {
  hygieneFindings,
  type AlarmFact,
  type HygieneFacts,
  type LinkFact,
  type RunbookFact,
} from '../../../../main/runbooks/hygiene/findings.ts';
import type { AlarmId, RunbookId } from '../../../../preload/contract/common.ts';

const nowMs = Date.parse('2026-11-24T04:00:00.000Z');

const alarm = (change: Partial<AlarmFact> = {}): AlarmFact => ({
  alarmId: 1 as AlarmId,
  name: 'CheckoutDown',
  pages: 3,
  hasRunbook: true,
  closest: null,
  links: [],
  runbookIds: [],
  ...change,
});
const link = (change: Partial<LinkFact> = {}): LinkFact => ({
  link: 'https://wiki/x',
  runbookId: null,
  isSectionFound: false,
  isSiteKept: true,
  page: null,
  ...change,
});
const runbook = (change: Partial<RunbookFact> = {}): RunbookFact => ({
  id: 7 as RunbookId,
  title: 'Checkout',
  path: 'checkout.md',
  isOwn: true,
  reviewedOn: '2026-11-01',
  changedOn: '2026-11-01T00:00:00.000Z',
  isUsed: true,
  stepCount: 2,
  addedAt: '2026-10-01T00:00:00.000Z',
  problem: null,
  stubLength: null,
  deadLinks: [],
  brokenCommands: [],
  ...change,
});

const findings = (
  alarms: AlarmFact[],
  runbooks: RunbookFact[] = [],
  unread: HygieneFacts['unread'] = [],
) => hygieneFindings({ alarms, runbooks, unread }, { nowMs, unreviewedDays: 180 });
const id = 7 as RunbookId;

describe('what is found', () => {
  test.each<[string, AlarmFact[], RunbookFact[], { kind: string; text: string; next: string }[]]>([
    ['nothing where all is well', [alarm({ runbookIds: [id] })], [runbook()], []],
    ['nothing of what never paged', [alarm({ hasRunbook: false, pages: 0 })], [], []],
    [
      'an alarm that paged without a runbook',
      [alarm({ hasRunbook: false })],
      [],
      [
        {
          kind: 'no_runbook',
          text: 'Paged, and no runbook names it or resembles it.',
          next: 'Write one, with alerts: [CheckoutDown] in its front matter.',
        },
      ],
    ],
    [
      'the closest one',
      [alarm({ hasRunbook: false, closest: 'Checkout (words: checkout)' })],
      [],
      [
        {
          kind: 'no_runbook',
          text: 'Paged, and no runbook names it. The closest is Checkout (words: checkout).',
          next: 'If that is the one, say so at the alarm; otherwise write one.',
        },
      ],
    ],
    [
      'a dead link of several alarms, once',
      [
        alarm({ links: [link()] }),
        alarm({ name: 'B', pages: 9, links: [link()], hasRunbook: false, closest: 'x' }),
      ],
      [],
      [
        {
          kind: 'dead_link',
          text: 'The link of this alarm and 1 other alarm leads to no runbook: https://wiki/x',
          next: 'Write the page, or correct the link in the alarm’s rule.',
        },
        expect.objectContaining({ kind: 'no_runbook' }) as never,
      ],
    ],
    [
      'a link to a site of which nothing is kept',
      [alarm({ links: [link({ isSiteKept: false })] })],
      [],
      [
        {
          kind: 'dead_link',
          text: 'The link of this alarm leads to a site of which nothing is kept here: https://wiki/x',
          next: 'Let web pages be copied in Settings, or add the repository that the site is made from.',
        },
      ],
    ],
    [
      'what the copying said',
      [alarm({ links: [link({ page: { problem: 'It asks for a login.', next: 'Enter one.' } })] })],
      [],
      [
        {
          kind: 'dead_link',
          text: 'The link of this alarm cannot be copied: It asks for a login: https://wiki/x',
          next: 'Enter one.',
        },
      ],
    ],
    [
      'a section that does not exist',
      [alarm({ runbookIds: [id], links: [link({ link: 'checkout.md#gone', runbookId: id })] })],
      [runbook()],
      [
        {
          kind: 'missing_section',
          text: 'The link of this alarm names a section that checkout.md does not have: #gone',
          next: 'Add the section or its anchor to the runbook, or correct the link in the alarm’s rule.',
        },
      ],
    ],
    [
      'an old review',
      [],
      [runbook({ reviewedOn: '2026-05-01' })],
      [
        {
          kind: 'unreviewed',
          text: 'Last reviewed on 2026-05-01, 207 days ago.',
          next: 'Go through it, correct it, and write reviewed: with the day into its front matter.',
        },
      ],
    ],
    [
      'no review, and no change either',
      [],
      [runbook({ reviewedOn: null, changedOn: '2026-05-01T10:00:00.000Z' })],
      [
        {
          kind: 'unreviewed',
          text: 'No review is noted, and it was not changed for 207 days.',
          next: 'Go through it, correct it, and write reviewed: with the day into its front matter.',
        },
      ],
    ],
    [
      'a command that cannot be read',
      [],
      [
        runbook({
          brokenCommands: [
            { step: 2, section: 'Stop it', problem: 'A single quote is never closed' },
            { step: 3, section: null, problem: 'x' },
          ],
        }),
      ],
      [
        {
          kind: 'broken_command',
          text: 'The command of step 2 (Stop it) cannot be read: A single quote is never closed; 1 more like it.',
          next: 'Correct it: as it is, it would fail in the night.',
        },
      ],
    ],
    [
      'one that was never used although its alarms fired',
      [alarm({ runbookIds: [id] })],
      [runbook({ isUsed: false })],
      [
        {
          kind: 'never_used',
          text: 'In the 54 days that it has been in the library, no step of it was done, although its alarms fired. Counted are runbooks with steps, from their 30th day here.',
          next: 'Ask those on call why: it may be wrong, hard to find, or not needed.',
        },
      ],
    ],
    [
      'one that no alarm leads to',
      [],
      [runbook({ isUsed: false })],
      [
        {
          kind: 'never_used',
          text: 'In the 54 days that it has been in the library, no step of it was done, and no alarm of this time leads to it. Counted are runbooks with steps, from their 30th day here.',
          next: 'If it still helps, name its alarms in the front matter; otherwise remove it.',
        },
      ],
    ],
  ])('%s', (_name, alarms, runbooks, expected) => {
    expect(
      findings(alarms, runbooks).map(({ kind, text, next }) => ({ kind, text, next })),
    ).toEqual(expected);
  });

  test.each([
    ['reviewed exactly that long ago', '2026-05-28', 0],
    ['a day longer', '2026-05-27', 1],
    ['in the future', '2030-01-01', 0],
    ['a day that is none', '2026-99-99', 0],
  ])('%s', (_name, reviewedOn, count) => {
    expect(findings([], [runbook({ reviewedOn })])).toHaveLength(count);
  });

  test.each<[string, Partial<RunbookFact>, boolean]>([
    ['on its 30th day', { addedAt: '2026-10-25T04:00:00.000Z' }, true],
    ['before', { addedAt: '2026-10-25T04:00:00.001Z' }, false],
    ['when the clock was wrong', { addedAt: '2030-01-01T00:00:00.000Z' }, false],
    ['from before the day was noted', { addedAt: '' }, true],
    ['without steps', { stepCount: 0 }, false],
    ['that was used', { isUsed: true }, false],
  ])('a runbook is called never used only where it can be: %s', (_name, change, isTold) => {
    const found = findings([], [runbook({ isUsed: false, ...change })]);
    expect(found.map(({ kind }) => kind)).toEqual(isTold ? ['never_used'] : []);
  });

  test.each<[string, Partial<RunbookFact>, { kind: string; text: string }]>([
    [
      'front matter that cannot be read',
      { problem: 'It is no YAML (line 2).' },
      { kind: 'broken_front_matter', text: 'It is no YAML (line 2).' },
    ],
    [
      'a dead link',
      { deadLinks: ['../gone.md'] },
      {
        kind: 'dead_reference',
        text: 'A link or image in it leads to no document and no file: ../gone.md.',
      },
    ],
    [
      'many dead links, not all of them named',
      { deadLinks: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
      {
        kind: 'dead_reference',
        text: '7 links or images in it lead to no document and no file: a, b, c, d, e and 2 more.',
      },
    ],
    ['an empty one', { stepCount: 0, stubLength: 0 }, { kind: 'stub', text: 'It is empty.' }],
    [
      'a stub',
      { stepCount: 0, stubLength: 12 },
      { kind: 'stub', text: 'It has no steps, and only 12 characters of text.' },
    ],
  ])('%s, with the pages of its alarms; of a copy of a web page not', (_name, change, expected) => {
    const led = [alarm({ runbookIds: [id] })];
    const [found, ...more] = findings(led, [runbook(change)]);
    expect(found).toMatchObject({ ...expected, pages: 3, runbookId: id });
    expect(found?.next).not.toBe('');
    expect(more).toEqual([]);
    expect(findings(led, [runbook({ ...change, isOwn: false })])).toEqual([]);
  });

  test('a file that is not read has the pages of its copy, or of the alarms of its name', () => {
    const found = findings(
      [alarm({ runbookIds: [id] }), alarm({ name: 'DiskFull', pages: 9 })],
      [runbook()],
      [
        { path: 'a/checkout.md', reason: 'It is not text.', runbookId: id },
        { path: 'a/disk-full.md', reason: 'It may not be read.', runbookId: null },
        { path: 'a/other.md', reason: 'It may not be read.', runbookId: null },
      ],
    );
    expect(found.map(({ kind, title, pages, text }) => [kind, title, pages, text])).toEqual([
      ['unread', 'disk-full.md', 9, 'It may not be read.'],
      ['unread', 'checkout.md', 3, 'It is not text.'],
      ['unread', 'other.md', 0, 'It may not be read.'],
    ]);
    expect(found[1]?.next).toContain('its last copy is shown');
  });

  test('nobody here can review a copy of a web page', () => {
    expect(findings([], [runbook({ isOwn: false, reviewedOn: '2020-01-01' })])).toEqual([]);
  });
});

describe('the order', () => {
  test('is by the pages that it costs, those of all its alarms together', () => {
    const all = findings(
      [
        alarm({ name: 'A', pages: 2, hasRunbook: false }),
        alarm({ name: 'B', pages: 2, runbookIds: [id] }),
        alarm({ name: 'C', pages: 3, runbookIds: [id] }),
        alarm({ name: 'A', pages: 2, hasRunbook: false }),
      ],
      [runbook({ isUsed: false })],
    );
    expect(all.map(({ kind, title, pages }) => [kind, title, pages])).toEqual([
      ['never_used', 'Checkout', 5],
      ['no_runbook', 'A', 4],
    ]);
  });

  test('never depends on the order of what was read', () => {
    const alarms = ['A', 'B', 'C'].map((name, index) =>
      alarm({ name, pages: index % 2, hasRunbook: false, links: [link({ link: name })] }),
    );
    const runbooks = [1, 2, 3].map((one) =>
      runbook({ id: one as RunbookId, path: `${one}.md`, isUsed: false }),
    );
    const expected = findings(alarms, runbooks);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(alarms, { minLength: 3 }),
        fc.shuffledSubarray(runbooks, { minLength: 3 }),
        (a, b) => {
          expect(findings(a, b)).toEqual(expected);
        },
      ),
    );
  });
});

describe('what leaves', () => {
  const report = {
    checkedOn: '2026-11-24',
    days: 90,
    unreviewedDays: 180,
    findings: findings([
      alarm({ name: '# <b>[x](y)</b> | =1+1', hasRunbook: false, links: [link()] }),
    ]),
  };
  test('Markdown has every kind, and text stays text', () => {
    const { text, fileName } = hygieneMarkdown(report);
    expect(fileName).toBe('runbook-hygiene-2026-11-24.md');
    expect(text).toContain('## Paged without a runbook\n\n- **');
    for (const title of ['Commands that cannot be read', 'Files that are not read', 'Nearly empty'])
      expect(text).toContain(`## ${title}\n\nNone.`);
    expect(text).not.toContain('<b>');
    expect(text).not.toContain('[x](y)');
  });
  test('CSV has a row for each', () => {
    const { text } = hygieneCsv({
      ...report,
      findings: findings([alarm({ name: '=cmd()', hasRunbook: false })]),
    });
    expect(text.split('\r\n')).toHaveLength(3);
    expect(text).toContain("no_runbook,3,'=cmd(),,");
  });
});
