import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSlugger } from '../../../preload/anchors.ts';

describe('anchors of sections', () => {
  it.each([
    ['Is it real?', 'is-it-real'],
    ['  Step 1 - look  ', 'step-1---look'],
    ['`kubectl` & friends', 'kubectl--friends'],
    ['Größe_der Platte', 'größe_der-platte'],
  ])('names %j as GitHub does', (heading, anchor) => {
    expect(createSlugger()(heading)).toBe(anchor);
  });

  it('counts headings that are written twice', () => {
    expect(['Check', 'Check', 'Check-1', 'Check'].map(createSlugger())).toEqual([
      'check',
      'check-1',
      'check-1-1',
      'check-2',
    ]);
  });

  it('never gives two sections of one document the same anchor', () => {
    const heading = fc.oneof(fc.constantFrom('a', 'A', 'a-1', 'a-1-1', '?'), fc.string());
    fc.assert(
      fc.property(fc.array(heading, { maxLength: 12 }), (headings) => {
        const anchors = headings.map(createSlugger());
        expect(new Set(anchors).size).toBe(headings.length);
      }),
    );
  });
});
