/**
 * Alertmanagers in a process of their own, so that none of their work counts as ours. Started by `startUpstream`, which
 * speaks to it over the process channel.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerBytes, statusAnswer, type AnswerOptions } from './answers.ts';

export type UpstreamOrder =
  | { readonly type: 'listen'; readonly alerts: readonly Omit<AnswerOptions, 'sentAtMs'>[] }
  /** From now on the first server lists one more. */
  | { readonly type: 'add'; readonly alert: Omit<AnswerOptions, 'sentAtMs'> }
  /** The server accepts and does not answer, or answers again. */
  | { readonly type: 'hang'; readonly server: number; readonly isHanging: boolean };

export type UpstreamNews =
  | { readonly type: 'listening'; readonly urls: readonly string[] }
  | { readonly type: 'done' }
  /** The last byte of a list was handed to the system; `extra` alerts were added to it. */
  | {
      readonly type: 'listed';
      readonly server: number;
      readonly at: string;
      readonly extra: number;
    };

const say = (news: UpstreamNews): void => {
  process.send?.(news);
};

/** A list without its closing bracket. */
const open = (options: AnswerOptions): Buffer => answerBytes(options).subarray(0, -1);

class Alertmanager {
  /** Two versions in turn: times of sending move, nothing else. */
  readonly #bodies: readonly Buffer[];
  readonly #number: number;
  #extra = '';
  #extraCount = 0;
  #turn = 0;
  #silences: { id: string }[] = [];
  isHanging = false;

  constructor(number: number, alerts: Omit<AnswerOptions, 'sentAtMs'>) {
    this.#number = number;
    this.#bodies = [0, 15_000].map((laterMs) =>
      open({ ...alerts, sentAtMs: alerts.bornAtMs + laterMs }),
    );
  }

  add(alert: Omit<AnswerOptions, 'sentAtMs'>): void {
    const body = open({ ...alert, sentAtMs: alert.bornAtMs }).toString('utf8');
    this.#extra += `,${body.slice(1)}`;
    this.#extraCount += alert.count;
  }

  answer(method: string, path: string, body: string, response: ServerResponse): void {
    if (this.isHanging) return;
    const json = (value: unknown): void => {
      response.end(JSON.stringify(value));
    };
    response.setHeader('content-type', 'application/json');
    switch (path) {
      case '/api/v2/alerts':
        this.#list(response);
        break;
      case '/api/v2/status':
        json(statusAnswer);
        break;
      case '/api/v2/silences':
        if (method === 'POST') {
          const silence = { ...JSON.parse(body), id: String(this.#silences.length + 1) };
          this.#silences.push({ ...silence, status: { state: 'active' } });
          json({ silenceID: silence.id });
        } else json(this.#silences);
        break;
      default:
        response.statusCode = 404;
        response.end('{}');
    }
  }

  #list(response: ServerResponse): void {
    this.#turn += 1;
    const extra = this.#extraCount;
    response.on('finish', () => {
      say({ type: 'listed', server: this.#number, at: String(process.hrtime.bigint()), extra });
    });
    response.write(this.#bodies[this.#turn % 2]);
    response.end(`${this.#extra}]`);
  }
}

const servers: Alertmanager[] = [];

async function listen(number: number, alerts: Omit<AnswerOptions, 'sentAtMs'>): Promise<string> {
  const alertmanager = new Alertmanager(number, alerts);
  servers.push(alertmanager);
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      alertmanager.answer(request.method ?? 'GET', pathname, body, response);
    });
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function obey(order: UpstreamOrder): Promise<void> {
  switch (order.type) {
    case 'listen': {
      const urls: string[] = [];
      for (const [number, alerts] of order.alerts.entries())
        urls.push(await listen(number, alerts));
      say({ type: 'listening', urls });
      return;
    }
    case 'add':
      servers[0]?.add(order.alert);
      break;
    case 'hang': {
      const server = servers[order.server];
      if (server !== undefined) server.isHanging = order.isHanging;
    }
  }
  say({ type: 'done' });
}

process.on('message', (order: UpstreamOrder) => void obey(order));
process.on('disconnect', () => process.exit(0));
