/** What a runbook is called where several are named: their titles may be the same, as of two services. Pure. */
import type { RunbookMatch } from '../../../preload/contract/alarms.ts';

type Named = Pick<RunbookMatch, 'title' | 'path'>;

/** Its title, with its file where another one of them has the same title. */
export const runbookName = ({ title, path }: Named, all: readonly Named[]): string =>
  all.some((one) => one.title === title && one.path !== path) ? `${title} (${path})` : title;
