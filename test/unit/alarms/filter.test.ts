import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter, parseDuration, type QueryContext } from '../../../main/alarms/filter.ts';
import { instant, known, minute, start } from '../../support/alarms.ts';

const alarm = known({
  title: 'Checkout error rate above 5 %',
  summary: '8.4 % of requests fail at 10.0.0.1:9100',
  service: 'checkout-api',
  severity: 'high',
  labels: { alertname: 'ErrorRate', namespace: 'Prod-EU', team: 'payments', pod: '' },
  startsAt: instant(start - 10 * minute),
});
const context: QueryContext = {
  now: () => start,
  sourceName: () => 'Alertmanager prod',
  isBlind: () => true,
  isUnseen: () => true,
  isFlapping: () => true,
  hasRunbook: () => true,
  hasIncident: () => false,
};
const matches = (query: string, change: Partial<typeof alarm> = {}): boolean =>
  compileFilter(query, context).matches({ ...alarm, ...change });

describe('filter', () => {
  it.each([
    ['', true],
    ['   ', true],
    ['checkout', true],
    ['CHECKOUT error', true],
    ['checkout search', false],
    ['payments', true],
    ['team=payments', true],
    ['"error rate"', true],
    ['"rate error"', false],
    ['"error ra', true],
    ['10.0.0.1:9100', true],
    ['-checkout', false],
    ['-search', true],
    ['-"error rate"', false],
    ['8.4 -search', true],
    ['namespace=prod-eu', true],
    ['namespace="prod-eu"', true],
    ['namespace=prod', false],
    ['namespace!=prod', true],
    ['-namespace=prod-eu', false],
    ['missing=', true],
    ['pod=', true],
    ['team=', false],
    ['missing=x', false],
    ['missing!=x', true],
    ['namespace=~prod-.*', true],
    ['namespace=~prod', false],
    ['namespace!~"prod-(eu|us)"', false],
    ['constructor=x', false],
    ['__proto__=', true],
    ['severity>=high', true],
    ['severity>high', false],
    ['severity<critical', true],
    ['severity<=high', true],
    ['severity=HIGH', true],
    ['severity:high', true],
    ['severity!=high', false],
    ['severity>=warning', true],
    ['-severity>=warning', false],
    ['status:firing', true],
    ['status:acknowledged', false],
    ['-status:suppressed', true],
    ['status!=firing', false],
    ['source:alertmanager', true],
    ['source:prod', true],
    ['source=prod', true],
    ['source="Alertmanager prod"', true],
    ['source:pagerduty', false],
    ['source!=prod', false],
    ['service:checkout', true],
    ['service=checkout', false],
    ['service=checkout-api', true],
    ['is:unseen', true],
    ['is:flapping', true],
    ['is:blind', true],
    ['is:unreadable', false],
    ['-is:unreadable', true],
    ['is:unmapped', false],
    ['has:runbook', true],
    ['has:incident', false],
    ['age>5m', true],
    ['age>10m', false],
    ['age>=10m', true],
    ['age<1h30m', true],
    ['a=b=c', false],
  ])('%j: %s', (query, isMatch) => {
    expect(matches(query)).toBe(isMatch);
    expect(compileFilter(query, context).problems).toEqual([]);
  });

  it.each([
    ['severity>=bad', 'A severity is critical, high, warning or info.'],
    ['severity>=', 'severity>= needs a value.'],
    ['status:gone', 'A status is firing, acknowledged, suppressed or resolved.'],
    ['status>firing', 'Use status: or status!=.'],
    ['is:red', 'After is: comes unseen, flapping, unreadable, unmapped or blind.'],
    ['has:cat', 'After has: comes runbook or incident.'],
    ['age>long', 'An age is written like 90s, 10m, 2h or 1h30m.'],
    ['age=5m', 'Use age>, age>=, age< or age<=.'],
    ['team>5', 'Only severity and age can be compared with < and >.'],
    ['team=~(', 'Not a pattern: a ( is not closed.'],
    ['team=~(?=x)', 'Not a pattern: only (…) and (?:…) groups are understood.'],
  ])('says what is wrong with %j, and does not hide anything for it', (token, message) => {
    const query = compileFilter(`${token} checkout`, context);
    expect(query.problems).toEqual([{ token, message }]);
    expect(query.matches(alarm)).toBe(true);
    expect(matches(`${token} search`)).toBe(false);
  });

  it('knows which alarms that are over it asks for', () => {
    const wants = (text: string): unknown => compileFilter(text, context).wants;
    expect(wants('checkout')).toEqual({ resolved: false, unseen: false });
    expect(wants('status:resolved')).toEqual({ resolved: true, unseen: false });
    expect(wants('is:unseen')).toEqual({ resolved: false, unseen: true });
    expect(wants('-status:resolved -is:unseen')).toEqual({ resolved: false, unseen: false });
  });

  it('reads durations', () => {
    expect(['90s', '1h30m', '2d', 'm', '', '1x'].map(parseDuration)).toEqual([
      90_000,
      5_400_000,
      172_800_000,
      null,
      null,
      null,
    ]);
  });

  const piece = fc.constantFrom(
    ...'severity status is has age source label - " = != =~ !~ >= : high firing 10m ( [ \\ * a-b'.split(
      ' ',
    ),
    ' ',
  );
  const anyQuery = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
  );

  it('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(anyQuery, (text) => {
        const query = compileFilter(text, context);
        expect(typeof query.matches(alarm)).toBe('boolean');
        for (const { token, message } of query.problems) expect(token && message).toBeTruthy();
      }),
      { numRuns: 3_000 },
    );
  });

  it('hides exactly what the same token without its minus shows', () => {
    const token = fc.constantFrom(
      'checkout',
      'x',
      'team=payments',
      'severity>high',
      'age<1h',
      'is:blind',
    );
    fc.assert(
      fc.property(token, (text) => {
        expect(matches(`-${text}`)).toBe(!matches(text));
      }),
    );
  });

  it('shows at most what each of its parts shows', () => {
    fc.assert(
      fc.property(anyQuery, anyQuery, (one, other) => {
        // A quote that is still open would swallow the other part.
        fc.pre(!one.includes('"'));
        expect(matches(`${one} ${other}`)).toBe(matches(one) && matches(other));
      }),
      { numRuns: 2_000 },
    );
  });
});
