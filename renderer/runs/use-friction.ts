import { useQuery } from '@tanstack/react-query';
import type { Step } from '../../preload/contract/runbooks.ts';
import { api } from '../api/client.ts';
import { asksTwice, wokenAt } from './drowsy.ts';

/**
 * Whether a step is asked for twice at the moment of the press. `otherwise`: when the person was woken as far as the screen
 * knows, where no page of the night is known.
 */
export function useFriction(otherwise: number | null = null): (step: Step) => boolean {
  const { data: pages } = useQuery(api.notifications.pages.queryOptions({ input: {} }));
  const { data: settings } = useQuery(api.settings.get.queryOptions({ input: {} }));
  const woken =
    pages === undefined || settings === undefined ? null : wokenAt(pages, settings.settings);
  return (step) => asksTwice(step, woken ?? otherwise, Date.now());
}
