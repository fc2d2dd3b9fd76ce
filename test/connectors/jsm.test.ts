import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeConnector } from '../support/connectors/suite.ts';
import { never, open } from '../support/connectors/reading.ts';
import { jsmCase } from './opsgenie/cases.ts';
import { cloudId, startOpsgenieStandIn, type OpsgenieStandIn } from './opsgenie/stand-in.ts';

describeConnector(jsmCase, [
  'acknowledge',
  'unacknowledge',
  'comment',
  'resolve',
  'silence',
  'extend_silence',
  'unsilence',
]);

describe('jsm by itself', () => {
  let upstream: OpsgenieStandIn;
  beforeEach(async () => {
    upstream = await startOpsgenieStandIn('jsm');
    upstream.show([{ key: 'a1', name: 'Alarm a1' }]);
  });
  afterEach(() => upstream.close());

  test('the cloud id is found out from the site once, without showing the login', async () => {
    const { connector } = open(jsmCase, upstream);
    await connector.poll(never);
    await connector.poll(never);
    const asked = upstream.requests.filter(({ path }) => path === '/_edge/tenant_info');
    expect(asked).toHaveLength(1);
    expect(asked[0]?.headers.authorization).toBeUndefined();
    await connector.close();
  });

  test('a cloud id that was entered is used as it is', async () => {
    const settings = { ...jsmCase.settings(upstream), cloudId };
    const { connector } = open({ ...jsmCase, settings: () => settings }, upstream);
    expect((await connector.poll(never)).snapshot.alarms).toHaveLength(1);
    expect(upstream.requests.some(({ path }) => path === '/_edge/tenant_info')).toBe(false);
    await connector.close();
  });

  test('a missing scope is told apart from a wrong login', async () => {
    upstream.rights = 'none';
    const { connector } = open(jsmCase, upstream);
    await expect(connector.poll(never)).rejects.toMatchObject({
      code: 'source.misconfigured',
      next: expect.stringContaining('read:ops-alert') as unknown,
    });
    await connector.close();
  });

  test('a token without the scope to write reads, and the test says so', async () => {
    upstream.rights = 'read';
    const { connector } = open(jsmCase, upstream);
    expect((await connector.poll(never)).snapshot.isComplete).toBe(true);
    const report = await connector.test(never);
    expect(report.isUsable).toBe(true);
    expect(report.steps.find(({ name }) => name === 'write')?.outcome).toBe('warning');
    await connector.close();
  });

  test('extra properties become labels, and the link searches for the alert', async () => {
    const { connector } = open(jsmCase, upstream);
    const [alarm] = (await connector.poll(never)).snapshot.alarms;
    expect(alarm?.labels['cluster']).toBe('eu');
    expect(alarm?.runbookUrl).toBe('https://runbooks.example.org/x');
    expect(alarm?.url).toBe(`${upstream.url}/jira/ops/alerts?view=list&query=tinyId%3A1791`);
    await connector.close();
  });
});
