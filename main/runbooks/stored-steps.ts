/**
 * Steps as the library keeps them: as JSON, without what says nothing. A library has a hundred thousand of them, and each
 * repeats the sections around it.
 */
import type { ParsedStep } from './model.ts';

type Place = Pick<ParsedStep, 'anchors' | 'section' | 'phase'>;

/** Field by field, since copying what is there takes longer than writing it. Undefined is not written. */
type PackedStep = {
  readonly [Field in Exclude<keyof ParsedStep, keyof Place | 'id' | 'text'>]: unknown;
} & Pick<ParsedStep, 'id' | 'text'> & { readonly place: number };

interface Packed {
  /** What steps of one section share. */
  readonly places: readonly Place[];
  readonly steps: readonly PackedStep[];
}

export function packSteps(steps: readonly ParsedStep[]): string {
  if (steps.length === 0) return '[]';
  const places: Place[] = [];
  let last: ParsedStep | undefined;
  const packed = steps.map((step): PackedStep => {
    const isSame =
      last !== undefined &&
      last.section === step.section &&
      last.phase === step.phase &&
      (last.anchors === step.anchors || last.anchors.join('\n') === step.anchors.join('\n'));
    last = step;
    if (!isSame) {
      places.push({ anchors: step.anchors, section: step.section, phase: step.phase });
    }
    return {
      id: step.id,
      text: step.text,
      place: places.length - 1,
      plainText: step.plainText === step.text ? undefined : step.plainText,
      commands: step.commands.length === 0 ? undefined : step.commands,
      expected: step.expected ?? undefined,
      verify: step.verify ?? undefined,
      rollback: step.rollback ?? undefined,
      minutes: step.minutes ?? undefined,
      sourceNumber: step.sourceNumber,
    };
  });
  return JSON.stringify({ places, steps: packed } satisfies Packed);
}

/** Also what earlier versions kept, which was a plain list. */
export function unpackSteps(json: string): ParsedStep[] {
  const kept = JSON.parse(json) as Packed | ParsedStep[];
  if (Array.isArray(kept)) return kept;
  return kept.steps.map(({ place, ...step }): ParsedStep => {
    const known = step as ParsedStep;
    return {
      ...emptyStep,
      ...known,
      ...(kept.places[place] ?? nowhere),
      plainText: step.plainText === undefined ? known.text : known.plainText,
    };
  });
}

const emptyStep = { commands: [], expected: null } as const;
const nowhere: Place = { anchors: [], section: null, phase: 'stop_it' };
