import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { createFetcher, FetchProblem } from '../../../../main/runbooks/web/fetch-page.ts';

/** Leads to the web when it is looked at, and to this computer when it is asked. */
const name = 'rebound.example.org';

vi.mock('node:dns/promises', async (original) => ({
  ...(await original<object>()),
  lookup: () => Promise.resolve([{ address: '93.184.216.34', family: 4 }]),
}));
vi.mock('node:dns', async (original) => ({
  ...(await original<object>()),
  lookup: (
    _name: string,
    _options: object,
    callback: (error: null, found: { address: string; family: number }[]) => void,
  ) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
}));

afterEach(() => vi.restoreAllMocks());

test.each([
  ['is refused when it leads to this computer', false],
  ['is asked when the person allowed it', true],
])('a name that leads elsewhere than when it was looked at %s', async (_what, isAllowed) => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.end('inside');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const fetcher = createFetcher({ isAllowed: () => isAllowed, environment: {} });
  const answer = await fetcher
    .fetch({
      url: new URL(`http://${name}:${port}/`),
      headers: {},
      login: null,
      maxBytes: 1_000,
      signal: new AbortController().signal,
    })
    .then(
      ({ bytes }) => String(bytes),
      (error: unknown) => (error instanceof FetchProblem ? error.reason : error),
    );
  expect({ answer, asked }).toEqual(
    isAllowed ? { answer: 'inside', asked: 1 } : { answer: 'private', asked: 0 },
  );
  await fetcher.close();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});
