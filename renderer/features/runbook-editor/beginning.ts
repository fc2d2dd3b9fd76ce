/** What a new runbook begins with, as its address says. Pure. */
import type { IncidentId, RunbookId } from '../../../preload/contract/common.ts';

export const templates = [
  { value: 'alarm', label: 'For an alarm' },
  { value: 'task', label: 'For a task' },
  { value: 'empty', label: 'Empty' },
] as const;
export type Template = (typeof templates)[number]['value'];

export type Beginning =
  | { readonly kind: 'template'; readonly template: Template }
  | { readonly kind: 'incident'; readonly incidentId: IncidentId }
  | { readonly kind: 'copy'; readonly id: RunbookId };

export function readBeginning(search: string): Beginning {
  const parameters = new URLSearchParams(search);
  const id = (name: string): number | null => {
    const text = parameters.get(name) ?? '';
    return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
  };
  const [incident, copy] = [id('incident'), id('copy')];
  if (incident !== null) return { kind: 'incident', incidentId: incident as IncidentId };
  if (copy !== null) return { kind: 'copy', id: copy as RunbookId };
  const template = templates.find(({ value }) => value === parameters.get('template'));
  return { kind: 'template', template: template?.value ?? 'alarm' };
}

export const beginningWords = (beginning: Beginning): string => {
  if (beginning.kind === 'incident')
    return `From the ticked steps of incident ${beginning.incidentId}`;
  return beginning.kind === 'copy'
    ? 'A copy of another runbook'
    : 'Nothing is written before you create it';
};
