/** Where a new runbook is written: an address with a key of its own, so that a reload finds what was typed. */
import type { IncidentId, RunbookId } from '../../preload/contract/common.ts';
import { writeDraft } from '../ui/draft.ts';

const newKey = (): string => crypto.randomUUID();

export const newDraftPlace = (
  from:
    | { readonly template: 'alarm' | 'task' | 'empty' }
    | { readonly incident: IncidentId }
    | { readonly copy: RunbookId }
    | { readonly text: string },
): string => {
  const key = newKey();
  if ('text' in from) {
    writeDraft(`runbook.new.${key}`, from.text);
    return `/runbooks/new/${key}`;
  }
  const [name, value] = Object.entries(from)[0] ?? [];
  return `/runbooks/new/${key}?${name}=${value}`;
};
