/** Views of the triage list that are always there. Their words are explained by their queries. */
import type { View } from '../../preload/contract/settings.ts';

const first: readonly View[] = [
  { id: 'all', name: 'All', query: '' },
  { id: 'needs-hands', name: 'Needs hands', query: 'status:firing' },
];
const last: readonly View[] = [
  { id: 'unseen', name: 'Unseen', query: 'is:unseen' },
  { id: 'acknowledged', name: 'Acknowledged', query: 'status:acknowledged' },
  { id: 'suppressed', name: 'Suppressed', query: 'status:suppressed' },
];

export const isBuiltInView = (id: string): boolean =>
  [...first, ...last].some((view) => view.id === id);

/** Built-in and own ones, in the order in which the list shows them. */
export const allViews = (own: readonly View[]): readonly View[] => [...first, ...own, ...last];
