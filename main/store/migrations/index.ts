import { migration as alarms } from './0001-alarms.ts';
import { migration as outbox } from './0002-outbox.ts';
import { migration as notifications } from './0003-notifications.ts';
import { migration as runbooks } from './0004-runbooks.ts';
import { migration as incidents } from './0005-incidents.ts';
import { migration as acting } from './0006-acting.ts';
import { migration as joins } from './0007-joins.ts';
import { migration as runbookSources } from './0008-runbook-sources.ts';
import { migration as localSwitches } from './0009-local-switches.ts';
import { migration as executions } from './0010-executions.ts';
import { migration as runbookDrafts } from './0011-runbook-drafts.ts';
import { migration as runbookVerdicts } from './0012-runbook-verdicts.ts';
import { migration as sectionAliases } from './0013-section-aliases.ts';
import { migration as bulkWrites } from './0014-bulk-writes.ts';
import { migration as runbookUpkeep } from './0015-runbook-upkeep.ts';
import type { Migration } from './migration.ts';

/** In order. Versions must rise. */
export const migrations: readonly Migration[] = [
  alarms,
  outbox,
  notifications,
  runbooks,
  incidents,
  acting,
  joins,
  runbookSources,
  localSwitches,
  executions,
  runbookDrafts,
  runbookVerdicts,
  sectionAliases,
  bulkWrites,
  runbookUpkeep,
];
