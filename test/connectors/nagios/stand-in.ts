/** Nagios Core 4.4 as far as Nightdesk asks it. The real one is tested in test/integration/nagios.test.ts. */
import {
  startStandIn,
  type StandInAnswer,
  type StandInRequest,
} from '../../support/connectors/stand-in.ts';
import type { ShownAlarm, Upstream } from '../../support/connectors/suite.ts';

export const password = 'hunter2-Aiw6ohQu';
const expected = `Basic ${Buffer.from(`ada:${password}`).toString('base64')}`;

interface Downtime {
  readonly id: number;
  readonly host: string;
  readonly service: string | null;
  readonly startMs: number;
  readonly endMs: number;
  readonly comment: string;
}

interface Comment {
  readonly id: number;
  readonly type: 'user' | 'acknowledgement';
  readonly host: string;
  readonly service: string | null;
  readonly text: string;
}

export interface NagiosStandIn extends Upstream {
  /** Nagios was killed: its last status stays. */
  stoppedSinceMs: number | null;
  /** Nagios was stopped: its status file is gone. */
  isGone: boolean;
  hasRights: boolean;
  /** Services whose names it cannot write, all under one key. */
  lostNames: number;
  /** Services that it counts and does not list. */
  unlisted: number;
  /** Of its forms; another one after a restart of the web server. Null: an old one, which knows none. */
  formId: string | null;
}

const isHostState = (state: string | null | undefined): boolean =>
  state === 'down' || state === 'unreachable';
const hostOf = ({ key }: ShownAlarm): string => `host-${key}`;
const serviceOf = ({ name, severity }: ShownAlarm): string | null =>
  isHostState(severity) ? null : name;

const page = (kind: 'infoMessage' | 'errorMessage', text: string): StandInAnswer => ({
  text: `<html><body><P><DIV CLASS='${kind}'>${text}</DIV></P></body></html>`,
  headers: { 'content-type': 'text/html; charset=utf-8' },
});

/** As its form writes times: iso8601, and the zone of this server is UTC. */
const written = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

export async function startNagiosStandIn(): Promise<NagiosStandIn> {
  let alarms: readonly ShownAlarm[] = [];
  const acknowledged = new Map<string, number>();
  let downtimes: Downtime[] = [];
  const comments: Comment[] = [];
  let nextId = 1;
  const programStart = Math.floor(Date.now() / 1_000) * 1_000 - 86_400_000;
  const keyOf = (host: string, service: string | null): string => `${host};${service ?? ''}`;

  const envelope = (request: StandInRequest, data: unknown, code = 0, message = '') => {
    const now = Math.floor(Date.now() / 1_000) * 1_000;
    return {
      json: {
        format_version: 0,
        result: {
          query_time: now,
          cgi: request.path.split('/').at(-1),
          user: 'ada',
          query: request.query.get('query'),
          query_status: 'released',
          program_start: programStart,
          last_data_update: self.stoppedSinceMs ?? now,
          type_code: code,
          type_text: code === 0 ? 'Success' : 'Option Value Invalid',
          message,
        },
        data,
      },
    };
  };

  const details = (alarm: ShownAlarm): Record<string, unknown> => {
    const since = alarm.since ?? Date.now();
    const service = serviceOf(alarm);
    const covering = downtimes.filter(
      (one) => one.host === hostOf(alarm) && one.service === service && one.endMs > Date.now(),
    );
    return {
      ...(service === null
        ? { name: hostOf(alarm), last_time_up: since }
        : { host_name: hostOf(alarm), description: service, last_time_ok: since }),
      plugin_output: alarm.broken === 'item' ? 7 : (alarm.text ?? `${alarm.name} is in trouble`),
      long_plugin_output: '',
      perf_data: '',
      status: alarm.severity ?? 'critical',
      last_check: Date.now(),
      last_state_change: since,
      state_type: 'hard',
      has_been_checked: true,
      notifications_enabled: true,
      problem_has_been_acknowledged: acknowledged.has(keyOf(hostOf(alarm), service)),
      is_flapping: false,
      scheduled_downtime_depth: covering.length,
    };
  };

  const serviceList = (): Record<string, Record<string, unknown>> => {
    const list: Record<string, Record<string, unknown>> = {};
    for (const alarm of alarms) {
      const service = serviceOf(alarm);
      if (service === null) continue;
      const key = alarm.broken === 'identity' ? '(null)' : service;
      list[hostOf(alarm)] = { [key]: details(alarm) };
    }
    if (self.lostNames > 0) list['host-lost'] = { '(null)': { status: 'critical' } };
    return list;
  };

  function status(request: StandInRequest): StandInAnswer {
    const { query } = request;
    if (self.isGone) return { text: '\n', headers: { 'content-type': 'application/json' } };
    const services = self.hasRights ? alarms.filter((one) => serviceOf(one) !== null) : [];
    const hosts = self.hasRights ? alarms.filter((one) => serviceOf(one) === null) : [];
    const own = Number(self.hasRights);
    const count = (list: readonly ShownAlarm[], state: string): number =>
      list.filter((one) => (one.severity ?? 'critical') === state).length;
    switch (query.get('query') ?? '') {
      case 'programstatus':
        return envelope(request, {
          programstatus: { version: '4.4.6', enable_notifications: true },
        });
      case 'hostlist': {
        if (query.get('hoststatus') !== 'down unreachable') break;
        return envelope(request, {
          hostlist: Object.fromEntries(hosts.map((one) => [hostOf(one), details(one)])),
        });
      }
      case 'servicelist': {
        if (query.get('servicestatus') !== 'warning critical unknown') break;
        return envelope(request, { servicelist: self.hasRights ? serviceList() : {} });
      }
      case 'hostcount': {
        const down = count(hosts, 'down');
        const unreachable = count(hosts, 'unreachable');
        return envelope(request, { count: { up: 3 * own, down, unreachable, pending: 0 } });
      }
      case 'servicecount': {
        const warning = count(services, 'warning');
        const unknown = count(services, 'unknown');
        // A state that nobody documents is counted somewhere, too.
        const critical = services.length - warning - unknown + self.lostNames + self.unlisted;
        return envelope(request, {
          count: { ok: 9 * own, warning, critical, unknown, pending: 0 },
        });
      }
      case 'host':
      case 'service': {
        const found = alarms.find(
          (one) =>
            hostOf(one) === query.get('hostname') &&
            serviceOf(one) === query.get('servicedescription'),
        );
        if (found === undefined) {
          return envelope(request, {}, 6, 'The service on host could not be found.');
        }
        return envelope(request, { [query.get('query') ?? '']: details(found) });
      }
      case 'downtimelist':
        return envelope(request, {
          downtimelist: Object.fromEntries(
            downtimes.map((one) => [
              String(one.id),
              {
                downtime_id: one.id,
                type: one.service === null ? 'host' : 'service',
                host_name: one.host,
                ...(one.service === null ? {} : { service_description: one.service }),
                entry_time: one.startMs,
                start_time: one.startMs,
                end_time: one.endMs,
                fixed: true,
                is_in_effect: one.startMs <= Date.now(),
                author: 'Ada',
                comment: one.comment,
              },
            ]),
          ),
        });
      case 'downtimecount': {
        const at = (name: string): string => written(Number(query.get(name)) * 1_000);
        return envelope(request, {
          selectors: { starttime: at('starttime'), endtime: at('endtime') },
          count: 0,
        });
      }
      case 'commentlist': {
        const wanted = comments.filter(
          (one) =>
            (query.get('entrytypes') === null || one.type === query.get('entrytypes')) &&
            (query.get('hostname') === null || one.host === query.get('hostname')) &&
            (query.get('servicedescription') === null ||
              one.service === query.get('servicedescription')),
        );
        return envelope(request, {
          commentlist: Object.fromEntries(
            wanted.map((one) => [
              String(one.id),
              {
                comment_id: one.id,
                comment_type: one.service === null ? 'host' : 'service',
                entry_type: one.type,
                entry_time: Date.now(),
                host_name: one.host,
                ...(one.service === null ? {} : { service_description: one.service }),
                author: 'Ada',
                comment_data: one.text,
              },
            ]),
          ),
        });
      }
    }
    return envelope(request, {}, 3, 'Not an option that Nightdesk should send');
  }

  function command(request: StandInRequest): StandInAnswer {
    if (request.method === 'GET') {
      const type = request.query.get('cmd_typ');
      return {
        text: `<form>${self.formId === null ? '' : `<INPUT TYPE='hidden' NAME='nagFormId' VALUE='${self.formId}'`}
          <INPUT TYPE='HIDDEN' NAME='cmd_typ' VALUE='${type}'><INPUT TYPE='HIDDEN' NAME='cmd_mod' VALUE='2'>
          <INPUT TYPE='TEXT' NAME='start_time' VALUE='${written(Date.now())}'></form>`,
        headers: {
          'content-type': 'text/html; charset=utf-8',
          ...(self.formId === null
            ? {}
            : { 'set-cookie': `NagFormId=${self.formId}; SameSite=Strict; HttpOnly` }),
        },
      };
    }
    const fields = new URLSearchParams(request.text);
    const field = (name: string): string => fields.get(name) ?? '';
    if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') {
      return page('errorMessage', 'No command type specified');
    }
    const isPaired =
      self.formId === null ||
      (request.headers.cookie === `NagFormId=${self.formId}` && field('nagFormId') === self.formId);
    if (!isPaired) return page('errorMessage', 'Error: Invalid or missing CSRF cookie!');
    const host = field('host');
    const service = fields.get('service');
    const type = Number(field('cmd_typ'));
    const isDeletion = type === 78 || type === 79;
    const isKnown = alarms.some(
      (one) => hostOf(one) === host && (service === null || serviceOf(one) === service),
    );
    if (!isKnown && !isDeletion) {
      return page(
        'errorMessage',
        'Sorry, but you are not authorized to commit the specified command.',
      );
    }
    const text = field('com_data').replaceAll(';', ' ');
    const isCommented = [1, 3, 33, 34, 55, 56].includes(type);
    if (isCommented && text === '') return page('errorMessage', 'Comment was not entered');
    const key = keyOf(host, service);
    const note = (kind: Comment['type']): void =>
      void comments.push({ id: nextId++, type: kind, host, service, text });
    if (type === 1 || type === 3) note('user');
    else if (type === 33 || type === 34) {
      acknowledged.set(key, (acknowledged.get(key) ?? 0) + 1);
      note('acknowledgement');
    } else if (type === 51 || type === 52) acknowledged.delete(key);
    else if (type === 55 || type === 56) {
      const [from, until] = [field('start_time'), field('end_time')];
      if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(from) || !/^\d{4}-/.test(until)) {
        return page('errorMessage', 'Start or end time not valid');
      }
      const [startMs, endMs] = [Date.parse(`${from}Z`), Date.parse(`${until}Z`)];
      downtimes.push({ id: nextId++, host, service, startMs, endMs, comment: text });
    } else if (isDeletion) {
      downtimes = downtimes.filter((one) => String(one.id) !== field('down_id'));
    }
    return page(
      'infoMessage',
      'Your command request was successfully submitted to Nagios for processing.',
    );
  }

  const standIn = await startStandIn('nagios', (request) => {
    if (request.headers.authorization !== expected) {
      return {
        status: 401,
        text: '<h1>401 Unauthorized</h1>',
        headers: { 'content-type': 'text/html', 'www-authenticate': 'Basic realm="Nagios"' },
      };
    }
    switch (request.path) {
      case '/nagios4/cgi-bin/statusjson.cgi':
        return status(request);
      case '/nagios4/cgi-bin/objectjson.cgi': {
        const query = request.query.get('query');
        if (query === 'hostlist') return envelope(request, { hostlist: {} });
        if (query === 'servicelist') return envelope(request, { servicelist: {} });
        return envelope(request, {});
      }
      case '/nagios4/cgi-bin/cmd.cgi':
        return command(request);
      default:
        return { status: 404, text: 'not found', headers: { 'content-type': 'text/plain' } };
    }
  });
  const self: NagiosStandIn = Object.assign(standIn, {
    stoppedSinceMs: null,
    isGone: false,
    hasRights: true,
    lostNames: 0,
    unlisted: 0,
    formId: '3d1b58ba507ed7ab',
    show(next: readonly ShownAlarm[]): void {
      alarms = next;
    },
    effects(key: string) {
      const alarm = alarms.find((one) => one.key === key);
      const [host, service] = [`host-${key}`, alarm === undefined ? null : serviceOf(alarm)];
      const acknowledgements = acknowledged.get(keyOf(host, service)) ?? 0;
      return {
        isAcknowledged: acknowledgements > 0,
        acknowledgements,
        comments: comments
          .filter((one) => one.type === 'user' && one.host === host && one.service === service)
          .map(({ text }) => text),
        silencedUntil: downtimes
          .filter((one) => one.host === host && (one.service === null || one.service === service))
          .map(({ endMs }) => endMs),
        isResolved: false,
      };
    },
  } satisfies Omit<NagiosStandIn, keyof typeof standIn>);
  return self;
}
