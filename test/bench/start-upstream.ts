/** Starts Alertmanagers beside us, and hears when they have listed their alerts. */
import { fork } from 'node:child_process';
import type { AnswerOptions } from './answers.ts';
import type { UpstreamNews, UpstreamOrder } from './upstream.ts';

type Alerts = Omit<AnswerOptions, 'sentAtMs'>;

export interface Listed {
  readonly server: number;
  readonly at: bigint;
  readonly extra: number;
}

export interface Upstream {
  readonly urls: readonly string[];
  /** Every list so far. */
  readonly listed: readonly Listed[];
  add(alert: Alerts): Promise<void>;
  /** The server accepts and does not answer, or answers again. */
  hang(server: number, isHanging: boolean): Promise<void>;
  stop(): Promise<void>;
}

/** One server per item. */
export async function startUpstream(...alerts: readonly Alerts[]): Promise<Upstream> {
  const child = fork(new URL('upstream.ts', import.meta.url), [], {
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const listed: Listed[] = [];
  let settle: ((news: UpstreamNews) => void) | null = null;
  child.on('message', (message) => {
    const news = message as UpstreamNews;
    if (news.type === 'listed') listed.push({ ...news, at: BigInt(news.at) });
    else settle?.(news);
  });
  const order = (what: UpstreamOrder): Promise<UpstreamNews> =>
    new Promise((resolve) => {
      settle = resolve;
      child.send(what);
    });
  const first = await order({ type: 'listen', alerts });
  if (first.type !== 'listening') throw new Error('the upstream did not listen');
  return {
    urls: first.urls,
    listed,
    async add(alert) {
      await order({ type: 'add', alert });
    },
    async hang(server, isHanging) {
      await order({ type: 'hang', server, isHanging });
    },
    async stop() {
      const ended = new Promise((resolve) => {
        child.once('exit', resolve);
      });
      child.kill();
      await ended;
    },
  };
}
