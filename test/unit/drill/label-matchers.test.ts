import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fingerprint,
  matchesLabel,
  parseFilter,
  type LabelMatcher,
} from '../../../main/drill/label-matchers.ts';

const matcher = (text: string): LabelMatcher => parseFilter(text)!;

describe('matchers', () => {
  test.each([
    ['pod="a"', { pod: 'a' }, true],
    ['pod="a"', { pod: 'ab' }, false],
    ['pod=~"a"', { pod: 'ab' }, false],
    ['pod=~"a.*"', { pod: 'a\nb' }, true],
    ['pod!="a"', {}, true],
    ['pod=""', {}, true],
    ['pod!~".+"', {}, true],
  ])('%s on %o: %s', (text, labels, expected) => {
    expect(matchesLabel(matcher(text), labels)).toBe(expected);
  });

  test('a quoted value comes back as it was, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const quoted = value
          .replaceAll('\\', '\\\\')
          .replaceAll('"', '\\"')
          .replaceAll('\n', '\\n');
        expect(parseFilter(`name="${quoted}"`)?.value).toBe(value);
      }),
    );
  });
});

describe('fingerprints', () => {
  test('are those of the real Alertmanager', () => {
    expect(fingerprint({ alertname: 'A', pod: 'p-1', severity: 'critical' })).toBe(
      '5e2381c4b8e0f45a',
    );
  });

  test('do not depend on the order of the labels, and differ when a label does', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (labels) => {
        const turned = Object.fromEntries(Object.entries(labels).toReversed());
        expect(fingerprint(turned)).toBe(fingerprint(labels));
        expect(fingerprint({ ...labels, extra: 'x', more: '' })).not.toBe(
          fingerprint({ ...labels, extra: '', more: 'x' }),
        );
      }),
    );
  });
});
