/** What the outbox needs of its neighbours. */
import type { SourceId } from '../../preload/contract/common.ts';
import type { Settings } from '../../preload/contract/settings.ts';
import type { SourceHealth } from '../alarms/alarm-rows.ts';
import type { AlarmService } from '../alarms/alarm-service.ts';
import type { Bus } from '../bus.ts';
import type { Clock } from '../clock.ts';
import type { Windows } from '../desk/windows.ts';
import type { ConnectorActions } from '../sources/connector.ts';
import type { WritableDb } from '../store/database.ts';

export interface OutboxSources {
  health(id: SourceId): SourceHealth | undefined;
  connector(id: SourceId): { readonly actions: ConnectorActions | null } | null;
  /** Asks the source soon, so that the list shows what an action did. */
  refresh(id: SourceId): void;
}

export interface OutboxDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly windows: Windows;
  readonly settings: {
    current(): Pick<Settings, 'person' | 'acknowledgeForMs' | 'sleepHours' | 'timeZone'>;
  };
  readonly alarms: Pick<AlarmService, 'get' | 'active' | 'rows' | 'recordEvents'>;
  readonly sources: OutboxSources;
}
