/** The figures by name, each loaded only when it is measured. */
import type { Figure } from './figure.ts';

const figures = {
  'unchanged-poll': () => import('./figures/unchanged-poll.ts'),
  'first-ingest': () => import('./figures/first-ingest.ts'),
  'main-thread-delay': () => import('./figures/main-thread-delay.ts'),
  'new-alarm': () => import('./figures/new-alarm.ts'),
  filter: () => import('./figures/filter.ts'),
  'filter-painted': () => import('./figures/filter-painted.ts'),
  scrolling: () => import('./figures/scrolling.ts'),
  'bulk-acknowledge': () => import('./figures/bulk-acknowledge.ts'),
  'runbook-search': () => import('./figures/runbook-search.ts'),
  'runbook-index': () => import('./figures/runbook-index.ts'),
  'runbook-matching': () => import('./figures/runbook-matching.ts'),
  start: () => import('./figures/start.ts'),
  'start-painted': () => import('./figures/start-painted.ts'),
  memory: () => import('./figures/memory.ts'),
  idle: () => import('./figures/idle.ts'),
  resume: () => import('./figures/resume.ts'),
} satisfies Record<string, () => Promise<{ figure: Figure }>>;

export type FigureName = keyof typeof figures;
export const figureNames = Object.keys(figures) as FigureName[];

export const isFigureName = (name: string): name is FigureName => Object.hasOwn(figures, name);

export const loadFigure = async (name: FigureName): Promise<Figure> =>
  (await figures[name]()).figure;
