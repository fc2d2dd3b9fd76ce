/** A page of the night on the desktop: its notification, clicked, leads to 4 AM mode. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { quietless } from '../support/e2e/configuration.ts';
import { startDouble, type DoubleApp } from '../support/double-app.ts';

const alarms = [
  { id: 'one', name: 'CheckoutDown', severity: 'critical', summary: 'Nobody can pay' },
  { id: 'two', name: 'DiskFull', severity: 'critical', summary: 'The disk is full' },
];
let server: Server;
let app: DoubleApp;

test.beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(alarms));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  app = startDouble({
    config: {
      ...quietless,
      // Whenever this runs, it is night: but for the minute before midnight.
      sleepHours: { from: '00:00', to: '23:59' },
      sources: [
        {
          id: 'own',
          kind: 'generic-json',
          name: 'Own alarms',
          intervalMs: 5_000,
          settings: {
            url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alarms`,
            fields: ['id = $.id', 'title = $.name', 'severity = $.severity', 'summary = $.summary'],
          },
        },
      ],
    },
  });
});

test.afterAll(async () => {
  await app.dispose();
  server.closeAllConnections();
  server.close();
});

test('a click on the page of the night opens 4 AM mode at its alarm, and the next click goes to the next', async () => {
  const page = await app.page();
  const shown = async () => (await app.look()).notifications.map(({ title }) => title);
  await expect(page.getByText('Nobody can pay').first()).toBeVisible();
  for (const { name, summary } of alarms) {
    await expect.poll(shown).toContainEqual(expect.stringContaining(name));
    const index = (await shown()).findIndex((title) => title.includes(name));
    await app.act('clickNotification', String(index));
    await expect(page.getByRole('heading', { level: 1 })).toContainText(summary);
    expect(page.url()).toContain('#/four-am/');
  }
});
