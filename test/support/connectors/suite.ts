/**
 * The shared suite: what every kind of source must do. `describeConnector` in a test file per kind; the names of its tests
 * become the table in docs/sources.md.
 */
import type { ActionKind } from '../../../main/sources/connector.ts';
import { describeActing } from './acting.ts';
import type { ConnectorCase } from './case.ts';
import { describeFaults } from './faults.ts';
import { describeReading } from './reading.ts';

export type { ConnectorCase, Effects, ShownAlarm, Upstream } from './case.ts';

/** `actions`: exactly what the connector's `kinds` must say; an empty list for one without actions. */
export function describeConnector(one: ConnectorCase, actions: readonly ActionKind[]): void {
  describeReading(one);
  describeFaults(one);
  if (actions.length > 0) describeActing(one, new Set(actions));
}
