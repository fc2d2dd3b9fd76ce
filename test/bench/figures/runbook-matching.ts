/**
 * Matching over synthetic collections: how many runbooks certain matching misses, and that none of it is wrong. A wrong
 * runbook called certain fails the figure, whatever the rest is.
 */
import { createCollection } from '../matching/collection.ts';
import { evaluate, precisionOf, recallOf, type Evaluation } from '../matching/evaluate.ts';
import { loadRunbooks } from '../matching/load.ts';
import type { Figure } from '../figure.ts';

const seeds = Array.from({ length: 12 }, (_, index) => 1_000 + index);

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
const total = (all: readonly Evaluation[], of: (one: Evaluation) => number): number =>
  sum(all.map(of));

export const figure: Figure = {
  title: 'runbooks that certain matching misses, while none that it names is wrong',
  most: 2,
  unit: '%',
  measure() {
    const all: Evaluation[] = [];
    let tookMs = 0;
    for (const seed of seeds) {
      const { files, rules } = createCollection(seed);
      const loaded = loadRunbooks(files);
      try {
        if (loaded.problems.length > 0) throw new Error(`${loaded.problems.length} files unread`);
        const from = performance.now();
        all.push(evaluate(loaded.matcher, rules));
        tookMs += performance.now() - from;
      } finally {
        loaded.close();
      }
    }
    for (const { withLinks, withoutLinks } of all) {
      for (const count of [withLinks, withoutLinks]) {
        const wrong = count.misses.find(({ got }) => got.includes('(certain'));
        if (precisionOf(count) < 1)
          throw new Error(`${wrong?.name ?? 'one'} wanted ${wrong?.wanted} and got ${wrong?.got}`);
      }
    }
    const asked = total(all, ({ suggestions }) => suggestions.asked);
    const rank = total(all, ({ suggestions: one }) => one.reciprocalRank * one.asked) / asked;
    const first = total(all, ({ suggestions }) => suggestions.first) / asked;
    const rules = total(all, (one) => one.rules);
    const hidden =
      total(all, (one) => one.withoutLinks.found) / total(all, (one) => one.withoutLinks.known);
    return Promise.resolve({
      values: all.map(({ withLinks }) => 100 * (1 - recallOf(withLinks))),
      notes: [
        `${seeds.length} collections, ${rules} rules, ${total(all, (one) => one.links)} links, ${total(all, (one) => one.deadLinks.length)} of them dead and ${total(all, (one) => one.missingSections.length)} to sections that do not exist`,
        `certain with links: ${total(all, (one) => one.withLinks.right)} of ${total(all, (one) => one.withLinks.certain)} right (precision 1.0), recall ${(total(all, (one) => one.withLinks.found) / total(all, (one) => one.withLinks.known)).toFixed(4)}`,
        `links hidden: ${total(all, (one) => one.withoutLinks.right)} of ${total(all, (one) => one.withoutLinks.certain)} certain ones right, ${(100 * hidden).toFixed(0)} % found by names alone`,
        `suggestions for the other ${asked}: mean reciprocal rank ${rank.toFixed(3)} (aim 0.8), first ${(100 * first).toFixed(0)} %`,
        `${(tookMs / (2 * rules)).toFixed(2)} ms for each question`,
      ],
    });
  },
};
