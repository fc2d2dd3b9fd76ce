/**
 * Alarms whose acknowledgement was asked for in this window a moment ago: they say "acknowledging…" before the core has
 * answered, which takes a part of a second for thousands. Never "acknowledged", and not for long.
 */
import type { AlarmRow } from '../../../preload/contract/alarms.ts';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { createWindowState } from '../../window-state.ts';

const nobody: ReadonlySet<AlarmId> = new Set();

/** By then the rows say it themselves, or it failed and was told. */
const deadlineMs = 3_000;

export const useAsked = createWindowState<{ ids: ReadonlySet<AlarmId> }>({ ids: nobody });

/** Runs the request with its alarms marked. What it throws takes the marks back at once. */
export async function whileAsked<Answer>(
  ids: readonly AlarmId[],
  request: () => Promise<Answer>,
): Promise<Answer> {
  const asked = new Set(ids);
  useAsked.setState({ ids: asked });
  const end = (): void => {
    if (useAsked.getState().ids === asked) useAsked.setState({ ids: nobody });
  };
  try {
    const answer = await request();
    setTimeout(end, deadlineMs);
    return answer;
  } catch (error) {
    end();
    throw error;
  }
}

/** The row as it is said: what the core knows of it comes before what was asked here. Pure. */
export function withAsked(row: AlarmRow, isAsked: boolean): AlarmRow {
  return isAsked && row.status === 'firing' && row.pending === null
    ? { ...row, pending: { kind: 'acknowledge', state: 'queued' } }
    : row;
}
