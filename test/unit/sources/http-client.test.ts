import { createServer as createTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { joinUrl, isLoopback } from '../../../main/sources/http-address.ts';
import { plainTransport } from '../../../main/sources/transport.ts';
import { createHttpClient, type HttpClientOptions } from '../../../main/sources/http-client.ts';
import { parseRetryAfter } from '../../../main/sources/http-refusals.ts';
import { SourceError } from '../../../main/sources/source-error.ts';
import {
  answer,
  faults,
  gzipBomb,
  startMuteServer,
  startServer,
  status,
  type Answer,
  type FaultName,
} from '../../support/upstream-faults.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const limits = { connectMs: 500, headersMs: 600, bodyMs: 600, totalMs: 3_000, maxBytes: 100_000 };

async function ask(
  respond: Answer,
  options: HttpClientOptions = {},
  request: {
    method?: 'GET' | 'POST' | 'DELETE';
    headers?: Record<string, string>;
    json?: unknown;
  } = {},
) {
  const server = await startServer(respond);
  const client = createHttpClient({ limits, environment: {}, ...options });
  closers.push(
    () => client.close(),
    () => server.close(),
  );
  return {
    server,
    client,
    answer: client.request({
      url: `${server.url}/api`,
      signal: new AbortController().signal,
      ...request,
    }),
  };
}

const failureOf = async (asked: Promise<unknown>): Promise<SourceError> => {
  const failure: unknown = await asked.then(
    () => null,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(SourceError);
  return failure as SourceError;
};

describe('an answer that is none becomes a reason in words', () => {
  test.each<[FaultName, string, RegExp]>([
    ['a 500', 'unreachable', /error \(500\): boom/],
    ['a 502 page of a proxy', 'unreachable', /error \(502\)\./],
    ['a 503 with a date to come back', 'unreachable', /503/],
    ['a 401', 'unauthorized', /refused the login \(401\)/],
    ['a 403', 'unauthorized', /forbids this \(403\): not yours/],
    ['a 404', 'misconfigured', /does not know \/api \(404\)/],
    ['a 429 with Retry-After', 'unreachable', /429\) and asks to wait 120 s/],
    ['half a JSON', 'unreachable', /broken or incomplete JSON/],
    ['a web page with status 200', 'misconfigured', /a web page instead of data; is there a login/],
    ['a web page that claims to be JSON', 'unreachable', /broken or incomplete JSON/],
    ['an empty body', 'unreachable', /nothing at all/],
    ['text instead of JSON', 'misconfigured', /text\/plain instead of JSON/],
    ['an image', 'misconfigured', /image\/png instead of JSON/],
    ['an unknown encoding', 'misconfigured', /unknown encoding/],
    ['a broken gzip', 'unreachable', /could not be read/],
    ['a cut gzip', 'unreachable', /could not be read/],
    ['a reset in the middle', 'unreachable', /closed the connection in the middle/],
    ['an end in the middle', 'unreachable', /closed the connection in the middle/],
    ['a reset before any answer', 'unreachable', /closed the connection/],
    ['an answer that stops half way', 'unreachable', /stopped in the middle/],
    ['silence after the request', 'unreachable', /never answered/],
    [
      'a redirect to a login page elsewhere',
      'unauthorized',
      /Authentication required: .*login\.example\.org/,
    ],
    ['a redirect in a circle', 'misconfigured', /redirects in a circle/],
    ['a redirect to nowhere', 'misconfigured', /redirects to nowhere/],
  ])('%s: %s', async (name, freshness, words) => {
    const asked = await ask(faults[name]);
    const failure = await failureOf(asked.answer);
    expect(failure.message).toMatch(words);
    expect(failure.freshness).toBe(freshness);
    expect(failure.next).not.toBe('');
  });

  test('one that takes the connection and never speaks', async () => {
    const mute = await startMuteServer();
    const client = createHttpClient({ limits, environment: {} });
    closers.push(
      () => client.close(),
      () => mute.close(),
    );
    const failure = await failureOf(
      client.request({ url: mute.url, signal: new AbortController().signal }),
    );
    expect(failure.message).toMatch(/never answered/);
  });

  test('one that speaks another protocol', async () => {
    const ssh = await startMuteServer('SSH-2.0-OpenSSH_9.2\r\n');
    const client = createHttpClient({ limits, environment: {} });
    closers.push(
      () => client.close(),
      () => ssh.close(),
    );
    const failure = await failureOf(
      client.request({ url: ssh.url, signal: new AbortController().signal }),
    );
    expect(failure.message).toMatch(/does not speak HTTP/);
  });

  test('one that drips for ever, a byte at a time', async () => {
    const { answer: asked } = await ask(
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const drip = setInterval(() => response.write(' '), 50);
        response.on('close', () => clearInterval(drip));
      },
      { limits: { ...limits, totalMs: 700 } },
    );
    expect((await failureOf(asked)).message).toMatch(/did not answer completely within 1 s/);
  });

  test('nobody there', async () => {
    const server = await startServer(answer('[]'));
    await server.close();
    const client = createHttpClient({ limits, environment: {} });
    closers.push(() => client.close());
    const failure = await failureOf(
      client.request({ url: server.url, signal: new AbortController().signal }),
    );
    expect(failure.message).toMatch(/refused the connection; is it running\?$/);
  });

  test('TLS asked of a server without it', async () => {
    const { server, client, answer: asked } = await ask(answer('[]'));
    await asked;
    const failure = await failureOf(
      client.request({
        url: server.url.replace('http:', 'https:'),
        signal: new AbortController().signal,
      }),
    );
    expect(failure.freshness).toBe('misconfigured');
    expect(failure.next).toMatch(/http:\/\//);
  });

  test.each(['ftp://x/', 'javascript:alert(1)', 'not an address', 'file:///etc/passwd'])(
    'the address %s',
    async (url) => {
      const client = createHttpClient();
      closers.push(() => client.close());
      const failure = await failureOf(
        client.request({ url, signal: new AbortController().signal }),
      );
      expect(failure.freshness).toBe('misconfigured');
    },
  );
});

describe('the size of an answer', () => {
  const json = { 'content-type': 'application/json' };

  test('is limited, and the rest is not read', async () => {
    let sent = 0;
    const { answer: asked } = await ask((response) => {
      response.writeHead(200, json);
      const more = (): void => {
        while (!response.destroyed && sent < 50_000_000) {
          sent += 10_000;
          if (!response.write(Buffer.alloc(10_000, ' '))) {
            response.once('drain', more);
            return;
          }
        }
      };
      more();
    });
    expect((await failureOf(asked)).message).toMatch(/more than 100,000 bytes/);
    expect(sent).toBeLessThan(50_000_000);
  });

  test('counts what a small answer unpacks to', async () => {
    const { answer: asked } = await ask(gzipBomb(50_000_000));
    expect((await failureOf(asked)).message).toMatch(/more than 100,000 bytes/);
  });

  test('just at the limit is fine', async () => {
    const text = `"${'x'.repeat(limits.maxBytes - 2)}"`;
    const { answer: asked } = await ask(answer(text));
    expect(((await asked).body as string).length).toBe(limits.maxBytes - 2);
  });
});

describe('what is sent', () => {
  test('a login never follows a redirect to another origin', async () => {
    const other = await startServer(answer('[]'));
    closers.push(() => other.close());
    const { answer: asked } = await ask(
      status(302, { location: `${other.url}/login` }),
      {},
      {
        headers: { authorization: 'Basic c2VjcmV0' },
      },
    );
    await failureOf(asked);
    expect(other.requests).toHaveLength(0);
  });

  test('a read follows a redirect within its origin, a write does not', async () => {
    const turn: Answer = (response, request) => {
      if (request.url === '/api') response.writeHead(307, { location: '/real/api' }).end();
      else answer('[1]')(response, request);
    };
    expect((await (await ask(turn)).answer).body).toEqual([1]);
    const written = await ask(turn, {}, { method: 'POST', json: {} });
    expect((await failureOf(written.answer)).next).toMatch(/\/real\/api/);
    expect(written.server.requests).toHaveLength(1);
  });

  test('a write is never sent twice by itself', async () => {
    const { answer: asked, server } = await ask(
      (response) => response.socket?.resetAndDestroy(),
      {},
      { method: 'POST', json: {} },
    );
    await failureOf(asked);
    expect(server.requests).toHaveLength(1);
  });

  test('a read is asked again once when an idle connection had been closed', async () => {
    let count = 0;
    const { answer: asked } = await ask((response, request) => {
      count += 1;
      if (count === 1) response.socket?.resetAndDestroy();
      else answer('[2]')(response, request);
    });
    expect((await asked).body).toEqual([2]);
  });
});

describe('secrets', () => {
  test('stay out of errors, whatever the upstream echoes', async () => {
    const secret = 'hunter2-and-more';
    const { answer: asked } = await ask(
      status(400, { 'content-type': 'text/plain' }, `bad: Bearer ${secret} ${secret}`),
      { secrets: [secret] },
      { headers: { authorization: `Bearer ${secret}` } },
    );
    const failure = await failureOf(asked);
    expect(`${failure.message} ${failure.next} ${String(failure.cause)}`).not.toContain(secret);
  });

  test('control and direction characters of an upstream do not reach the screen', async () => {
    const { answer: asked } = await ask(
      status(500, { 'content-type': 'text/plain' }, 'a\u202Eb\u0000c\nd\u001B[31m'),
    );
    expect((await failureOf(asked)).message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

test('the clock of the upstream is compared with ours', async () => {
  const at = Date.parse('2026-11-24T04:00:00.000Z');
  const { answer: asked } = await ask(
    answer('[]', {
      'content-type': 'application/json',
      date: new Date(at + 12_000).toUTCString(),
    }),
    { now: () => at },
  );
  expect((await asked).clockSkewMs).toBe(12_500);
});

test('dropping connections ends what is in flight, and the next request works', async () => {
  let isMute = true;
  const {
    client,
    server,
    answer: asked,
  } = await ask((response, request) => {
    if (!isMute) answer('[3]')(response, request);
  });
  const failure = failureOf(asked);
  while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  client.dropConnections();
  expect((await failure).freshness).toBe('unreachable');
  isMute = false;
  const again = await client.request({ url: server.url, signal: new AbortController().signal });
  expect(again.body).toEqual([3]);
});

test('a certificate that nobody vouches for is refused by name, and its authority can be added', async () => {
  const { certificate, key } = await selfSigned();
  const server = createTls({ cert: certificate, key }, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('[4]');
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const signal = new AbortController().signal;
  const stranger = createHttpClient({ limits: { ...limits, connectMs: 5_000 }, environment: {} });
  const friend = createHttpClient({
    limits: { ...limits, connectMs: 5_000 },
    environment: {},
    transport: { ...plainTransport, ca: certificate, serverName: 'monitoring.example.org' },
  });
  closers.push(
    () => stranger.close(),
    () => friend.close(),
    async () => {
      server.closeAllConnections();
      server.close();
    },
  );
  const failure = await failureOf(stranger.request({ url, signal }));
  expect(failure.message).toMatch(/certificate that this computer does not trust/);
  expect(failure.next).toMatch(/trust only its fingerprint: ([0-9A-F]{2}:){31}[0-9A-F]{2}/);
  expect((await friend.request({ url, signal })).body).toEqual([4]);
});

/** Made by the openssl of the machine, as an administrator would. */
async function selfSigned(): Promise<{ certificate: string; key: string }> {
  const { execFileSync } = await import('node:child_process');
  const both = execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      '-',
      '-out',
      '-',
      '-subj',
      '/CN=monitoring.example.org',
      '-addext',
      'subjectAltName=DNS:monitoring.example.org',
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  ).toString();
  const [key = ''] =
    /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/.exec(both) ?? [];
  const [certificate = ''] =
    /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(both) ?? [];
  return { certificate, key };
}

describe('addresses', () => {
  test.each([
    ['http://h:9093', '/api/v2/alerts', 'http://h:9093/api/v2/alerts'],
    ['http://h/am', '/api/v2/alerts', 'http://h/am/api/v2/alerts'],
    ['http://h/am/', 'api/v2/alerts', 'http://h/am/api/v2/alerts'],
    ['http://h//am//', '//api/v2/alerts', 'http://h//am/api/v2/alerts'],
    ['http://h/am?x=1#y', '/s?expired=false', 'http://h/am/s?expired=false'],
  ])('%s and %s', (base, path, expected) => {
    expect(joinUrl(base, path)).toBe(expected);
  });

  test.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['127.8.9.1', true],
    ['[::1]', true],
    ['127.0.0.1.example.org', false],
    ['10.0.0.1', false],
  ])('%s is this computer: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });

  test.each<[string | undefined, number | null]>([
    ['120', 120_000],
    [' 0.5 ', 500],
    ['Tue, 24 Nov 2026 04:00:30 GMT', 30_000],
    ['Tue, 24 Nov 2026 03:00:00 GMT', 0],
    ['99999999', 3_600_000],
    ['soon', null],
    [undefined, null],
  ])('Retry-After %s', (text, expected) => {
    expect(parseRetryAfter(text, Date.parse('2026-11-24T04:00:00Z'))).toBe(expected);
  });
});
