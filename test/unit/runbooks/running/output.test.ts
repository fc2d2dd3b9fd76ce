import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createOutput, plainLine, shortened } from '../../../../main/runbooks/running/output.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const limits = { headChars: 200, tailChars: 60 };

function printed(chunks: readonly (string | Uint8Array)[], secrets: readonly string[] = []) {
  const output = createOutput(secrets);
  for (const chunk of chunks) output.take('out', typeof chunk === 'string' ? bytes(chunk) : chunk);
  output.end();
  return output.head + output.rest();
}

describe('what a terminal would obey', () => {
  test.each([
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['true colours', '\u001b[38;2;1;2;3mx\u001b[m', 'x'],
    ['a cleared screen', '\u001b[2J\u001b[Hx', 'x'],
    ['a title', '\u001b]0;owned\u0007x', 'x'],
    ['a link', '\u001b]8;;https://evil.example\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['a string for the device', '\u001bPq#0;2;0;0;0\u001b\\x', 'x'],
    ['a clipboard that is written to', '\u001b]52;c;b3duZWQ=\u0007x', 'x'],
    ['an eight bit sequence', '\u009b31mred', 'red'],
    ['a character set', '\u001b(0x', 'x'],
    ['bold by going back', 'N\u0008NA\u0008A', 'NA'],
  ])('is gone: %s', (_what, text, clean) => expect(plainLine(text)).toBe(clean));

  test('is shown where it is broken, so that it hides nothing', () => {
    expect(plainLine('a\u001b]0;never ended')).toBe('a␛]0;never ended');
    expect(plainLine('a\u0000b\u007fc')).toBe('a␀b␡c');
  });

  test('no text leaves a control character', () => {
    const unit = fc.constantFrom(
      '\u001b',
      '[',
      ']',
      '0',
      ';',
      'm',
      '\u0007',
      '\u009b',
      '\\',
      'P',
      'x',
      '\u0000',
      '\ud800',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 30 }), (text) => {
        return (
          !/\p{Cc}/u.test(plainLine(text).replaceAll('\t', '')) && plainLine(text).isWellFormed()
        );
      }),
    );
    expect(plainLine('')).toBe('');
  });
});

describe('lines', () => {
  test('come whole out of pieces, however these are cut', () => {
    const text = 'größe: 5 €\r\nzwei 😀\ndrei\rvier';
    const all = Buffer.from(text, 'utf8');
    fc.assert(
      fc.property(fc.array(fc.nat({ max: all.length }), { maxLength: 8 }), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), all.length];
        const chunks = places.slice(1).map((end, index) => all.subarray(places[index], end));
        return printed(chunks) === 'größe: 5 €\nzwei 😀\ndrei\nvier\n';
      }),
    );
    expect(printed(['a', 'b\nc'])).toBe('ab\nc\n');
  });

  test('of the two streams are never mixed within one', () => {
    const output = createOutput([]);
    output.take('out', bytes('out '));
    output.take('err', bytes('err '));
    output.take('out', bytes('line\n'));
    output.take('err', bytes('line\n'));
    output.end();
    expect(output.head).toBe('out line\nerr line\n');
  });

  test('that have not ended are shown up to their last space, so that no half secret is', () => {
    const output = createOutput(['my-known-secret']);
    output.take('out', bytes('Password for ada: '));
    expect(output.rest()).toBe('Password for ada: ');
    output.take('out', bytes('my-known-'));
    expect(output.rest()).toBe('Password for ada: ');
    output.take('out', bytes('secret\n'));
    expect(output.head).not.toContain('known');
  });

  test('that never end are cut, and cost no more than their length', () => {
    const text = printed(['x'.repeat(200_000), 'y'.repeat(200_000), '\nend']);
    expect(text.replaceAll('\n', '')).toHaveLength(400_003);
    expect(text.endsWith('end\n')).toBe(true);
  });

  test('hide a secret wherever the pieces are cut', () => {
    const secret = 'token=abcdef0123456789';
    const text = `before ${secret} after\n`;
    fc.assert(
      fc.property(fc.nat({ max: text.length }), (cut) => {
        return !printed([text.slice(0, cut), text.slice(cut)]).includes('abcdef');
      }),
    );
    expect(printed([text])).toBe('before token=[redacted] after\n');
  });
});

describe('a line that never ends', () => {
  test.each([
    ['a secret of this computer', 'my-known-secret-value'],
    ['a password of several words', '"password": "my-known-secret value of words"'],
    ['a token', `eyJhbGciOiJIUzI1NiJ9.my-known-secret${'x'.repeat(3_000)}`],
  ])('is not cut inside of %s', (_what, secret) => {
    for (const before of [65_500, 65_530, 65_536 * 2 - 30]) {
      for (const filling of ['x', 'x y']) {
        const start = filling.repeat(before).slice(0, before);
        const text = `${start} ${secret}${'z'.repeat(90_000)}`;
        expect(printed([text, '\n'], ['my-known-secret-value'])).not.toMatch(/known|secret-v/);
      }
    }
  });
});

test('a secret of several lines is hidden line by line', () => {
  const secret = 'first line of a key\nsecond line of it\nend';
  expect(printed([`${secret}\n`], [secret])).toBe('[redacted]\n[redacted]\nend\n');
});

describe('too much', () => {
  test('keeps the beginning and the end, and says how much is gone', () => {
    const output = createOutput([], limits);
    for (let line = 0; line < 100; line += 1) output.take('out', bytes(`line number ${line}\n`));
    output.end();
    const text = output.head + output.rest();
    expect(output.isCut).toBe(true);
    expect(text.startsWith('line number 0\n')).toBe(true);
    expect(text.endsWith('line number 99\n')).toBe(true);
    expect(text).toMatch(/\n\[[\d,]+ characters were cut out here; what follows is the end\]\n/);
    expect(text.length).toBeLessThan(400);
  });

  test('the head only ever grows, so that what was kept stays right', () => {
    const output = createOutput([], limits);
    let before = '';
    for (let line = 0; line < 50; line += 1) {
      output.take(line % 2 === 0 ? 'out' : 'err', bytes(`some line ${line}\nopen`));
      expect(output.head.startsWith(before)).toBe(true);
      before = output.head;
    }
    expect(before.length).toBeLessThanOrEqual(limits.headChars);
  });
});

describe('for a timeline', () => {
  test('it is the first and the last lines', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    const short = shortened(`${lines.join('\n')}\n`).split('\n');
    expect(short[0]).toBe('line 0');
    expect(short.at(-1)).toBe('line 99');
    expect(short).toContain('[76 lines left out]');
    expect(shortened('one\ntwo\n')).toBe('one\ntwo');
    expect(shortened('')).toBe('');
  });

  test('it is never long, and never cut inside a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 9_000 }), (text) => {
        const short = shortened(text);
        return short.length < 4_200 && short.isWellFormed();
      }),
      { numRuns: 30 },
    );
    expect(shortened('😀'.repeat(9_000)).isWellFormed()).toBe(true);
  });
});

describe('a question', () => {
  test.each(['Password:', 'Really? [y/N]', 'Continue?', 'mysql>', '(yes/no)'])(
    'is shown while it waits: %s',
    (text) => {
      const output = createOutput([]);
      output.take('out', bytes(text));
      expect(output.rest()).toBe(text);
    },
  );

  test('shows no half of a secret', () => {
    const output = createOutput(['hunter22-of-production']);
    output.take('out', bytes('it is hunter22-of-pro'));
    expect(output.rest()).toBe('it is ');
  });

  test.each(['1234', 'a-b', '$^.*', ' x ', '\\'])('hides a short one that was typed: %j', (pin) => {
    const output = createOutput([]);
    output.hide(pin);
    output.take('out', bytes(`PIN: ${pin}\nfrom 912345 on\n`));
    expect(output.head).not.toContain(`PIN: ${pin}`);
    expect(output.head).toContain('from 912345 on');
  });

  test('an empty one hides nothing', () => {
    const output = createOutput([]);
    output.hide('');
    output.take('out', bytes('all of it\n'));
    expect(output.head).toBe('all of it\n');
  });

  test('hides what was typed as a secret from then on', () => {
    const output = createOutput([]);
    output.hide('correct-horse');
    output.take('out', bytes('so correct-horse it is\n'));
    output.take('err', bytes('correct-horse\n'));
    expect(output.head).not.toContain('correct-horse');
    expect(output.head).toContain('so ');
  });
});
