/**
 * A Checkmk site: Livestatus through REST, and commands that its core takes a moment later.
 *
 * It refuses what the real one refuses: a wrong login, another Accept or content type, columns that it does not know, an
 * acknowledgement of what is fine.
 */
import type { Effects, ShownAlarm, Upstream } from '../../support/connectors/suite.ts';
import {
  startStandIn,
  type StandInAnswer,
  type StandInRequest,
} from '../../support/connectors/stand-in.ts';

type Item = Record<string, unknown>;

export const login = { user: 'automation' };
export const secrets = { secret: 'checkmk-secret-7Hq2-odd%&' };

const root = '/mysite/check_mk/api/1.0';
const knownColumns = new Set([
  'host_name',
  'description',
  'name',
  'state',
  'state_type',
  'plugin_output',
  'last_state_change',
  'last_hard_state_change',
  'last_check',
  'last_time_ok',
  'last_time_up',
  'has_been_checked',
  'acknowledged',
  'acknowledgement_type',
  'scheduled_downtime_depth',
  'host_state',
  'host_scheduled_downtime_depth',
  'comments_with_info',
  'downtimes_with_info',
  'notes_url_expanded',
  'action_url_expanded',
  'labels',
  'tags',
  'contact_groups',
  'is_flapping',
]);

export interface Downtime {
  id: string;
  host: string;
  service: string | null;
  comment: string;
  start: string;
  end: string;
}

export interface CheckmkStandIn extends Upstream {
  /** Rows of the tables, by site. */
  hosts: Item[];
  services: Item[];
  downtimes: Downtime[];
  /** Whether a query may come in a body; old versions say 405. */
  takesPost: boolean;
  /** Sites that do not run: their rows are left out in silence. */
  deadSites: Set<string>;
  /** How long its core takes for a command. */
  pipeMs: number;
  /** Seconds since the last check of the service that proves life. */
  silentSeconds: number;
}

interface Counts {
  acknowledgements: number;
  comments: string[];
}

const states: Readonly<Record<string, number>> = { warning: 1, critical: 2, unknown: 3 };
const hostStates: Readonly<Record<string, number>> = { down: 1, unreachable: 2 };

export const hostRow = (name: string, more: Item = {}): Item => ({
  name,
  state: 0,
  state_type: 1,
  plugin_output: 'OK - 127.0.0.1 rta 0.1ms',
  last_state_change: 1_795_455_208,
  last_time_up: 0,
  has_been_checked: 1,
  acknowledged: 0,
  scheduled_downtime_depth: 0,
  comments_with_info: [],
  notes_url_expanded: '',
  labels: { 'cmk/site': 'mysite' },
  is_flapping: 0,
  site: 'mysite',
  ...more,
});

export const serviceRow = (host: string, description: string, more: Item = {}): Item => ({
  ...hostRow(host),
  name: undefined,
  last_time_up: undefined,
  last_time_ok: 0,
  host_name: host,
  description,
  plugin_output: 'CRIT - 97% used',
  host_scheduled_downtime_depth: 0,
  host_state: 0,
  ...more,
});

export function rowOf({ key, name, text, severity, since, broken }: ShownAlarm): {
  host?: Item;
  service?: Item;
} {
  const changed = Math.floor((since ?? Date.now()) / 1_000);
  const word = severity ?? 'critical';
  const facts = {
    last_state_change: changed,
    plugin_output: text ?? 'CRIT - 97% used',
    ...(broken === 'item' ? { last_state_change: 'yesterday' } : {}),
  };
  const hostState = hostStates[word];
  if (hostState !== undefined)
    return { host: hostRow(`host-${key}`, { ...facts, state: hostState }) };
  const state = states[word] ?? Number(word.replace('state ', ''));
  const description = broken === 'identity' ? null : name;
  return { service: { ...serviceRow(`host-${key}`, name, { ...facts, state }), description } };
}

type Query = { op: string; left?: string; right?: string; expr?: Query[] };

function matches(query: Query | undefined, row: Item): boolean {
  if (query === undefined) return true;
  if (query.op === 'and') return (query.expr ?? []).every((one) => matches(one, row));
  const isEqual = String(row[query.left ?? '']) === query.right;
  return query.op === '=' ? isEqual : !isEqual;
}

const problem = (status: number, title: string, detail = title): StandInAnswer => ({
  status,
  json: { title, status, detail },
  headers: { 'content-type': 'application/problem+json' },
});
const done: StandInAnswer = { status: 204 };

export async function startCheckmk(): Promise<CheckmkStandIn> {
  const counts = new Map<string, Counts>();
  const countsOf = (host: unknown, service: unknown): Counts => {
    const key = JSON.stringify([host, service ?? null]);
    const found = counts.get(key) ?? { acknowledgements: 0, comments: [] };
    counts.set(key, found);
    return found;
  };
  let nextId = 50;
  const pipe = (work: () => void): StandInAnswer => {
    setTimeout(work, self.pipeMs);
    return done;
  };
  const objectOf = (host: unknown, service: unknown): Item | undefined =>
    service === undefined || service === null
      ? self.hosts.find(({ name }) => name === host)
      : self.services.find((row) => row['host_name'] === host && row['description'] === service);
  const addComment = (row: Item | undefined, text: unknown): void => {
    if (row === undefined) return;
    nextId += 1;
    const before = row['comments_with_info'] as unknown[];
    row['comments_with_info'] = [...before, [nextId, login.user, text]];
  };

  const isInDowntime = (host: unknown, service: unknown): boolean =>
    self.downtimes.some((one) => one.host === host && one.service === (service ?? null));

  function withDowntimes(kind: string, row: Item): Item {
    const host = kind === 'host' ? row['name'] : row['host_name'];
    return {
      ...row,
      scheduled_downtime_depth: Number(
        isInDowntime(host, kind === 'host' ? null : row['description']),
      ),
      host_scheduled_downtime_depth: Number(isInDowntime(host, null)),
    };
  }

  function collection(
    kind: string,
    { query, columns, sites }: { query?: Query; columns?: string[]; sites?: string[] },
  ): StandInAnswer {
    const unknown = (columns ?? []).find((column) => !knownColumns.has(column));
    if (columns === undefined || unknown !== undefined) {
      return problem(400, 'Bad Request', `These fields have problems: columns: ${unknown}`);
    }
    const life = self.hosts.map((host) =>
      serviceRow(String(host['name']), 'Check_MK', {
        state: 0,
        last_check: Math.floor((Date.now() + self.skewMs) / 1_000) - self.silentSeconds,
        site: host['site'],
      }),
    );
    const rows = (kind === 'host' ? self.hosts : [...life, ...self.services])
      .filter(({ site }) => !self.deadSites.has(String(site)))
      .filter(({ site }) => sites === undefined || sites.includes(String(site)))
      .map((row) => withDowntimes(kind, row))
      .filter((row) => matches(query, row));
    const value = rows.map((row) => ({
      domainType: kind,
      id: row['host_name'] ?? row['name'],
      links: [],
      extensions: Object.fromEntries(
        columns.flatMap((column) => (row[column] === undefined ? [] : [[column, row[column]]])),
      ),
    }));
    return { json: { domainType: kind, id: 'all', links: [], value } };
  }

  function command(path: string, body: Item): StandInAnswer {
    const { host_name: host, comment } = body;
    if (path === 'acknowledge/actions/delete/invoke') {
      return pipe(() => {
        const row = objectOf(host, body['service_description']);
        if (row !== undefined) row['acknowledged'] = 0;
      });
    }
    if (path === 'downtime/actions/delete/invoke') {
      if (body['delete_type'] !== 'by_id') return problem(400, 'Only by id in this test');
      if (body['site_id'] !== 'mysite') return problem(400, 'Unknown site');
      return pipe(() => {
        self.downtimes = self.downtimes.filter(({ id }) => id !== body['downtime_id']);
      });
    }
    const [domain, , kind] = path.split('/');
    if (typeof comment !== 'string' || comment === '') return problem(400, 'comment: required');
    if (domain === 'acknowledge') {
      if (body['acknowledge_type'] !== kind) return problem(400, 'acknowledge_type');
      const service = body['service_description'];
      const name = typeof service === 'string' ? decodeURIComponent(service) : undefined;
      const row = objectOf(host, name);
      if (row === undefined) return problem(400, 'Service not found');
      if (row['state'] === 0) {
        return problem(422, 'Unprocessable', "You can't acknowledge a problem that doesn't exist.");
      }
      countsOf(host, name).acknowledgements += 1;
      return pipe(() => {
        row['acknowledged'] = 1;
        addComment(row, comment);
      });
    }
    if (domain === 'comment') {
      if (body['comment_type'] !== kind) return problem(400, 'comment_type');
      countsOf(host, body['service_description']).comments.push(comment);
      return pipe(() => addComment(objectOf(host, body['service_description']), comment));
    }
    if (domain === 'downtime') {
      if (body['downtime_type'] !== kind) return problem(400, 'downtime_type');
      const services = (body['service_descriptions'] as string[] | undefined) ?? [null];
      if (kind === 'service' && services[0] === null) return problem(400, 'service_descriptions');
      return pipe(() => {
        for (const service of services) {
          nextId += 1;
          self.downtimes.push({
            id: String(nextId),
            host: String(host),
            service,
            comment,
            start: String(body['start_time']),
            end: String(body['end_time']),
          });
        }
      });
    }
    return problem(404, 'Not Found');
  }

  function answer(request: StandInRequest): StandInAnswer {
    const { method, path, headers, query, json } = request;
    if (!path.startsWith(root)) return { status: 404, text: 'Not Found' };
    const authorization = headers.authorization ?? '';
    const basic = Buffer.from(`${login.user}:${secrets.secret}`).toString('base64');
    if (
      authorization !== `Bearer ${login.user} ${secrets.secret}` &&
      authorization !== `Basic ${basic}`
    ) {
      return problem(401, 'Unauthorized', 'Invalid credentials');
    }
    if (headers.accept !== 'application/json') return problem(406, 'Not Acceptable');
    const rest = path.slice(root.length + 1);
    if (rest === 'version') {
      return { json: { site: 'mysite', versions: { checkmk: '2.3.0p21' }, edition: 'cre' } };
    }
    if (method === 'POST' && headers['content-type'] !== 'application/json') {
      return problem(415, 'Unsupported Media Type');
    }
    const [, kind] = /^domain-types\/(host|service)\/collections\/all$/.exec(rest) ?? [];
    if (kind !== undefined) {
      if (method === 'POST') {
        return self.takesPost
          ? collection(kind, json as object)
          : problem(405, 'Method Not Allowed');
      }
      const asked = query.get('query');
      return collection(kind, {
        ...(asked === null ? {} : { query: JSON.parse(asked) as Query }),
        columns: query.getAll('columns'),
        ...(query.has('sites') ? { sites: query.getAll('sites') } : {}),
      });
    }
    if (rest === 'domain-types/downtime/collections/all' && method === 'GET') {
      const host = query.get('host_name');
      const value = self.downtimes
        .filter((one) => host === null || one.host === host)
        .map(({ id, host: name, service, comment, start, end }) => ({
          domainType: 'downtime',
          id,
          title: 'a downtime',
          links: [],
          extensions: {
            site_id: 'mysite',
            host_name: name,
            ...(service === null ? {} : { service_description: service }),
            is_service: service !== null,
            author: login.user,
            start_time: start,
            end_time: end,
            recurring: false,
            comment,
          },
        }));
      return { json: { domainType: 'downtime', id: 'downtime', value } };
    }
    if (method !== 'POST') return problem(405, 'Method Not Allowed');
    return command(rest.replace(/^domain-types\//, ''), json as Item);
  }

  const standIn = await startStandIn('checkmk', answer);
  const quiet = hostRow('quiet-host');
  const self: CheckmkStandIn = Object.assign(standIn, {
    hosts: [quiet],
    services: [] as Item[],
    downtimes: [] as Downtime[],
    takesPost: true,
    deadSites: new Set<string>(),
    pipeMs: 20,
    silentSeconds: 30,
    show(alarms: readonly ShownAlarm[]) {
      const rows = alarms.map(rowOf);
      self.hosts = [quiet, ...rows.flatMap(({ host }) => (host === undefined ? [] : [host]))];
      self.services = rows.flatMap(({ service }) => (service === undefined ? [] : [service]));
    },
    effects(key: string): Effects {
      const row = self.services.find((one) => one['host_name'] === `host-${key}`);
      const { acknowledgements, comments } = countsOf(`host-${key}`, row?.['description']);
      return {
        isAcknowledged: row?.['acknowledged'] === 1,
        acknowledgements,
        comments,
        silencedUntil: self.downtimes
          .filter(({ host }) => host === `host-${key}`)
          .map(({ end }) => Date.parse(end)),
        isResolved: false,
      };
    },
  });
  return self;
}
