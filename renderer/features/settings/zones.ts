/** The time zones that can be chosen. Pure. */

/** A choice needs a name, and the setting for "that of this computer" has none. */
export const ownZone = 'own';

export interface ZoneChoice {
  readonly value: string;
  readonly label: string;
}

/** The computer's own first, then the one in use should this browser not know its name, then all by name. */
export function zoneChoices(
  known: readonly string[],
  used: string,
  computer: string,
): readonly ZoneChoice[] {
  const names = new Set(['UTC', ...(used === '' ? [] : [used]), ...known]);
  return [
    { value: ownZone, label: computer === '' ? 'This computer’s' : `This computer’s: ${computer}` },
    ...[...names].sort().map((name) => ({ value: name, label: name.replaceAll('_', ' ') })),
  ];
}

export const toZone = (choice: string): string => (choice === ownZone ? '' : choice);
export const fromZone = (zone: string): string => (zone === '' ? ownZone : zone);
