/** A mapping as a person writes it, line by line, and what it is compiled into. Pure. */
import { z } from 'zod';
import type { Severity } from '../../../preload/contract/common.ts';
import { lines } from '../fields.ts';
import { parseCondition, type Condition } from './condition.ts';
import { parsePath, WritingProblem, type Path } from './path.ts';
import { presetNames, presets, type Preset } from './presets.ts';
import {
  commonStatuses,
  parseSeverities,
  parseStatuses,
  splitLine,
  type StatusMeaning,
} from './tables.ts';
import { parseTemplate, type Template } from './template.ts';

const fieldNames = [
  'id',
  'title',
  'summary',
  'status',
  'severity',
  'service',
  'startsAt',
  'url',
  'runbook',
  'ackedBy',
  'labels',
  'annotations',
  'same',
] as const;
export type FieldName = (typeof fieldNames)[number];

export interface Rules {
  readonly items: Path;
  /** Several for one field: the first that gives something counts. */
  readonly fields: ReadonlyMap<FieldName, readonly Template[]>;
  readonly labels: ReadonlyMap<string, readonly Template[]>;
  readonly annotations: ReadonlyMap<string, readonly Template[]>;
  readonly statuses: ReadonlyMap<string, StatusMeaning>;
  /** By the word in lower case. */
  readonly severities: Readonly<Record<string, Severity>>;
  readonly resolved: readonly Condition[];
  readonly acknowledged: readonly Condition[];
  readonly suppressed: readonly Condition[];
  readonly proof: readonly Condition[];
  readonly dataAt: Template | null;
  readonly maxDataAgeMs: number;
  readonly isEmptyQuiet: boolean;
}

interface FieldLines {
  readonly fields: Map<FieldName, Template[]>;
  readonly labels: Map<string, Template[]>;
  readonly annotations: Map<string, Template[]>;
}

const append = <Key>(map: Map<Key, Template[]>, key: Key, template: Template): void => {
  map.set(key, [...(map.get(key) ?? []), template]);
};

/** @throws WritingProblem */
function parseFields(given: readonly string[]): FieldLines {
  const parsed: FieldLines = { fields: new Map(), labels: new Map(), annotations: new Map() };
  for (const line of given) {
    const { left, right } = splitLine(line);
    const template = parseTemplate(right);
    const named = /^(label|annotation)\.(.+)$/.exec(left);
    if (named !== null) {
      append(named[1] === 'label' ? parsed.labels : parsed.annotations, named[2] ?? '', template);
      continue;
    }
    const name = fieldNames.find((one) => one === left);
    if (name === undefined) {
      throw new WritingProblem(
        `There is no field ${left.slice(0, 40)}. There are ${fieldNames.join(', ')}, label.… and annotation.…`,
      );
    }
    append(parsed.fields, name, template);
  }
  return parsed;
}

/** A refinement that says what cannot be understood, in the words of the parser. */
export const understood =
  <Given>(parse: (given: Given) => unknown) =>
  (given: Given, context: z.RefinementCtx): void => {
    try {
      parse(given);
    } catch (error) {
      if (!(error instanceof WritingProblem)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  };

const conditions = (given: readonly string[]): Condition[] => given.map(parseCondition);
const conditionLines = () => lines().max(50).default([]).superRefine(understood(conditions));
const whenEmpty = 'Empty: as the preset says.';

/** The part of the settings that says what an answer means. Every kind that reads anybody's JSON has it. */
export const mappingFields = {
  preset: z.enum(presetNames).default('none').meta({
    label: 'Preset',
    help: 'A mapping for answers that many people have. What you leave empty below is taken from it.',
  }),
  items: z
    .string()
    .trim()
    .max(1_000)
    .default('')
    .superRefine(understood((text: string) => text === '' || parsePath(text)))
    .meta({
      label: 'Path of the list',
      help: 'Where the alarms are in the answer: $ for the answer itself, $.data.alerts, or $.hosts.* for the values of an object.',
      placeholder: '$.alerts',
    }),
  fields: lines().max(200).default([]).superRefine(understood(parseFields)).meta({
    label: 'Fields',
    help: 'One per line: id, title, summary, status, severity, service, startsAt, url, runbook, ackedBy, labels, annotations, label.NAME, annotation.NAME. A path into the item, or a text with ${$.paths}, or a constant in quotes. Several lines for one field: the first that gives something counts. id and title must be there.',
    type: 'lines',
    placeholder: 'title = $.name',
  }),
  statuses: lines().max(200).default([]).superRefine(understood(parseStatuses)).meta({
    label: 'Status table',
    help: 'One per line, e.g. "red = firing": firing, acknowledged, suppressed or resolved. Common words are known; a word that nobody knows counts as firing. Without a field status, every item of the list is firing.',
    type: 'lines',
    placeholder: 'red = firing',
  }),
  severities: lines().max(200).default([]).superRefine(understood(parseSeverities)).meta({
    label: 'Severity table',
    help: 'One per line, e.g. "red = critical": critical, high, warning or info. Common words are known; a word that nobody knows counts as high, and none at all as warning.',
    type: 'lines',
    placeholder: 'red = critical',
  }),
  resolved: conditionLines().meta({
    label: 'Resolved when',
    help: `An item is no alarm (any more) when one of these lines holds: $.up = 1, $.state != bad, $.endsAt < now. ${whenEmpty}`,
    type: 'lines',
    placeholder: '$.up = 1',
  }),
  acknowledged: conditionLines().meta({
    isAdvanced: true,
    label: 'Acknowledged when',
    help: `One of these lines holds. ${whenEmpty}`,
    type: 'lines',
  }),
  suppressed: conditionLines().meta({
    isAdvanced: true,
    label: 'Suppressed when',
    help: `One of these lines holds: in downtime, muted. ${whenEmpty}`,
    type: 'lines',
  }),
  proof: conditionLines().meta({
    label: 'Believed only when',
    help: `All of these lines hold for the whole answer, e.g. $.status = success. Otherwise the answer changes nothing. ${whenEmpty}`,
    type: 'lines',
    placeholder: '$.status = success',
  }),
  dataAt: z
    .string()
    .trim()
    .max(1_000)
    .default('')
    .superRefine(understood((text: string) => text === '' || parseTemplate(text)))
    .meta({
      isAdvanced: true,
      label: 'Time of the data',
      help: `Path of the time at which the system behind the answer last looked. ${whenEmpty}`,
      placeholder: '$.updatedAt',
    }),
  maxDataAgeSeconds: z.int().min(10).max(86_400).default(180).meta({
    isAdvanced: true,
    label: 'Oldest data, in seconds',
    help: 'When that time lies further back, this source is blind. Only with a time of the data.',
  }),
  isEmptyQuiet: z.boolean().default(false).meta({
    label: 'An empty list means quiet',
    help: 'Switch on only when the answer is empty because nothing is wrong, and never because of a missing right or filter. Otherwise an empty list makes this source blind.',
  }),
};

const MappingSettings = z.object(mappingFields);
export type MappingSettings = z.infer<typeof MappingSettings>;

const orPreset = (own: readonly string[], preset: readonly string[] | undefined) =>
  conditions(own.length > 0 ? own : (preset ?? []));

/** @throws WritingProblem */
export function compileRules(settings: MappingSettings): Rules {
  const preset: Preset = presets[settings.preset];
  const base = parseFields(preset.fields);
  const own = parseFields(settings.fields);
  const fields = new Map([...base.fields, ...own.fields]);
  for (const name of ['id', 'title'] as const) {
    if (!fields.has(name))
      throw new WritingProblem(`A line for ${name} is missing, like ${name} = $.name.`);
  }
  const dataAt = settings.dataAt === '' ? (preset.dataAt ?? '') : settings.dataAt;
  return {
    items: parsePath(settings.items === '' ? preset.items : settings.items),
    fields,
    labels: new Map([...base.labels, ...own.labels]),
    annotations: new Map([...base.annotations, ...own.annotations]),
    statuses: new Map([
      ...commonStatuses,
      ...parseStatuses(preset.statuses ?? []),
      ...parseStatuses(settings.statuses),
    ]),
    severities: Object.fromEntries([
      ...parseSeverities(preset.severities ?? []),
      ...parseSeverities(settings.severities),
    ]),
    resolved: orPreset(settings.resolved, preset.resolved),
    acknowledged: orPreset(settings.acknowledged, preset.acknowledged),
    suppressed: orPreset(settings.suppressed, preset.suppressed),
    proof: orPreset(settings.proof, preset.proof),
    dataAt: dataAt === '' ? null : parseTemplate(dataAt),
    maxDataAgeMs: settings.maxDataAgeSeconds * 1_000,
    isEmptyQuiet: settings.isEmptyQuiet || preset.isEmptyQuiet === true,
  };
}

/** For an object schema that has `mappingFields`: what only shows when they are taken together. */
export function refineMapping(settings: MappingSettings, context: z.RefinementCtx): void {
  try {
    compileRules(settings);
  } catch (error) {
    if (!(error instanceof WritingProblem)) throw error;
    context.addIssue({ code: 'custom', message: error.message, path: ['fields'] });
  }
}
