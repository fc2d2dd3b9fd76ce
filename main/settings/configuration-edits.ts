/** Changes of the configuration as edits of its text. What the app does not know stays where it is. Pure. */
import type { SourceId } from '../../preload/contract/common.ts';
import type { Settings, View } from '../../preload/contract/settings.ts';
import type { ConfiguredSource } from '../sources/configured-source.ts';
import { removeIn, setIn } from './json-edit.ts';
import { JsonProblem, nodeAt, parseJsonTree, valueOf, type JsonPath } from './json-tree.ts';

/** What a new file begins as. */
export const emptyConfiguration = '{}\n';

export function editSettings(text: string, change: Partial<Settings>): string {
  let edited = text;
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) continue;
    edited =
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? setEach(edited, [key], value)
        : setIn(edited, [key], value);
  }
  return edited;
}

/** Member by member, so that those we do not know stay. */
function setEach(text: string, path: JsonPath, values: object): string {
  const node = nodeAt(parseJsonTree(text), path);
  if (node?.kind !== 'object') return setIn(text, path, values);
  let edited = text;
  for (const [key, value] of Object.entries(values)) edited = setIn(edited, [...path, key], value);
  return edited;
}

/** Where the entry with this id stands; -1 when nowhere. */
function indexOf(text: string, list: string, id: string): number {
  const node = nodeAt(parseJsonTree(text), [list]);
  if (node?.kind !== 'array') return -1;
  return node.items.findIndex((item) => {
    const idNode = nodeAt(item, ['id']);
    return idNode !== undefined && valueOf(idNode) === id;
  });
}

/** What stands there instead of a list was somebody's work: it is not overwritten. */
function hasList(text: string, name: string): boolean {
  const node = nodeAt(parseJsonTree(text), [name]);
  if (node !== undefined && node.kind !== 'array') {
    throw new JsonProblem(text, node.start, `"${name}" must be a list in [ ]`);
  }
  return node !== undefined;
}

/** A file that names no sources means the default ones; once it names some, it must name these, too. */
function withSources(text: string, effective: readonly ConfiguredSource[]): string {
  return hasList(text, 'sources') ? text : setIn(text, ['sources'], effective.map(sourceEntry));
}

/** Only what differs from the defaults of an entry, so that the file stays readable. */
function sourceEntry(source: ConfiguredSource): Record<string, unknown> {
  const { id, kind, name, isEnabled, intervalMs, settings, severityMap } = source;
  return {
    id,
    kind,
    name,
    ...(isEnabled ? {} : { isEnabled }),
    intervalMs,
    settings,
    ...(Object.keys(severityMap).length === 0 ? {} : { severityMap }),
  };
}

export function editSource(
  text: string,
  source: ConfiguredSource,
  effective: readonly ConfiguredSource[],
): string {
  let edited = withSources(text, effective);
  const index = indexOf(edited, 'sources', source.id);
  if (index === -1) return setIn(edited, ['sources', Number.MAX_SAFE_INTEGER], sourceEntry(source));
  const path: JsonPath = ['sources', index];
  const { kind, name, isEnabled, intervalMs, settings, severityMap } = source;
  const known = nodeAt(parseJsonTree(edited), path);
  const has = (key: string): boolean => known !== undefined && nodeAt(known, [key]) !== undefined;
  edited = setIn(edited, [...path, 'kind'], kind);
  edited = setIn(edited, [...path, 'name'], name);
  if (has('isEnabled') || !isEnabled) edited = setIn(edited, [...path, 'isEnabled'], isEnabled);
  edited = setIn(edited, [...path, 'intervalMs'], intervalMs);
  edited = setEach(edited, [...path, 'settings'], settings);
  if (has('severityMap') || Object.keys(severityMap).length > 0) {
    edited = setIn(edited, [...path, 'severityMap'], severityMap);
  }
  return edited;
}

export function editOutSource(
  text: string,
  id: SourceId,
  effective: readonly ConfiguredSource[],
): string {
  const edited = withSources(text, effective);
  const index = indexOf(edited, 'sources', id);
  return index === -1 ? edited : removeIn(edited, ['sources', index]);
}

export function editView(text: string, view: View): string {
  if (!hasList(text, 'views')) return setIn(text, ['views'], [view]);
  const index = indexOf(text, 'views', view.id);
  if (index !== -1) return setEach(text, ['views', index], view);
  return setIn(text, ['views', Number.MAX_SAFE_INTEGER], view);
}

export function editOutView(text: string, id: string): string {
  const index = indexOf(text, 'views', id);
  return index === -1 ? text : removeIn(text, ['views', index]);
}
