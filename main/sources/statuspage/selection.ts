/** Which components of a page matter to the person. Pure. */
import { groupIdOf, idOf, isGroup, nameOf, type WireIncident } from './parse.ts';

export interface Selection {
  readonly isWholePage: boolean;
  readonly ids: ReadonlySet<string>;
  /** Names and ids that the page does not have (any more). */
  readonly missing: readonly string[];
}

const normal = (text: string): string => text.replace(/\s+/g, ' ').trim().toLowerCase();

/** A group stands for its members. Several components of one name all count. */
export function selectComponents(
  components: readonly unknown[],
  wanted: readonly string[],
  isWholePage: boolean,
): Selection {
  const ids = new Set<string>();
  const missing: string[] = [];
  for (const name of wanted) {
    const named = components.filter(
      (raw) => idOf(raw) === name.trim() || normal(nameOf(raw) ?? '') === normal(name),
    );
    if (named.length === 0) missing.push(name);
    for (const raw of named) {
      const id = idOf(raw);
      if (id === null) continue;
      ids.add(id);
      if (!isGroup(raw)) continue;
      for (const member of components) {
        const memberId = idOf(member);
        if (groupIdOf(member) === id && memberId !== null) ids.add(memberId);
      }
    }
  }
  return { isWholePage, ids, missing };
}

export const isSelected = (selection: Selection, id: string): boolean =>
  selection.isWholePage || selection.ids.has(id);

type Affecting = Pick<WireIncident, 'components' | 'incident_updates'>;

export function affectedIds({ components, incident_updates: updates }: Affecting): Set<string> {
  const ids = new Set((components ?? []).map(({ id }) => id));
  for (const update of updates ?? []) {
    for (const { code } of update.affected_components ?? []) ids.add(code);
  }
  return ids;
}

/** An incident that names no component may be about any of them, so it counts. */
export function isAbout(selection: Selection, incident: Affecting): boolean {
  const ids = affectedIds(incident);
  return ids.size === 0 || [...ids].some((id) => isSelected(selection, id));
}
