/** A home-made program that lists its alarms as JSON, page by page, to those who have its token. */
import { inZone } from '../../support/connectors/zones.ts';
import { startStandIn, type StandInAnswer } from '../../support/connectors/stand-in.ts';
import type { ShownAlarm, Upstream } from '../../support/connectors/suite.ts';

export const token = 'gj_Eeph3ohc-vaiTh9ie_ohN4Ahqu';
export const pageSize = 10;

export interface GenericStandIn extends Upstream {
  /** Laid over every answer. */
  more: Record<string, unknown>;
}

export async function startGenericStandIn(perPage = pageSize): Promise<GenericStandIn> {
  let alarms: readonly ShownAlarm[] = [];

  const item = (alarm: ShownAlarm): Record<string, unknown> => ({
    ...(alarm.broken === 'identity' ? {} : { check: { id: alarm.key } }),
    name: alarm.broken === 'item' ? { not: 'a text' } : alarm.name,
    details: alarm.text ?? '',
    state: 'red',
    ...(alarm.severity === null ? {} : { urgency: alarm.severity ?? 'critical' }),
    since: inZone(alarm.since ?? Date.now(), alarm.zoneMinutes),
    tags: { 'the host': 'web1', team: 'checkout', check: alarm.key },
  });

  const standIn = await startStandIn('generic-json', (request): StandInAnswer => {
    if (request.headers.authorization !== `Bearer ${token}`) {
      return { status: 401, json: { error: 'who are you?' } };
    }
    if (request.path !== '/base/api/alarms') return { status: 404, json: { error: 'not found' } };
    if (request.method !== 'GET') return { status: 405, json: {} };
    if (request.query.get('site') !== 'a b') return { status: 400, json: { error: 'which site?' } };
    const page = Number(request.query.get('page') ?? 1);
    const shown = alarms.slice((page - 1) * perPage, page * perPage);
    return {
      json: {
        ok: true,
        madeAt: new Date().toISOString(),
        data: { list: shown.map(item) },
        ...self.more,
      },
    };
  });

  const self: GenericStandIn = Object.assign(standIn, {
    more: {},
    show(shown: readonly ShownAlarm[]) {
      alarms = shown;
    },
    // Nothing is ever written there.
    effects: () => ({
      isAcknowledged: false,
      acknowledgements: 0,
      comments: [],
      silencedUntil: [],
      isResolved: false,
    }),
  });
  return self;
}
