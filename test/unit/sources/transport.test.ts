import { X509Certificate } from 'node:crypto';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createTls, type ServerOptions } from 'node:https';
import { connect, createServer as createTcp, type AddressInfo, type Socket } from 'node:net';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { fieldsOf } from '../../../main/sources/form.ts';
import { createHttpClient } from '../../../main/sources/http-client.ts';
import { proxyOfPac } from '../../../main/sources/http-dispatchers.ts';
import { alertmanagerKind } from '../../../main/sources/alertmanager/connector.ts';
import { SourceError } from '../../../main/sources/source-error.ts';
import {
  clientProblem,
  fingerprintOf,
  plainTransport,
  transportOf,
  type Transport,
} from '../../../main/sources/transport.ts';
import { makeCertificate } from '../../support/certificate.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const later = Date.now() + 86_400_000;
const server = makeCertificate('127.0.0.1', later);
const print = (pem: string): string => new X509Certificate(pem).fingerprint256;
const signal = new AbortController().signal;
const limits = { connectMs: 5_000, headersMs: 5_000, bodyMs: 5_000, totalMs: 8_000 };

const listen = async (
  one: Server | ReturnType<typeof createTls> | ReturnType<typeof createTcp>,
) => {
  one.listen(0, '127.0.0.1');
  await new Promise((resolve) => one.once('listening', resolve));
  closers.push(() => {
    if ('closeAllConnections' in one) one.closeAllConnections();
    one.close();
  });
  return (one.address() as AddressInfo).port;
};

async function startTls(options: ServerOptions = {}): Promise<string> {
  const one = createTls({ cert: server.cert, key: server.key, ...options }, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('[4]');
  });
  one.on('tlsClientError', () => undefined);
  return `https://127.0.0.1:${await listen(one)}/`;
}

function ask(
  url: string,
  transport: Partial<Transport>,
  more: Parameters<typeof createHttpClient>[0] = {},
): Promise<unknown> {
  const client = createHttpClient({
    limits,
    environment: {},
    transport: { ...plainTransport, ...transport },
    ...more,
  });
  closers.push(() => client.close());
  return client.request({ url, signal }).then(({ body }) => body);
}

const failureOf = async (asked: Promise<unknown>): Promise<SourceError> => {
  const error = await asked.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof SourceError)) throw error;
  return error;
};

describe('a pinned fingerprint', () => {
  test('trusts the one certificate, whoever signed it', async () => {
    expect(await ask(await startTls(), { fingerprint: print(server.cert) })).toEqual([4]);
  });

  test('refuses another one, and says which it saw', async () => {
    const other = makeCertificate('127.0.0.1', later + 1_000);
    const failure = await failureOf(ask(await startTls(), { fingerprint: print(other.cert) }));
    expect(failure.message).toMatch(/another certificate than the pinned one/);
    expect(failure.next).toContain(print(server.cert));
    expect(failure.freshness).toBe('misconfigured');
  });

  test('that was not entered yet trusts nothing', async () => {
    const transport = transportOf({ trust: 'fingerprint', fingerprint: '' }, {});
    const failure = await failureOf(ask(await startTls(), transport));
    expect(failure.message).toMatch(/another certificate/);
  });

  test.each([
    ['colons', 'AB:'.repeat(31) + 'AB', 'AB:'.repeat(31) + 'AB'],
    ['lower case without colons', 'ab'.repeat(32), 'AB:'.repeat(31) + 'AB'],
    ['as openssl says it', `SHA256=${'ab'.repeat(32)}`, 'AB:'.repeat(31) + 'AB'],
    ['too short', 'ab'.repeat(31), null],
    ['SHA-1', 'ab'.repeat(20), null],
    ['nothing', '', null],
  ])('is read as people copy it: %s', (_, text, expected) => {
    expect(fingerprintOf(text)).toBe(expected);
  });

  test('any text is a fingerprint or none, and a read one is read again', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = fingerprintOf(text);
        expect(read === null ? null : fingerprintOf(read)).toBe(read);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const hex = Buffer.from(bytes).toString('hex');
        expect(fingerprintOf(hex)?.replaceAll(':', '').toLowerCase()).toBe(hex);
      }),
    );
  });
});

describe('a client certificate', () => {
  const mine = makeCertificate('laptop.example.org', later);
  const wants = (): Promise<string> =>
    startTls({ requestCert: true, rejectUnauthorized: true, ca: mine.cert });

  test('is shown to a server that wants one', async () => {
    const client = { certificate: mine.cert, key: mine.key };
    expect(await ask(await wants(), { ca: server.cert, client })).toEqual([4]);
  });

  test('is asked for in words where it is missing', async () => {
    const failure = await failureOf(ask(await wants(), { ca: server.cert }));
    expect(failure.message).toMatch(/wants a client certificate|closed the connection/);
  });

  test('with another key is refused before anything is sent', async () => {
    const { key } = makeCertificate('laptop.example.org', later + 5_000);
    const client = { certificate: mine.cert, key };
    expect(clientProblem(client)).toMatch(/does not belong/);
    const failure = await failureOf(ask('https://127.0.0.1:1/', { client }));
    expect(failure.message).toMatch(/does not belong/);
    expect(clientProblem({ certificate: mine.cert, key: 'nonsense' })).toMatch(/could not be read/);
    expect(clientProblem({ certificate: '', key })).toMatch(/missing/);
  });
});

/** `127.0.0.1` never takes a proxy, so the upstream has a name that only the proxy knows. */
const beyond = 'monitoring.example.org';

async function startUpstream(): Promise<number> {
  return listen(
    createHttp((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('["upstream"]');
    }),
  );
}

async function startHttpProxy(port: number, seen: string[]): Promise<number> {
  const proxy = createHttp((request, response) => {
    seen.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
    response.writeHead(200, { 'content-type': 'application/json' }).end('["upstream"]');
  });
  proxy.on('connect', (request, socket: Socket) => {
    seen.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
    const on = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      on.pipe(socket).pipe(on);
    });
    on.on('error', () => socket.destroy());
    socket.on('error', () => on.destroy());
  });
  return listen(proxy);
}

/** RFC 1928, user name and password of RFC 1929 when `login` is given. */
async function startSocks(port: number, seen: string[], login?: string): Promise<number> {
  return listen(
    createTcp((socket) => {
      let step = 0;
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        if (step === 0) {
          step = login === undefined ? 2 : 1;
          socket.write(Buffer.from([5, login === undefined ? 0 : 2]));
        } else if (step === 1) {
          const [, length = 0] = bytes;
          const user = bytes.subarray(2, 2 + length).toString();
          const password = bytes.subarray(3 + length).toString();
          step = 2;
          const isRight = `${user}:${password}` === login;
          socket.write(Buffer.from([1, isRight ? 0 : 1]));
        } else if (step === 2) {
          step = 3;
          const name = bytes.subarray(5, 5 + (bytes[4] ?? 0)).toString();
          seen.push(`${name}:${bytes.readUInt16BE(bytes.length - 2)}`);
          const on = connect(port, '127.0.0.1', () => {
            socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
            socket.removeAllListeners('data');
            on.pipe(socket).pipe(on);
          });
          on.on('error', () => socket.destroy());
        }
      });
    }),
  );
}

describe('a proxy', () => {
  const via = (url: string, login: string | null = null): Partial<Transport> => ({
    proxy: { kind: 'address', url, login },
  });
  const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

  test('of its own for one source: HTTP', async () => {
    const seen: string[] = [];
    const port = await startHttpProxy(await startUpstream(), seen);
    expect(await ask(`http://${beyond}/x`, via(`http://127.0.0.1:${port}`))).toEqual(['upstream']);
    expect(seen.join('\n')).toContain(beyond);
  });

  test('with a login', async () => {
    const seen: string[] = [];
    const port = await startHttpProxy(await startUpstream(), seen);
    const transport = transportOf(
      { proxy: 'address', proxyAddress: `http://127.0.0.1:${port}`, proxyUser: 'ada' },
      { proxyPassword: 'hunter2' },
    );
    await ask(`http://${beyond}/x`, transport);
    expect(seen.join('\n')).toContain(basic('ada:hunter2'));
  });

  test('SOCKS5', async () => {
    const seen: string[] = [];
    const port = await startSocks(await startUpstream(), seen);
    expect(await ask(`http://${beyond}/x`, via(`socks5://127.0.0.1:${port}`))).toEqual([
      'upstream',
    ]);
    expect(seen).toEqual([`${beyond}:80`]);
  });

  test('SOCKS5 with a login', async () => {
    const seen: string[] = [];
    const port = await startSocks(await startUpstream(), seen, 'ada:hunter2');
    const right = via(`socks5://127.0.0.1:${port}`, basic('ada:hunter2'));
    expect(await ask(`http://${beyond}/x`, right)).toEqual(['upstream']);
    await failureOf(ask(`http://${beyond}/x`, via(`socks5://127.0.0.1:${port}`, basic('ada:no'))));
  });

  test('as the system says it, asked once an address', async () => {
    const seen: string[] = [];
    const port = await startHttpProxy(await startUpstream(), seen);
    const asked: string[] = [];
    const client = createHttpClient({
      limits,
      environment: { HTTP_PROXY: 'http://127.0.0.1:1' },
      findProxy: async (url) => {
        asked.push(url);
        return `PROXY 127.0.0.1:${port}; DIRECT`;
      },
    });
    closers.push(() => client.close());
    await client.request({ url: `http://${beyond}/x`, signal });
    await client.request({ url: `http://${beyond}/y`, signal });
    expect(asked).toEqual([`http://${beyond}/x`]);
    client.dropConnections();
    await client.request({ url: `http://${beyond}/z`, signal });
    expect(asked).toHaveLength(2);
  });

  test('none, where the person says so', async () => {
    const failure = await failureOf(
      ask(
        `http://${beyond}.invalid/x`,
        { proxy: { kind: 'none' } },
        {
          environment: { HTTP_PROXY: 'http://127.0.0.1:1' },
        },
      ),
    );
    expect(failure.message).toMatch(/name that (cannot be found|could not be looked up)/);
  });

  test('that is down is told apart from the upstream', async () => {
    const failure = await failureOf(ask(`http://${beyond}/x`, via('http://127.0.0.1:1')));
    expect(failure.freshness).toBe('unreachable');
  });

  test('and a pinned fingerprint do not go together, which is said', async () => {
    const transport = { ...via('http://127.0.0.1:1'), fingerprint: print(server.cert) };
    const failure = await failureOf(ask(`https://${beyond}/`, transport));
    expect(failure.message).toMatch(/cannot be checked through a proxy/);
  });

  test('of the environment does not put authorities in the place of a pinned fingerprint', async () => {
    const environment = { HTTPS_PROXY: 'http://127.0.0.1:1' };
    const transport = { fingerprint: print(server.cert) };
    const failure = await failureOf(ask(`https://${beyond}/`, transport, { environment }));
    expect(failure.message).toMatch(/cannot be checked through a proxy/);
  });

  test.each([
    ['DIRECT', null],
    ['PROXY a.example:3128; DIRECT', 'http://a.example:3128'],
    ['HTTPS a.example:443', 'https://a.example:443'],
    ['SOCKS4 old:1; SOCKS5 b:1080', 'socks5://b:1080'],
    ['socks b:1080', 'socks5://b:1080'],
    ['', null],
    ['nonsense', null],
  ])('PAC says %j', (answer, expected) => {
    expect(proxyOfPac(answer)).toBe(expected);
  });
});

test('the answer is given up after the time of the source', async () => {
  const port = await listen(createTcp(() => undefined));
  const client = createHttpClient({
    environment: {},
    transport: { ...plainTransport, timeoutMs: 300 },
  });
  closers.push(() => client.close());
  const failure = await failureOf(client.request({ url: `http://127.0.0.1:${port}/`, signal }));
  expect(failure.freshness).toBe('unreachable');
});

test('the details of the connection are folded away, and every kind with them gets their secrets', () => {
  const fields = fieldsOf(alertmanagerKind);
  const advanced = fields.filter(({ isAdvanced }) => isAdvanced === true).map(({ name }) => name);
  expect(advanced).toEqual(expect.arrayContaining(['trust', 'ca', 'clientKey', 'proxyPassword']));
  expect(fields.find(({ name }) => name === 'proxyPassword')?.isRequired).toBe(false);
});
