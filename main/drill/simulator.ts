/**
 * The HTTP face of the simulated Alertmanager: API v2 as version 0.25 speaks it, on loopback.
 *
 * `test/integration/drill-simulator.test.ts` asks it and the real program the same questions.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { toInstant } from '../clock.ts';
import { createLogger } from '../logging.ts';
import { type Alertmanager, readTime, receiverName, Refusal } from './alertmanager.ts';
import { type LabelMatcher, matchesAll, parseFilter } from './label-matchers.ts';

const log = createLogger('drill');

const longestBody = 8 * 1024 * 1024;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export interface Simulator {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  stop(): Promise<void>;
}

/** What one request is answered with. `body` undefined: none. Texts are sent as they are, the rest as JSON. */
interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The codes of the schema validation that stands before the real API. */
const invalid = (status: number, code: number, message: string): Answer => ({
  status,
  body: { code, message },
});

const Texts = z.record(z.string(), z.string());
const PostedAlerts = z.array(
  z.object({
    labels: Texts,
    annotations: Texts.optional(),
    generatorURL: z.string().optional(),
    startsAt: z.string().optional(),
    endsAt: z.string().optional(),
  }),
);
/** Fields in the order in which the real one complains about their absence. */
const PostedSilence = z.object({
  comment: z.string(),
  createdBy: z.string(),
  endsAt: z.string(),
  matchers: z
    .array(
      z.object({
        isRegex: z.boolean(),
        name: z.string(),
        value: z.string(),
        isEqual: z.boolean().default(true),
      }),
    )
    .min(1),
  startsAt: z.string(),
  id: z.string().optional(),
});

/** The first thing wrong with a body, as the real one words it: absent, too few, or of another type. */
function complain(what: string, body: unknown, error: z.ZodError): Answer {
  const issue = error.issues[0];
  const path = issue?.path.join('.') ?? '';
  let value: unknown = body;
  for (const part of issue?.path ?? []) {
    value = (value as Record<PropertyKey, unknown> | undefined)?.[part];
  }
  if (value === undefined || value === null) {
    return invalid(422, 602, `${path === '' ? what : path} in body is required`);
  }
  if (issue?.code === 'too_small') {
    return invalid(422, 612, `${path} in body should have at least 1 items`);
  }
  return invalid(
    400,
    400,
    `parsing ${what} body from "" failed, because json: cannot unmarshal ${typeof value} at ${path}`,
  );
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longestBody) throw new Refusal(413, 'request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads a JSON body, or says how the real one would refuse it. */
async function readJson<Schema extends z.ZodType>(
  request: IncomingMessage,
  what: string,
  schema: Schema,
): Promise<{ value: z.output<Schema> } | { answer: Answer }> {
  const text = await readBody(request);
  const type = request.headers['content-type'] ?? 'application/octet-stream';
  const mediaType = type.split(';')[0]?.trim().toLowerCase() ?? '';
  if (mediaType !== 'application/json') {
    const message = `unsupported media type ${JSON.stringify(mediaType)}, only [application/json] are allowed`;
    return { answer: invalid(415, 415, message) };
  }
  if (text === '') return { answer: invalid(422, 602, `${what} in body is required`) };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    const message = `parsing ${what} body from "" failed, because unexpected EOF`;
    return { answer: invalid(400, 400, message) };
  }
  const parsed = schema.safeParse(body);
  return parsed.success ? { value: parsed.data } : { answer: complain(what, body, parsed.error) };
}

const truths = new Set(['true', '1', 't', 'T', 'TRUE', 'True', 'yes', 'on', 'ok', 'y', 'enabled']);

/** Absent means true; anything that is not a truth is silently false. */
function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value === null || truths.has(value);
}

function filtersOf(query: URLSearchParams): LabelMatcher[] {
  return query.getAll('filter').map((text) => {
    const matcher = parseFilter(text);
    if (matcher === null) throw new Refusal(400, `bad matcher format: ${text}`);
    return matcher;
  });
}

function receiverFits(query: URLSearchParams): boolean {
  const pattern = query.get('receiver');
  if (pattern === null) return true;
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(receiverName);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal(400, `failed to parse receiver param: ${reason}`);
  }
}

export interface SimulatorOptions {
  /** When it claims to have started; long ago, so that nobody takes it for one that just restarted. */
  readonly startedAt: number;
  readonly inhibitedText: string;
  /** Called before every answer, so that what it says is of this moment. */
  readonly beforeAnswer?: () => void;
  /** 0 or absent: any free one. */
  readonly port?: number;
}

type Handler = (request: IncomingMessage, query: URLSearchParams) => Answer | Promise<Answer>;

function routesOf(state: Alertmanager, options: SimulatorOptions): Map<string, Handler> {
  const listAlerts = (query: URLSearchParams) => {
    const filters = filtersOf(query);
    const isReceived = receiverFits(query);
    return state
      .alerts()
      .filter(
        ({ labels, status }) =>
          isReceived &&
          matchesAll(filters, labels) &&
          (status.state !== 'active' || flag(query, 'active')) &&
          (status.silencedBy.length === 0 || flag(query, 'silenced')) &&
          (status.inhibitedBy.length === 0 || flag(query, 'inhibited')),
      );
  };
  return new Map<string, Handler>([
    ['GET /-/healthy', () => ({ status: 200, text: 'OK' })],
    ['GET /-/ready', () => ({ status: 200, text: 'OK' })],
    [
      'GET /api/v2/status',
      () => ({
        status: 200,
        body: {
          cluster: { status: 'disabled', peers: [] },
          config: {
            original: `# The simulator of a drill.\nroute:\n  receiver: ${receiverName}\n${options.inhibitedText}receivers:\n- name: ${receiverName}\n`,
          },
          uptime: toInstant(options.startedAt),
          versionInfo: {
            branch: 'nightdesk-drill',
            buildDate: '20261101-00:00:00',
            buildUser: 'nightdesk',
            goVersion: 'none',
            revision: 'drill',
            version: '0.25.0',
          },
        },
      }),
    ],
    ['GET /api/v2/receivers', () => ({ status: 200, body: [{ name: receiverName }] })],
    ['GET /api/v2/alerts', (_, query) => ({ status: 200, body: listAlerts(query) })],
    [
      'GET /api/v2/alerts/groups',
      (_, query) => {
        const alerts = listAlerts(query);
        const receiver = { name: receiverName };
        return {
          status: 200,
          body: alerts.length === 0 ? [] : [{ labels: {}, receiver, alerts }],
        };
      },
    ],
    [
      'POST /api/v2/alerts',
      async (request) => {
        const read = await readJson(request, 'alerts', PostedAlerts);
        if ('answer' in read) return read.answer;
        state.post(
          read.value.map((alert) => ({
            ...alert,
            startsAt: readTime(alert.startsAt),
            endsAt: readTime(alert.endsAt),
          })),
        );
        return { status: 200 };
      },
    ],
    [
      'GET /api/v2/silences',
      (_, query) => {
        const filters = filtersOf(query);
        // The filter is met by the labels that the silence names, with their values.
        const body = state
          .silences()
          .filter(({ matchers }) =>
            matchesAll(
              filters,
              Object.fromEntries(matchers.map(({ name, value }) => [name, value])),
            ),
          );
        return { status: 200, body };
      },
    ],
    [
      'POST /api/v2/silences',
      async (request) => {
        const read = await readJson(request, 'silence', PostedSilence);
        if ('answer' in read) return read.answer;
        const { id, startsAt, endsAt, ...rest } = read.value;
        const silenceID = state.setSilence({
          ...rest,
          id: id === '' ? undefined : id,
          startsAt: readTime(startsAt) ?? 0,
          endsAt: readTime(endsAt) ?? 0,
        });
        return { status: 200, body: { silenceID } };
      },
    ],
  ]);
}

function answerSilence(state: Alertmanager, method: string, id: string): Answer {
  if (method !== 'GET' && method !== 'DELETE') return wrongMethod(method, ['GET', 'DELETE']);
  if (!uuid.test(id)) {
    const message = `silenceID in path must be of type uuid: ${JSON.stringify(id)}`;
    return invalid(422, 601, message);
  }
  if (method === 'DELETE') {
    state.expire(id);
    return { status: 200 };
  }
  const body = state.silence(id);
  return body === null ? { status: 404 } : { status: 200, body };
}

const wrongMethod = (method: string, allowed: readonly string[]): Answer => ({
  ...invalid(405, 405, `method ${method} is not allowed, but [${allowed.join(',')}] are`),
  headers: { allow: allowed.join(',') },
});

function acceptsJson(request: IncomingMessage): boolean {
  const { accept } = request.headers;
  return accept === undefined || /application\/(json|\*)|\*\/\*/i.test(accept);
}

async function answer(
  state: Alertmanager,
  routes: ReadonlyMap<string, Handler>,
  request: IncomingMessage,
): Promise<Answer> {
  const method = request.method ?? 'GET';
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (pathname.startsWith('/api/v2/') && !acceptsJson(request)) {
    return invalid(
      406,
      406,
      'unsupported media type requested, only [application/json] are available',
    );
  }
  const silence = /^\/api\/v2\/silence\/([^/]+)$/.exec(pathname)?.[1];
  if (silence !== undefined) return answerSilence(state, method, decodeURIComponent(silence));
  const handler = routes.get(`${method} ${pathname}`);
  if (handler !== undefined) return handler(request, searchParams);
  const allowed = ['GET', 'POST'].filter((other) => routes.has(`${other} ${pathname}`));
  if (allowed.length > 0) return wrongMethod(method, allowed);
  return pathname.startsWith('/api/v2')
    ? invalid(404, 404, `path ${pathname} was not found`)
    : { status: 404, text: '404 page not found\n' };
}

function send(response: ServerResponse, { status, body, text, headers }: Answer): void {
  const payload = text ?? (body === undefined ? '' : `${JSON.stringify(body)}\n`);
  response.writeHead(status, {
    ...(payload === ''
      ? {}
      : {
          'content-type': text === undefined ? 'application/json' : 'text/plain; charset=utf-8',
        }),
    'content-length': Buffer.byteLength(payload),
    vary: 'Origin',
    ...headers,
  });
  response.end(payload);
}

/** Listens on loopback only, and answers only to its own name, so that no web page can speak to it. */
export async function startSimulator(
  state: Alertmanager,
  options: SimulatorOptions,
): Promise<Simulator> {
  const routes = routesOf(state, options);
  let host = '';
  const handle = async (request: IncomingMessage): Promise<Answer> => {
    if (request.headers.host !== host) return { status: 403, text: 'unknown host\n' };
    try {
      options.beforeAnswer?.();
      return await answer(state, routes, request);
    } catch (error) {
      // Words of the API come as a JSON text, like the real one sends them.
      if (error instanceof Refusal) return { status: error.status, body: error.message };
      if (error instanceof URIError) return { status: 400, text: 'bad path\n' };
      log.error('simulator failed', { error });
      return { status: 500, body: 'internal error of the simulator' };
    }
  };
  const server = createServer((request, response) => {
    handle(request).then(
      (result) => send(response, result),
      (error: unknown) => {
        log.error('simulator could not answer', { error });
        response.destroy();
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  host = `127.0.0.1:${port}`;
  return {
    url: `http://${host}`,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
