import { describe, expect, it } from 'vitest';
import { sectionChoices } from '../../../../renderer/features/runbooks/section-choices.ts';

const sections = Array.from({ length: 20_000 }, (_, index) => ({
  anchor: `section-${index}`,
  depth: index % 3 === 0 ? 1 : 2,
  text: `Section ${index} about queues`,
}));

describe('sections to go to', () => {
  it('are found anywhere in a long document', () => {
    expect(sectionChoices(sections, 'QUEUES  15000')).toEqual([
      { value: 'section-15000', label: 'Section 15000 about queues' },
    ]);
    expect(sectionChoices(sections, '19999').map(({ value }) => value)).toEqual(['section-19999']);
    expect(sectionChoices(sections, 'nowhere')).toEqual([]);
  });

  it('are no more than a list can hold', () => {
    expect(sectionChoices(sections, '')).toHaveLength(100);
  });

  it('are called by their anchor where the heading has no text', () => {
    expect(sectionChoices([{ anchor: 'a', depth: 2, text: '' }], '')).toEqual([
      { value: 'a', label: '  a' },
    ]);
  });
});
