import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { beginGet, readGet } from '../../../../main/runbooks/running/get-request.ts';

describe('an http fence', () => {
  test.each([
    ['GET https://api.example/health', 'https://api.example/health', '*/*'],
    ['https://api.example/health', 'https://api.example/health', '*/*'],
    [
      'GET http://db-1:9100/metrics HTTP/1.1\nHost: db-1\nAccept: text/plain\n',
      'http://db-1:9100/metrics',
      'text/plain',
    ],
    ['# is it up\nget https://api.example/?a=1&b=2', 'https://api.example/?a=1&b=2', '*/*'],
  ])('%s is a GET', (text, url, accept) => expect(readGet(text)).toEqual({ url, accept }));

  test.each([
    ['POST https://api.example/restart', /Only GET/],
    ['DELETE https://api.example/x', /Only GET/],
    ['GET /health HTTP/1.1\nHost: api.example', /does not begin with https/],
    ['GET file:///etc/passwd', /does not begin with https/],
    ['GET javascript:alert(1)', /does not begin with https/],
    ['GET https://ada:secret@api.example/', /login/],
    ['GET https://api.example/\nAuthorization: Bearer x', /Authorization/],
    ['GET https://api.example/\nX-Key: x', /X-Key/],
    ['GET https://api.example/\n\n{"a": 1}', /body/],
    ['GET https://api.example/\nGET https://api.example/2', /more than one/],
    [`GET https://api.example/${'x'.repeat(9_000)}`, /too long/],
    ['', /no request|does not begin/],
    ['GET https://', /does not begin/],
  ])('%s is not sent', (text, why) => {
    const read = readGet(text);
    expect('why' in read ? read.why : '').toMatch(why);
  });
});

describe('fetching', () => {
  let server: Server | null = null;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });
  const serve = async (answer: Parameters<typeof createServer>[1]): Promise<string> => {
    server = createServer(answer);
    await new Promise<void>((resolve) => {
      server?.listen(0, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  async function get(url: string, stop = false) {
    let text = '';
    const running = beginGet(
      { url, accept: '*/*' },
      { timeoutMs: 5_000, onOutput: (_stream, chunk) => (text += Buffer.from(chunk).toString()) },
    );
    if (stop) running.stop();
    return { ended: await running.ended, text };
  }

  test('shows the status, the type and the text, and sends no login', async () => {
    const asked: unknown[] = [];
    const base = await serve((request, response) => {
      asked.push(request.method, request.headers['authorization'], request.headers['cookie']);
      response.writeHead(200, { 'content-type': 'text/plain' }).end('all is well');
    });
    const { ended, text } = await get(`${base}/health`);
    expect(ended).toMatchObject({ state: 'ended', exitCode: 0 });
    expect(text).toBe('200, text/plain\n\nall is well\n');
    expect(asked).toEqual(['GET', undefined, undefined]);
  });

  test('an error of the server is an answer, too', async () => {
    const base = await serve((_request, response) =>
      response.writeHead(503, { 'content-type': 'text/plain' }).end('down'),
    );
    expect(await get(base)).toMatchObject({
      ended: { state: 'ended', exitCode: 1 },
      text: expect.stringContaining('503') as string,
    });
  });

  test('more than fits is not read, nobody there is said, and it can be stopped', async () => {
    const base = await serve((request, response) => {
      if (request.url === '/slow') return;
      response.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(3_000_000));
    });
    expect((await get(`${base}/big`)).ended).toMatchObject({
      state: 'not_started',
      note: expect.stringContaining('more than 1 MB') as string,
    });
    expect((await get('http://127.0.0.1:1/')).ended.state).toBe('not_started');
    expect((await get(`${base}/slow`, true)).ended.state).toBe('stopped');
  });
});
