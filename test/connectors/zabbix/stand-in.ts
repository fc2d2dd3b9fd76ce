/**
 * Zabbix as far as Nightdesk asks it, in three versions that want the login in different places. The real 6.0 is tested in
 * test/integration/zabbix.test.ts.
 */
import { createHash } from 'node:crypto';
import {
  startStandIn,
  type StandInAnswer,
  type StandInRequest,
} from '../../support/connectors/stand-in.ts';
import type { ShownAlarm, Upstream } from '../../support/connectors/suite.ts';

export const token = 'c0ffee5eoghaiquee7aiz0ohphahquooph4aej1ohyoo9teishoo4thahng6wiej';
export const password = 'hunter2-Quohxe5u';

export interface ZabbixStandIn extends Upstream {
  /** Of the last heartbeat of its server, in ms; null: the user may not see it. */
  heartbeatMs: number | null;
  /** Of the newest value of an item that the user may see; null: none. */
  valueMs: number | null;
  nodeStatus: string;
  hosts: number;
  /** Of logins with a password, right or wrong. */
  logins: number;
  /** Ends all sessions. */
  endSessions(): void;
}

interface Acknowledge {
  readonly clock: string;
  readonly action: string;
  readonly message: string;
  readonly userid: string;
  readonly username: string;
}

interface State {
  acknowledged: boolean;
  acknowledgements: number;
  readonly acknowledges: Acknowledge[];
  /** Seconds; null: not suppressed by hand. */
  suppressedUntil: number | null;
  isClosed: boolean;
}

interface Maintenance {
  readonly maintenanceid: string;
  readonly name: string;
  readonly description: string;
  active_since: number;
  active_till: number;
  readonly hostids: readonly string[];
  readonly tags: readonly { tag: string; value: string; operator: number }[];
  timeperiods: readonly { timeperiod_type: number; start_date: number; period: number }[];
}

type Params = Readonly<Record<string, unknown>>;

class Refusal extends Error {
  readonly code: number;
  readonly data: string;

  constructor(code: number, data: string) {
    super(data);
    this.code = code;
    this.data = data;
  }
}

const invalid = (data: string): Refusal => new Refusal(-32602, data);
const gone = (): Refusal =>
  new Refusal(-32500, 'No permissions to referred object or it does not exist!');

const severityDigits: Readonly<Record<string, string>> = {
  'not classified': '0',
  information: '1',
  warning: '2',
  average: '3',
  high: '4',
  disaster: '5',
};

const idOf = (key: string): number =>
  Number.parseInt(createHash('sha256').update(key).digest('hex').slice(0, 10), 16) + 1;
const hostIdOf = (key: string): string => String(idOf(`host ${key}`));
const triggerIdOf = (key: string): string => String(idOf(`trigger ${key}`));
/** A new occurrence has a new event. */
const eventIdOf = ({ key, since }: ShownAlarm): string => String(idOf(`${key} ${since ?? 0}`));

const text = (value: unknown): string => (typeof value === 'string' ? value : String(value));
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(text) : value === undefined ? [] : [text(value)];
const now = (): number => Math.floor(Date.now() / 1_000);

export async function startZabbixStandIn(version = '7.0.5'): Promise<ZabbixStandIn> {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isSince = (wantedMajor: number, wantedMinor: number): boolean =>
    major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  let alarms: readonly ShownAlarm[] = [];
  const states = new Map<string, State>();
  const maintenances = new Map<string, Maintenance>();
  const sessions = new Set<string>();
  let nextId = 1;

  const stateOf = (eventId: string): State => {
    const known = states.get(eventId);
    if (known !== undefined) return known;
    const made: State = {
      acknowledged: false,
      acknowledgements: 0,
      acknowledges: [],
      suppressedUntil: null,
      isClosed: false,
    };
    states.set(eventId, made);
    return made;
  };
  const open = (): ShownAlarm[] => alarms.filter((one) => !stateOf(eventIdOf(one)).isClosed);
  const byEvent = (eventId: string): ShownAlarm | undefined =>
    alarms.find((one) => eventIdOf(one) === eventId);
  const tagsOf = ({ key }: ShownAlarm) => [
    { tag: 'service', value: `service-${key}` },
    { tag: 'team', value: 'shop' },
  ];
  const covering = (alarm: ShownAlarm): Maintenance[] =>
    [...maintenances.values()].filter(
      (one) =>
        one.hostids.includes(hostIdOf(alarm.key)) &&
        one.active_since <= now() &&
        now() < one.active_till &&
        one.tags.every(({ tag, value }) =>
          tagsOf(alarm).some((own) => own.tag === tag && own.value === value),
        ),
    );

  const suppressionOf = (alarm: ShownAlarm) => {
    const until = stateOf(eventIdOf(alarm)).suppressedUntil;
    return [
      ...covering(alarm).map((one) => ({
        maintenanceid: one.maintenanceid,
        suppress_until: String(one.active_till),
        userid: '0',
      })),
      ...(until === null || until <= now()
        ? []
        : [{ maintenanceid: '0', suppress_until: String(until), userid: '1' }]),
    ];
  };

  const wire = (alarm: ShownAlarm): Record<string, unknown> => {
    const eventid = eventIdOf(alarm);
    const state = stateOf(eventid);
    const since = alarm.since ?? Date.now();
    const suppression = suppressionOf(alarm);
    return {
      ...(alarm.broken === 'identity' ? {} : { eventid, objectid: triggerIdOf(alarm.key) }),
      source: '0',
      object: '0',
      clock: alarm.broken === 'item' ? 'yesterday' : String(Math.floor(since / 1_000)),
      ns: '0',
      r_eventid: '0',
      r_clock: '0',
      r_ns: '0',
      cause_eventid: '0',
      correlationid: '0',
      userid: '0',
      name: alarm.name,
      acknowledged: state.acknowledged ? '1' : '0',
      severity: severityDigits[alarm.severity ?? 'disaster'] ?? '9',
      suppressed: suppression.length > 0 ? '1' : '0',
      opdata: alarm.text ?? '',
      acknowledges: state.acknowledges,
      suppression_data: suppression,
      urls: [],
      tags: tagsOf(alarm),
    };
  };

  /** Since 7.0 what is not known is refused. */
  function mustKnow(params: Params, known: readonly string[]): void {
    if (!isSince(7, 0)) return;
    for (const name of Object.keys(params)) {
      if (!known.includes(name))
        throw invalid(`Invalid parameter "/": unexpected parameter "${name}".`);
    }
  }

  function problemGet(params: Params): unknown {
    mustKnow(params, [
      'output',
      'source',
      'object',
      'selectAcknowledges',
      'selectTags',
      'selectSuppressionData',
      'recent',
      'severities',
      'sortfield',
      'sortorder',
      'limit',
      'eventid_till',
      'groupids',
      'objectids',
      'suppressed',
    ]);
    const objects = params['objectids'] === undefined ? null : texts(params['objectids']);
    const till = params['eventid_till'] === undefined ? null : BigInt(text(params['eventid_till']));
    const found = open()
      .filter((one) => objects === null || objects.includes(triggerIdOf(one.key)))
      .filter((one) => params['suppressed'] !== true || suppressionOf(one).length > 0)
      .filter((one) => till === null || BigInt(eventIdOf(one)) <= till)
      .toSorted((a, b) => (BigInt(eventIdOf(a)) < BigInt(eventIdOf(b)) ? 1 : -1))
      .map(wire);
    return typeof params['limit'] === 'number' ? found.slice(0, params['limit']) : found;
  }

  function eventGet(params: Params): unknown {
    const named = isSince(6, 4) ? 'selectAcknowledges' : 'select_acknowledges';
    if (isSince(7, 2)) mustKnow(params, ['eventids', 'output', named, 'selectSuppressionData']);
    return texts(params['eventids']).flatMap((eventId) => {
      const alarm = byEvent(eventId);
      if (alarm === undefined) return [];
      const { acknowledges, ...event } = wire(alarm);
      return [
        {
          ...event,
          r_eventid: stateOf(eventId).isClosed ? '77' : '0',
          ...(params[named] === undefined ? {} : { acknowledges }),
        },
      ];
    });
  }

  function acknowledge(params: Params): unknown {
    const ids = texts(params['eventids']);
    const action = Number(params['action']);
    const message = typeof params['message'] === 'string' ? params['message'] : '';
    const known = 1 + 2 + 4 + 8 + 16 + (isSince(6, 2) ? 32 + 64 : 0);
    if ((action & ~known) !== 0 || action === 0) {
      throw invalid(`Incorrect value for field "action": unexpected value "${action}".`);
    }
    if ((action & 4) !== 0 && message === '')
      throw invalid('Incorrect value for field "message": cannot be empty.');
    if (ids.length === 0) throw invalid('Invalid parameter "/eventids": cannot be empty.');
    if (ids.some((one) => byEvent(one) === undefined)) throw gone();
    for (const eventId of ids) {
      const state = stateOf(eventId);
      if ((action & 2) !== 0) {
        state.acknowledged = true;
        state.acknowledgements += 1;
      }
      if ((action & 16) !== 0) state.acknowledged = false;
      if ((action & 32) !== 0) state.suppressedUntil = Number(params['suppress_until']);
      if ((action & 64) !== 0) state.suppressedUntil = null;
      if ((action & 1) !== 0) state.isClosed = true;
      state.acknowledges.push({
        clock: String(now()),
        action: String(action),
        message,
        userid: '1',
        username: 'desk',
      });
    }
    return { eventids: ids.map(Number) };
  }

  function maintenanceCreate(params: Params): unknown {
    const name = text(params['name']);
    if ([...maintenances.values()].some((one) => one.name === name)) {
      throw invalid(`Maintenance "${name}" already exists.`);
    }
    const isNew = isSince(6, 2);
    const hosts = params[isNew ? 'hosts' : 'hostids'];
    if (!Array.isArray(hosts) || hosts.length === 0) {
      throw invalid('At least one host group or host must be selected.');
    }
    const maintenanceid = String(nextId++);
    const whole = (value: unknown): number => Number(value) - (Number(value) % 60);
    maintenances.set(maintenanceid, {
      maintenanceid,
      name,
      description: text(params['description'] ?? ''),
      active_since: whole(params['active_since']),
      active_till: whole(params['active_till']),
      hostids: isNew ? hosts.map((one) => text((one as Params)['hostid'])) : texts(hosts),
      tags: (params['tags'] as Maintenance['tags'] | undefined) ?? [],
      timeperiods: params['timeperiods'] as Maintenance['timeperiods'],
    });
    return { maintenanceids: [maintenanceid] };
  }

  function maintenanceGet(params: Params): unknown {
    const ids = params['maintenanceids'] === undefined ? null : texts(params['maintenanceids']);
    const filter = params['filter'] as { name?: readonly string[] } | undefined;
    if (isSince(7, 0) && params['selectGroups'] !== undefined) {
      throw invalid('Invalid parameter "/": unexpected parameter "selectGroups".');
    }
    return [...maintenances.values()]
      .filter((one) => ids === null || ids.includes(one.maintenanceid))
      .filter((one) => filter?.name === undefined || filter.name.includes(one.name))
      .map(({ hostids, ...one }) => ({
        ...one,
        active_since: String(one.active_since),
        active_till: String(one.active_till),
        tags: one.tags.map((each) => ({ ...each, operator: String(each.operator) })),
        timeperiods: one.timeperiods.map((period) => ({
          timeperiod_type: String(period.timeperiod_type),
          start_date: String(period.start_date),
          period: String(period.period),
        })),
        hosts: alarms
          .filter(({ key }) => hostids.includes(hostIdOf(key)))
          .map(({ key }) => ({ hostid: hostIdOf(key), host: `host-${key}`, name: `Host ${key}` })),
        [isSince(6, 2) ? 'hostgroups' : 'groups']: [],
      }));
  }

  function result(method: string, params: Params): unknown {
    switch (method) {
      case 'host.get': {
        if (params['countOutput'] === true) return String(self.hosts);
        const names = (params['filter'] as { host?: readonly string[] } | undefined)?.host ?? [];
        return alarms
          .filter(({ key }) => names.includes(`host-${key}`))
          .map(({ key }) => ({ hostid: hostIdOf(key) }));
      }
      case 'hostgroup.get':
        return [];
      case 'problem.get':
        return problemGet(params);
      case 'trigger.get':
        mustKnow(params, [
          'triggerids',
          'output',
          'selectHosts',
          'selectDependencies',
          'monitored',
        ]);
        return alarms
          .filter(({ key }) => texts(params['triggerids']).includes(triggerIdOf(key)))
          .map(({ key, name }) => ({
            triggerid: triggerIdOf(key),
            description: name,
            url: '',
            comments: '',
            type: '0',
            manual_close: '1',
            hosts: [{ hostid: hostIdOf(key), host: `host-${key}`, name: `Host ${key}` }],
            dependencies: [],
          }));
      case 'event.get':
        return eventGet(params);
      case 'event.acknowledge':
        return acknowledge(params);
      case 'hanode.get':
        if (self.heartbeatMs === null) {
          throw new Refusal(-32500, 'You do not have permission to perform this operation.');
        }
        return [
          {
            status: self.nodeStatus,
            lastaccess: String(Math.floor((self.heartbeatMs + self.skewMs) / 1_000)),
          },
        ];
      case 'item.get':
        return self.valueMs === null
          ? []
          : [
              {
                itemid: '5',
                hostid: '6',
                type: '5',
                delay: '1m',
                lastclock: String(Math.floor((self.valueMs + self.skewMs) / 1_000)),
              },
            ];
      case 'maintenance.get':
        return maintenanceGet(params);
      case 'maintenance.create':
        return maintenanceCreate(params);
      case 'maintenance.update': {
        const one = maintenances.get(text(params['maintenanceid']));
        if (one === undefined) throw gone();
        one.active_till = Number(params['active_till']);
        one.timeperiods = params['timeperiods'] as Maintenance['timeperiods'];
        return { maintenanceids: [one.maintenanceid] };
      }
      case 'maintenance.delete':
        for (const one of texts(params)) maintenances.delete(one);
        return { maintenanceids: texts(params) };
      default:
        throw new Refusal(-32601, `Incorrect API "${method}".`);
    }
  }

  function answer(request: StandInRequest): unknown {
    const body = request.json as Params;
    const method = text(body['method']);
    const params = (body['params'] ?? {}) as Params;
    const { authorization } = request.headers;
    const inBody = body['auth'];
    if (method === 'apiinfo.version') {
      if (inBody !== undefined || authorization !== undefined) {
        throw invalid('The "apiinfo.version" method must be called without authorization header.');
      }
      return version;
    }
    if (method === 'user.login') {
      self.logins += 1;
      if (params['username'] !== 'ada' || params['password'] !== password) {
        throw new Refusal(
          -32500,
          'Incorrect user name or password or account is temporarily blocked.',
        );
      }
      const session = createHash('md5').update(`session ${nextId++}`).digest('hex');
      sessions.add(session);
      return session;
    }
    if (isSince(7, 2) && inBody !== undefined) {
      throw new Refusal(-32600, 'Invalid parameter "/": unexpected parameter "auth".');
    }
    // Before 6.4 a header is ignored.
    const given = isSince(6, 4)
      ? (authorization?.replace(/^Bearer /, '') ?? text(inBody ?? ''))
      : text(inBody ?? '');
    if (given === '') throw invalid('Not authorized.');
    if (given !== token && !sessions.has(given)) {
      throw invalid('Session terminated, re-login, please.');
    }
    if (method === 'user.logout') return sessions.delete(given);
    return result(method, params);
  }

  const standIn = await startStandIn('zabbix', (request): StandInAnswer => {
    if (request.path !== '/zabbix/api_jsonrpc.php') {
      return { status: 404, text: 'not found', headers: { 'content-type': 'text/plain' } };
    }
    const type = (request.headers['content-type'] ?? '').split(';')[0];
    if (request.method !== 'POST' || !/^application\/json(-rpc)?$/.test(type ?? '')) {
      return { status: 412 };
    }
    const { id } = request.json as Params;
    // A notification.
    if (id === undefined) return { status: 200, text: '' };
    try {
      return { json: { jsonrpc: '2.0', result: answer(request), id } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const message = error.code === -32602 ? 'Invalid params.' : 'Application error.';
      return {
        json: { jsonrpc: '2.0', error: { code: error.code, message, data: error.data }, id },
      };
    }
  });
  const self: ZabbixStandIn = Object.assign(standIn, {
    heartbeatMs: null,
    valueMs: Date.now(),
    nodeStatus: '3',
    hosts: 3,
    logins: 0,
    endSessions: () => sessions.clear(),
    show(next: readonly ShownAlarm[]): void {
      alarms = next;
    },
    effects(key: string) {
      const alarm = alarms.find((one) => one.key === key);
      if (alarm === undefined) throw new Error(`${key} was never shown`);
      const state = stateOf(eventIdOf(alarm));
      return {
        isAcknowledged: state.acknowledged,
        acknowledgements: state.acknowledgements,
        comments: state.acknowledges
          .filter(({ action }) => action === '4')
          .map(({ message }) => message),
        silencedUntil: suppressionOf(alarm).map((one) => Number(one.suppress_until) * 1_000),
        isResolved: state.isClosed,
      };
    },
  } satisfies Omit<ZabbixStandIn, keyof typeof standIn>);
  self.heartbeatMs = Date.now();
  return self;
}
