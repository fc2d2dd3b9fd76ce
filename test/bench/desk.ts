/** The real product, as built: the web shell with its core, measured from inside by the probe and from outside as a window. */
import { fork, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { Source } from '../../preload/contract/sources.ts';
import { openSocket, type Client } from '../support/carriers.ts';
import { temporaryFolder } from './core-parts.ts';
import { Skip } from './figure.ts';
import type { ProbeAnswers } from './probe.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shellFile = join(root, 'dist', 'main', 'web.js');

export interface Desk {
  readonly client: Client;
  /** With the token in the fragment. */
  readonly url: string;
  readonly folder: string;
  readonly process: ChildProcess;
  ask<Question extends keyof ProbeAnswers>(question: Question): Promise<ProbeAnswers[Question]>;
  stop(): Promise<void>;
  /** Stops it and removes its data. */
  dispose(): Promise<void>;
}

/** Stands in for the program that shows notifications: nobody wants hundreds of them on the screen. */
function silentNotifier(folder: string): string {
  const programs = join(folder, 'programs');
  mkdirSync(programs, { recursive: true });
  const file = join(programs, 'notify-send');
  writeFileSync(file, '#!/bin/sh\nexit 0\n');
  chmodSync(file, 0o755);
  return programs;
}

/** `folder`: existing data; default: a folder of its own. */
export async function startDesk(folder?: string): Promise<Desk> {
  if (!existsSync(shellFile)) throw new Skip('the web shell is not built (npm run build)');
  const own = folder === undefined ? temporaryFolder() : { path: folder, remove: () => {} };
  const child = fork(shellFile, ['--no-open', '--data', join(own.path, 'data')], {
    cwd: root,
    execArgv: ['--no-warnings', '--import', new URL('probe.ts', import.meta.url).href],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      PATH: `${silentNotifier(own.path)}${delimiter}${process.env['PATH'] ?? ''}`,
    },
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
  };
  try {
    const url = await addressOf(child);
    const [origin, token] = url.split('/#token=') as [string, string];
    const socket = await openSocket({ origin }, token);
    const client: Client = createORPCClient(new RPCLink({ websocket: socket }));
    const close = async (): Promise<void> => {
      socket.close();
      await stop();
    };
    return {
      client,
      url,
      folder: own.path,
      process: child,
      ask: askerOf(child),
      stop: close,
      async dispose() {
        await close();
        own.remove();
      },
    };
  } catch (error) {
    await stop();
    own.remove();
    throw error;
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error(`no address: ${output}`)), 60_000);
    const collect = (chunk: Buffer): void => {
      output = (output + String(chunk)).slice(-10_000);
      const match = /http:\/\/127\.0\.0\.1:\d+\/#token=\S+/.exec(output);
      if (match === null) return;
      clearTimeout(timer);
      resolve(match[0]);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
}

function askerOf(child: ChildProcess): Desk['ask'] {
  let last = 0;
  return (question) =>
    new Promise((resolve) => {
      last += 1;
      const id = last;
      const hear = (message: unknown): void => {
        const reply = message as { id: number; answer: ProbeAnswers[typeof question] };
        if (reply.id !== id) return;
        child.off('message', hear);
        resolve(reply.answer);
      };
      child.on('message', hear);
      child.send({ id, question });
    });
}

/** @throws Skip when the core of this build cannot answer such a call yet. */
export async function must<Result>(call: Promise<Result>, name: string): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ORPCError && error.code === 'NOT_FOUND' && !error.defined) {
      throw new Skip(`the core does not answer ${name} yet`);
    }
    throw error;
  }
}

/** Waits until `look` finds something, and gives up after a while. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | null>,
  withinMs = 60_000,
): Promise<Found> {
  const end = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > end) throw new Error(`${what} did not happen within ${withinMs / 1_000} s`);
    await sleep(50);
  }
}

/** Connects a source for each address and waits for its first complete answer. */
export async function connectSources(
  { client }: Desk,
  urls: readonly string[],
  intervalMs: number,
): Promise<void> {
  for (const [index, url] of urls.entries()) {
    const draft = {
      kind: 'alertmanager',
      name: `Prod ${index}`,
      intervalMs,
      settings: { urls: [url] },
    };
    await must(client.sources.save({ ...draft, secrets: {} }), 'sources.save');
  }
  await allLive({ client }, urls.length);
}

export const upstreamSources = async ({ client }: Pick<Desk, 'client'>): Promise<Source[]> =>
  (await must(client.sources.list({}), 'sources.list')).filter(
    ({ kind }) => kind === 'alertmanager',
  );

export const allLive = (desk: Pick<Desk, 'client'>, count: number): Promise<Source[]> =>
  until('every source being live', async () => {
    const sources = await upstreamSources(desk);
    const isLive = sources.length === count && sources.every((one) => one.freshness === 'live');
    return isLive ? sources : null;
  });
