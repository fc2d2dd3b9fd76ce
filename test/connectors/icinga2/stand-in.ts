/**
 * A stand-in for the API of Icinga 2, for what the real one of this machine cannot be made to say: other versions, a checker that
 * stands still, zones that are gone. It refuses what the real one refuses, and is as dangerous: an action without an object hits
 * every object.
 */
import { randomUUID } from 'node:crypto';
import type { ShownAlarm, Upstream } from '../../support/connectors/case.ts';
import {
  startStandIn,
  type StandInAnswer,
  type StandInRequest,
} from '../../support/connectors/stand-in.ts';

export const user = 'desk';
export const password = 'ïcinga-"s3cret"-5518';

const states: Readonly<Record<string, number>> = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 };

interface Remark {
  readonly name: string;
  readonly host: string;
  readonly service: string;
  readonly author: string;
  readonly text: string;
  readonly type: number;
  readonly at: number;
}

interface Downtime extends Omit<Remark, 'type'> {
  readonly start: number;
  readonly end: number;
  readonly parent: string;
}

export interface Icinga2StandIn extends Upstream {
  /** Since 2.14.9 a missing permission is 403, before "No objects found.". */
  isNewer: boolean;
  permissions: readonly string[];
  startedAt: number;
  pending: number;
  /** Results of the last quarter of an hour. */
  checks: number;
  zones: Readonly<Record<string, boolean>>;
  /** Objects of this Icinga that are well, for who may see them. */
  isEmpty: boolean;
  /** Over every object, by full name. */
  readonly over: Map<string, Record<string, unknown>>;
  readonly downtimes: Downtime[];
  readonly comments: Remark[];
}

const json = (status: number, body: unknown): StandInAnswer => ({ status, json: body });
const page = (status: number, words: string): StandInAnswer => ({
  status,
  text: `<h1>${words}</h1>`,
  headers: { 'content-type': 'text/html' },
});
const nothing = json(404, { error: 404, status: 'No objects found.' });
const known = new Set(
  `__name name display_name host_name state state_type last_state_change last_hard_state_change last_check
  last_check_result acknowledgement downtime_depth last_reachable notes notes_url action_url groups vars`.split(
    /\s+/,
  ),
);

export async function startIcinga2StandIn(): Promise<Icinga2StandIn> {
  let shown: readonly ShownAlarm[] = [];
  const acks = new Map<string, number>();
  const acknowledged = new Set<string>();
  const now = (): number => (Date.now() + self.skewMs) / 1_000;
  const nameOf = ({ key }: ShownAlarm): string => `${key}!check /`;
  const split = (name: string): [string, string] => {
    const [host = '', service = ''] = name.split('!');
    return [host, service];
  };
  const inDowntime = (name: string): Downtime[] => {
    const [host, service] = split(name);
    return self.downtimes.filter(
      (one) => one.host === host && one.service === service && one.end > now(),
    );
  };
  const stateOf = ({ severity }: ShownAlarm): number => {
    if (severity === undefined || severity === null) return 2;
    return states[severity] ?? Number(severity.replace(/\D/g, ''));
  };

  function serviceOf(alarm: ShownAlarm): unknown {
    const name = nameOf(alarm);
    const since = (alarm.since ?? Date.now()) / 1_000;
    const attrs = {
      __name: alarm.broken === 'identity' ? 7 : name,
      display_name: alarm.name,
      state: alarm.broken === 'item' ? 'CRITICAL' : stateOf(alarm),
      // The documentation prints floats.
      state_type: 1.0,
      last_state_change: since,
      last_hard_state_change: since,
      last_check: now() - Math.random(),
      last_check_result: { output: alarm.text ?? 'all full', execution_end: now() },
      acknowledgement: acknowledged.has(name) ? 1 : 0,
      downtime_depth: inDowntime(name).length,
      last_reachable: true,
      notes: '',
      notes_url: 'https://runbooks.example.org/$host.name$',
      action_url: '',
      groups: [],
      vars: null,
      ...self.over.get(name),
    };
    return {
      name: alarm.broken === 'identity' ? null : name,
      type: 'Service',
      meta: {},
      attrs,
      joins: {
        host: {
          display_name: `Host ${alarm.key}`,
          address: '10.0.0.1',
          groups: ['web'],
          vars: null,
        },
      },
    };
  }

  const may = (permission: string): boolean =>
    self.permissions.some((pattern) =>
      pattern.endsWith('*') ? permission.startsWith(pattern.slice(0, -1)) : permission === pattern,
    );
  const forbidden = (): StandInAnswer =>
    self.isNewer ? json(403, { error: 403, status: 'Missing permission.' }) : nothing;

  function query(type: string, request: StandInRequest): StandInAnswer {
    const permission = {
      hosts: 'Host',
      services: 'Service',
      comments: 'Comment',
      downtimes: 'Downtime',
    }[type];
    if (permission === undefined)
      return json(400, { error: 400, status: 'Invalid type specified.' });
    if (!may(`objects/query/${permission}`)) return forbidden();
    const body = (request.json ?? {}) as Record<string, unknown>;
    const filter = request.query.get('filter') ?? (body['filter'] as string | undefined) ?? null;
    if (filter !== null && self.isNewer && !may('filter-expression')) return forbidden();
    const attrs = [...request.query.getAll('attrs'), ...((body['attrs'] as string[]) ?? [])];
    const unknown = attrs.find(
      (name) => !known.has(name) && !(type === 'hosts' && name === 'address'),
    );
    if (unknown !== undefined) {
      return json(400, { error: 400, status: `Invalid field specified: ${unknown}` });
    }
    const vars = (body['filter_vars'] ?? {}) as Record<string, string>;
    const isWanted = (host: string, service: string): boolean =>
      (vars['wanted_host'] ?? host) === host && (vars['wanted_service'] ?? service) === service;
    switch (type) {
      case 'hosts':
        return json(200, { results: self.isEmpty || filter !== null ? [] : [wellHost] });
      case 'services': {
        const { service } = body;
        const listed = shown.filter((alarm) => service === undefined || nameOf(alarm) === service);
        if (service !== undefined && listed.length === 0) return nothing;
        const well = filter === null && service === undefined && !self.isEmpty ? [wellOne] : [];
        return json(200, { results: [...listed.map(serviceOf), ...well] });
      }
      case 'comments':
        return json(200, {
          results: self.comments
            .filter(({ host, service }) => isWanted(host, service))
            .filter(({ type: entry }) => filter !== 'comment.entry_type == 4' || entry === 4)
            .map(({ name, host, service, author, text, type: entry, at }) => ({
              name,
              attrs: {
                host_name: host,
                service_name: service,
                author,
                text,
                entry_type: entry,
                entry_time: at,
              },
            })),
        });
      default:
        return json(200, {
          results: self.downtimes
            .filter(({ host, service }) => isWanted(host, service))
            .map((one) => ({
              name: one.name,
              attrs: {
                host_name: one.host,
                service_name: one.service,
                author: one.author,
                comment: one.text,
                start_time: one.start,
                end_time: one.end,
                fixed: true,
                duration: 0,
                trigger_time: one.start,
                parent: one.parent,
                config_owner: '',
                was_cancelled: false,
              },
            })),
        });
    }
  }

  const wellOne = {
    name: 'web1!ping',
    type: 'Service',
    attrs: { __name: 'web1!ping', state: 0, state_type: 1, last_check: 1, acknowledgement: 0 },
    joins: {},
  };

  const wellHost = { name: 'web1', type: 'Host', attrs: { __name: 'web1', state: 0 }, joins: {} };

  function status(): StandInAnswer {
    if (!may('status/query')) return forbidden();
    const app = {
      program_start: self.startedAt / 1_000,
      version: 'r2.14.2-1',
      node_name: 'master1',
      enable_host_checks: true,
      enable_service_checks: true,
    };
    const missing = Object.entries(self.zones).filter(([, connected]) => !connected);
    return json(200, {
      results: [
        {
          name: 'ApiListener',
          status: {
            api: {
              not_conn_endpoints: missing.map(([name]) => `${name}-node`),
              zones: Object.fromEntries(
                Object.entries(self.zones).map(([name, connected]) => [name, { connected }]),
              ),
            },
          },
        },
        { name: 'IcingaApplication', status: { icingaapplication: { app } } },
        {
          name: 'CIB',
          status: {
            uptime: now() - self.startedAt / 1_000,
            num_hosts_pending: 0,
            num_services_pending: self.pending,
            active_host_checks_15min: 0,
            active_service_checks_15min: self.checks,
            passive_host_checks_15min: 0,
            passive_service_checks_15min: 0,
          },
        },
      ],
    });
  }

  function actOn(action: string, name: string, body: Record<string, unknown>): StandInAnswer {
    const [host, service] = split(name);
    const { author, comment } = body;
    const needsWords = action !== 'remove-acknowledgement';
    const done = (more: Record<string, unknown> = {}): StandInAnswer =>
      json(200, { results: [{ code: 200, status: 'Successfully did it.', ...more }] });
    if (needsWords && (!author || !comment)) {
      return json(500, { results: [{ code: 500, status: 'Action execution failed.' }] });
    }
    const remark = { host, service, author: String(author), text: String(comment), at: now() };
    const made = `${name}!${randomUUID()}`;
    switch (action) {
      case 'acknowledge-problem':
        if (acknowledged.has(name)) {
          return json(409, {
            results: [{ code: 409, status: `${name} is already acknowledged.` }],
          });
        }
        acknowledged.add(name);
        acks.set(name, (acks.get(name) ?? 0) + 1);
        self.comments.push({ ...remark, name: made, type: 4 });
        return done();
      case 'remove-acknowledgement':
        acknowledged.delete(name);
        return done();
      case 'add-comment':
        self.comments.push({ ...remark, name: made, type: 1 });
        return done({ name: made });
      case 'schedule-downtime': {
        const times = { start: Number(body['start_time']), end: Number(body['end_time']) };
        self.downtimes.push({ ...remark, ...times, name: made, parent: '' });
        if (body['all_services'] === true) {
          for (const child of shown.map(nameOf).filter((one) => split(one)[0] === host)) {
            self.downtimes.push({
              ...remark,
              ...times,
              service: split(child)[1],
              name: `${child}!${randomUUID()}`,
              parent: made,
            });
          }
        }
        return done({ name: made });
      }
      default:
        return json(404, { error: 404, status: 'Action not found.' });
    }
  }

  function act(action: string, request: StandInRequest): StandInAnswer {
    if (!may(`actions/${action}`)) return forbidden();
    if (request.json === undefined) return page(400, 'Invalid request body');
    const body = request.json as Record<string, unknown>;
    if (action === 'remove-downtime') {
      const named = self.downtimes.filter(
        ({ name }) => body['downtime'] === undefined || name === body['downtime'],
      );
      if (named.length === 0) return nothing;
      for (const one of named) self.downtimes.splice(self.downtimes.indexOf(one), 1);
      return json(200, { results: [{ code: 200, status: 'Successfully removed downtime.' }] });
    }
    const { service, host } = body;
    const names =
      service === undefined && host === undefined
        ? shown.map(nameOf)
        : shown.some((alarm) => nameOf(alarm) === service || alarm.key === host)
          ? [String(service ?? host)]
          : [];
    const [first, ...others] = names.map((name) => actOn(action, name, body));
    return others.at(-1) ?? first ?? nothing;
  }

  const standIn = await startStandIn('icinga2', (request) => {
    const { method, path, headers } = request;
    const pair = Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
    if (headers.authorization !== `Basic ${pair}`) {
      return json(401, { error: 401, status: 'Unauthorized. Please check your user credentials.' });
    }
    if (method !== 'GET' && headers.accept !== 'application/json') {
      return page(400, "Accept header is missing or not set to 'application/json'.");
    }
    const isRead = method === 'GET' || headers['x-http-method-override'] === 'GET';
    if (path === '/v1') {
      return json(200, {
        results: [{ user, permissions: self.permissions, version: 'r2.14.2-1', info: '' }],
      });
    }
    const [, kind, name] = /^\/v1\/(objects|actions|status)\/?([a-z-]*)$/.exec(path) ?? [];
    if (kind === 'objects' && isRead) return query(name ?? '', request);
    if (kind === 'status' && isRead) return status();
    if (kind === 'actions' && method === 'POST' && !isRead) return act(name ?? '', request);
    return json(404, { error: 404, status: `The requested path '${path}' could not be found.` });
  });

  const self: Icinga2StandIn = Object.assign(standIn, {
    isNewer: false,
    permissions: ['objects/query/*', 'actions/*', 'status/query', 'filter-expression'],
    startedAt: Date.now() - 86_400_000,
    pending: 0,
    checks: 400,
    zones: { master: true, berlin: true },
    isEmpty: false,
    over: new Map<string, Record<string, unknown>>(),
    downtimes: [],
    comments: [],
    show(alarms: readonly ShownAlarm[]): void {
      shown = alarms;
    },
    effects(key: string) {
      const name = `${key}!check /`;
      const [host, service] = split(name);
      const said = self.comments.filter(
        (one) => one.type === 1 && one.host === host && one.service === service,
      );
      return {
        isAcknowledged: acknowledged.has(name),
        acknowledgements: acks.get(name) ?? 0,
        comments: said.map(({ text }) => text),
        silencedUntil: inDowntime(name).map(({ end }) => end * 1_000),
        isResolved: !shown.some((alarm) => alarm.key === key),
      };
    },
  });
  return self;
}
