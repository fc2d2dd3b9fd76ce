import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceId } from '../../../../preload/contract/common.ts';
import {
  SourceDraft,
  type FormField,
  type Source,
  type SourceKind,
} from '../../../../preload/contract/sources.ts';
import {
  draftBefore,
  draftOf,
  formOf,
  formProblems,
  isNameTaken,
  intervalField,
  isShown,
  keptForm,
  linesOf,
  nameField,
  placeOfProblem,
  type SourceForm,
} from '../../../../renderer/features/sources/source-form.ts';

const field = (
  name: string,
  type: FormField['type'],
  more: Partial<FormField> = {},
): FormField => ({
  name,
  label: name,
  help: '',
  type,
  isRequired: false,
  ...more,
});

const kind: SourceKind = {
  kind: 'alertmanager',
  title: 'Alertmanager',
  description: '',
  fields: [
    field('urls', 'urls', { label: 'Addresses', isRequired: true }),
    field('login', 'choice', { choices: ['none', 'basic'], default: 'none' }),
    field('user', 'text', { default: '', when: { field: 'login', equals: 'basic' } }),
    field('password', 'secret', { isRequired: true, when: { field: 'login', equals: 'basic' } }),
    field('heartbeats', 'lines', { default: ['Watchdog', 'Heartbeat'] }),
    field('days', 'number', { default: 21 }),
    field('isStrict', 'boolean', { default: false }),
  ],
};

const source: Source = {
  id: SourceId.parse('prod'),
  kind: 'alertmanager',
  kindTitle: 'Alertmanager',
  name: 'Production',
  isEnabled: true,
  intervalMs: 30_000,
  settings: { urls: ['https://a:9093', 'https://b:9093'], login: 'basic', user: 'kim', days: 21 },
  secrets: [{ name: 'password', isSet: true, isKept: true }],
  freshness: 'live',
  lastAttemptAt: null,
  lastSuccessAt: null,
  nextAttemptAt: null,
  tookMs: null,
  alarmCount: 0,
  version: null,
  clockSkewMs: null,
  problem: null,
  isStopped: false,
  remarks: [],
};

const typed = (values: SourceForm['values'], form = formOf(kind, null)): SourceForm => ({
  ...form,
  values: { ...form.values, ...values },
});
const complete = typed({ urls: 'https://a:9093' });

describe('a form', () => {
  it('begins with the defaults of its kind, and never holds a secret', () => {
    const form = formOf(kind, null);
    expect(form).toEqual({
      name: 'Alertmanager',
      interval: '15',
      values: {
        urls: '',
        login: 'none',
        user: '',
        heartbeats: 'Watchdog\nHeartbeat',
        days: '21',
        isStrict: false,
      },
    });
  });

  it('begins with what is configured, a list as lines', () => {
    const { name, interval, values } = formOf(kind, source);
    expect([name, interval]).toEqual(['Production', '30']);
    expect(values).toMatchObject({ urls: 'https://a:9093\nhttps://b:9093', user: 'kim' });
  });

  it('shows a field only with the value it depends on', () => {
    const [, , user] = kind.fields;
    expect(isShown(user!, { login: 'none' })).toBe(false);
    expect(isShown(user!, { login: 'basic' })).toBe(true);
  });

  it('sent without a change, changes nothing', () => {
    expect(draftOf(kind, formOf(kind, source), {}, source)).toEqual(draftBefore(source));
  });
});

describe('what is sent', () => {
  it('leaves out defaults, so that the file stays short', () => {
    expect(draftOf(kind, complete, {}, null)).toEqual({
      kind: 'alertmanager',
      name: 'Alertmanager',
      intervalMs: 15_000,
      settings: { urls: ['https://a:9093'] },
      secrets: {},
    });
  });

  it('keeps a default that stood in the file', () => {
    expect(draftOf(kind, formOf(kind, source), {}, source).settings).toHaveProperty('days', 21);
  });

  it('takes a number with a comma, and leaves out an empty one', () => {
    expect(draftOf(kind, typed({ days: '7,5' }), {}, null).settings).toHaveProperty('days', 7.5);
    expect(draftOf(kind, typed({ days: '' }), {}, null).settings).not.toHaveProperty('days');
  });

  it('leaves out what does not show', () => {
    const form = typed({ login: 'none', user: 'kim' }, complete);
    const { settings, secrets } = draftOf(kind, form, { password: 'typed before' }, null);
    expect(settings).toEqual({ urls: ['https://a:9093'] });
    expect(secrets).toEqual({});
  });

  it('still removes a secret that does not show any more', () => {
    const form = typed({ login: 'none' }, formOf(kind, source));
    expect(draftOf(kind, form, { password: '' }, source).secrets).toEqual({ password: '' });
  });

  it('sends a secret exactly as it was typed', () => {
    const form = typed({ login: 'basic' }, complete);
    expect(draftOf(kind, form, { password: ' a b ' }, null).secrets).toEqual({ password: ' a b ' });
  });

  it('is understood by the contract, whatever passed the form', () => {
    const like = (...good: string[]) => fc.oneof(fc.string(), fc.constantFrom(...good));
    const urls = like('https://a:9093', ' http://b \n\n https://c/x ');
    const interval = like('5', '7,5', '15', '3600', '3599.9999');
    fc.assert(
      fc.property(
        like('n\u0000'),
        interval,
        urls,
        like('3', '-1.5'),
        (name, interval, urls, days) => {
          const form: SourceForm = { ...typed({ urls, days }), name, interval };
          if (Object.keys(formProblems(kind, form, {}, null)).length > 0) return;
          expect(SourceDraft.safeParse(draftOf(kind, form, {}, null)).success).toBe(true);
        },
      ),
    );
  });
});

describe('what is wrong', () => {
  const wrong = (form: SourceForm, secrets = {}, of: Source | null = null) =>
    formProblems(kind, form, secrets, of);

  it('is nothing with a name and an address', () => {
    expect(wrong(complete)).toEqual({});
  });

  it.each(['', '  ', 'x'.repeat(201)])('is a name like %j', (name) => {
    expect(Object.keys(wrong({ ...complete, name }))).toEqual([nameField]);
  });

  it.each(['', '4', '3601', 'soon', '1e3', '-15'])('is an interval of %j', (interval) => {
    expect(Object.keys(wrong({ ...complete, interval }))).toEqual([intervalField]);
  });

  it.each([
    '',
    ' \n ',
    'alertmanager:9093',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'https://kim:secret@a',
    'https://a\nnot one',
  ])('is an address like %j', (urls) => {
    expect(Object.keys(wrong(typed({ urls })))).toEqual(['urls']);
  });

  it('names the wrong line, and not all of a huge one', () => {
    expect(
      wrong(typed({ urls: `https://a\n${'x'.repeat(100_000)}` }))['urls']?.length,
    ).toBeLessThan(200);
  });

  it('is a number that is none', () => {
    expect(Object.keys(wrong(typed({ days: '3 weeks' }, complete)))).toEqual(['days']);
  });

  it('is a missing secret, unless one is set and stays', () => {
    const form = typed({ login: 'basic' }, complete);
    expect(Object.keys(wrong(form))).toEqual(['password']);
    expect(wrong(form, { password: 'x' })).toEqual({});
    expect(wrong(formOf(kind, source), {}, source)).toEqual({});
    expect(Object.keys(wrong(formOf(kind, source), { password: '' }, source))).toEqual([
      'password',
    ]);
  });

  it('stands at the field that the core names, and else at the whole form', () => {
    expect(placeOfProblem(kind, 'Addresses: At least one address.')).toEqual({
      field: 'urls',
      text: 'At least one address.',
    });
    expect(placeOfProblem(kind, 'There is no such kind.').field).toBeNull();
  });
});

describe('a name', () => {
  it.each([
    ['Prod', null, true],
    [' prod ', null, true],
    ['prod', 'other', true],
    // Its own name is no other's.
    ['prod', source.id, false],
    ['prod-2', null, false],
  ])('%j of %j is taken: %j', (name, id, isTaken) => {
    expect(isNameTaken(name, id, [{ id: source.id, name: 'prod' }])).toBe(isTaken);
  });
});

describe('a form from before a reload', () => {
  const beginning = formOf(kind, null);

  it('comes back as it was typed', () => {
    const half = { ...typed({ urls: 'https://', days: 'x' }), name: '' };
    expect(keptForm(JSON.stringify(half), beginning)).toEqual(half);
  });

  it('takes nothing that the form does not have, or that is of another type', () => {
    const kept = { name: 4, values: { urls: ['a'], isStrict: 'yes', password: 'p', __proto__: 1 } };
    expect(keptForm(JSON.stringify(kept), beginning)).toEqual(beginning);
  });

  it.each([null, '', '{', '[]', '4', 'null', '{"values":[]}', '{"name":"x"}'])(
    'is not looked for in %j',
    (text) => {
      expect(keptForm(text, beginning)).toBeNull();
    },
  );

  it('never throws, whatever the storage holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const kept = keptForm(text, beginning);
        expect(kept === null || Object.keys(kept.values).length === 6).toBe(true);
      }),
    );
  });
});

it('reads lines without blank ones, from any system', () => {
  expect(linesOf(' a \r\n\r\n b\n\n')).toEqual(['a', 'b']);
});
