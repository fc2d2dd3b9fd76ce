/** The runbooks of the drill, read by the real parser: they must work as a team's own would. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkoutIsDown } from '../../../main/drill/checkout-is-down.ts';
import { isDestructive } from '../../../main/runbooks/destructive.ts';
import { parseLink } from '../../../main/runbooks/links.ts';
import { fillCommand } from '../../../main/runbooks/parameters.ts';
import { parseRunbook } from '../../../main/runbooks/parse.ts';

const folder = fileURLToPath(new URL('../../../main/drill/runbooks/', import.meta.url));
const runbooks = readdirSync(folder).map((path) => ({
  path,
  parsed: parseRunbook(path, readFileSync(`${folder}${path}`, 'utf8')),
}));
const alarm = (name: string) =>
  checkoutIsDown.alarms.find(({ labels }) => labels['alertname'] === name)!;
const bookOf = (name: string) => {
  const target = parseLink(alarm(name).annotations['runbook_url']!)!;
  return runbooks.find(({ path }) => path === `${target.parts[0]}.md`)!.parsed;
};

describe('runbooks of the drill', () => {
  test('every link of an alarm leads to a document, and every anchor to a section', () => {
    for (const { annotations } of checkoutIsDown.alarms) {
      if (annotations['runbook_url'] === undefined) continue;
      const target = parseLink(annotations['runbook_url'])!;
      const found = runbooks.find(({ path }) => path === `${target.parts[0]}.md`);
      expect([annotations['runbook_url'], found?.path]).toEqual([
        annotations['runbook_url'],
        `${target.parts[0]}.md`,
      ]);
      const anchors = found!.parsed.sections.map(({ anchor }) => anchor);
      expect(['', ...anchors]).toContain(target.anchor);
    }
  });

  test('names in the front matter are names of alarms in the script', () => {
    const names = new Set(checkoutIsDown.alarms.map(({ labels }) => labels['alertname']));
    for (const { parsed } of runbooks) {
      expect(parsed.meta.alerts.filter((name) => !names.has(name))).toEqual([]);
      expect(parsed.meta.reviewedOn).toMatch(/^2026-/);
    }
  });

  test('every document has steps, and the first page walks through all phases of the night', () => {
    for (const { path, parsed } of runbooks) {
      expect([path, parsed.steps.length > 2]).toEqual([path, true]);
    }
    const phases = bookOf('CheckoutErrorRateHigh').steps.map(({ phase }) => phase);
    expect([...new Set(phases)]).toEqual(['real', 'how_bad', 'stop_it', 'tell', 'investigate']);
  });

  test('the rollback is filled from the labels, but for the cluster, which is asked', () => {
    const rollback = bookOf('CheckoutErrorRateHigh').steps.find(({ plainText }) =>
      plainText.startsWith('Roll the last release back'),
    )!;
    expect(rollback.expected).toContain('below 1 %');
    const { labels, annotations } = alarm('CheckoutErrorRateHigh');
    const fill = (answers: Record<string, string>): string =>
      fillCommand(rollback.commands[0]!, new Set(), { labels, annotations, answers }).copyText;
    expect(fill({})).toBe(
      'kubectl -n checkout --context <cluster> rollout undo deploy/checkout-api',
    );
    expect(fill({ cluster: 'prod-eu' })).toBe(
      'kubectl -n checkout --context prod-eu rollout undo deploy/checkout-api',
    );
  });

  test('a destructive step is known as such', () => {
    const broad = runbooks.flatMap(({ parsed }) =>
      parsed.steps
        .filter(({ commands }) => commands.some(({ text }) => isDestructive(text)))
        .map(({ plainText }) => plainText),
    );
    expect(broad.join('\n')).toContain('Delete it');
    expect(broad.join('\n')).not.toContain('Roll the last release back');
  });
});
