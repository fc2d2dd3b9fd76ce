/** The parts of a postmortem in the order in which they are read, and what belongs into each. Pure. */
import type { PostmortemText } from '../../../preload/contract/postmortems.ts';

export type PartName = Exclude<keyof PostmortemText, 'whys'>;

export interface Part {
  readonly name: Exclude<PartName, 'title'>;
  /** As findings name it. */
  readonly label: string;
  readonly hint: string;
}

export const summaryPart: Part = {
  name: 'summary',
  label: 'Summary',
  hint: 'What happened, to whom, for how long, in three sentences.',
};
export const impactPart: Part = {
  name: 'impact',
  label: 'Impact',
  hint: 'Who could not do what? How many?',
};
export const mitigationPart: Part = {
  name: 'mitigation',
  label: 'Mitigation',
  hint: 'What stopped the impact, and what was tried before.',
};
export const afterWhys: readonly Part[] = [
  {
    name: 'contributingFactors',
    label: 'Contributing factors',
    hint: 'What made it more likely, longer or worse, without being the cause.',
  },
  { name: 'wentWell', label: 'What went well', hint: 'What should stay as it is.' },
  { name: 'wentBadly', label: 'What went badly', hint: 'What cost time or made it worse.' },
  {
    name: 'gotLucky',
    label: 'Where we got lucky',
    hint: 'What could as well have gone wrong this time.',
  },
];

export const textParts: readonly Part[] = [summaryPart, impactPart, mitigationPart, ...afterWhys];

/** Where a finding leads: the id of the section on the screen. Times are the incident's. */
export function placeOfFinding(where: string): string {
  if (where === 'Title') return 'part-title';
  if (where === 'Times') return 'part-times';
  if (where === 'Whys') return 'part-whys';
  if (where === 'Actions') return 'part-actions';
  const part = textParts.find(({ label }) => label === where);
  return `part-${part?.name ?? 'title'}`;
}
