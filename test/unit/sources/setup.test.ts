import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectorKinds } from '../../../main/sources/kinds.ts';
import { readAwsProfiles } from '../../../main/sources/setup/aws.ts';
import { detect, detectionPlaces } from '../../../main/sources/setup/detect.ts';
import { readIni, readNagstamon } from '../../../main/sources/setup/nagstamon.ts';
import type { Known } from '../../../main/sources/setup/proposal.ts';
import { readTeamFile, writeTeamFile } from '../../../main/sources/setup/team-file.ts';
import { configured } from '../../support/source-desk.ts';

const password = 'hunter2-Ooh7aiPh';
const address = 'https://alertmanager.example.org:9093';
const known = (change: Partial<Known> = {}): Known => ({
  kinds: connectorKinds,
  sources: [],
  ...change,
});

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nightdesk-home-'));
});
afterEach(() => rmSync(home, { recursive: true }));

function write(path: string, text: string): void {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const nagstamon = `[Server_Alertmanager prod]
enabled = True
type = Alertmanager
name = Alertmanager prod
monitor_url = ${address}
monitor_cgi_url = ${address}
username = ada
save_password = True
password = ${password}
`;

describe('setups of other tools', () => {
  test('are looked for only in the places that are named before', async () => {
    const { looked } = await detect(known(), home);
    expect(looked.map(({ tool, path }) => ({ tool, path }))).toEqual(detectionPlaces);
    expect(looked.every(({ outcome }) => outcome !== 'found')).toBe(true);
  });

  test('of Nagstamon are offered without their passwords', async () => {
    write('.nagstamon/servers/server_x.conf', nagstamon);
    const found = await detect(known(), home);
    expect(found.proposals).toEqual([
      {
        kind: 'alertmanager',
        kindTitle: 'Prometheus Alertmanager',
        name: 'Alertmanager prod',
        settings: { urls: [address], login: 'basic', user: 'ada' },
        intervalMs: 15_000,
        foundIn: '~/.nagstamon/servers/server_x.conf',
        toEnter: ['Password'],
        remarks: [],
        isConnected: false,
        problem: null,
      },
    ]);
    expect(JSON.stringify(found)).not.toContain(password);
  });

  test('of a type that Nightdesk does not know are named, not dropped', () => {
    const text = nagstamon.replace('type = Alertmanager', 'type = Zenoss');
    const [draft] = readNagstamon(text, 'x', connectorKinds);
    expect(draft?.kind).toBe('Zenoss (Nagstamon)');
    expect(draft?.name).toBe('Alertmanager prod');
  });

  test('of amtool lose a login that stands in the address', async () => {
    write(
      '.config/amtool/config.yml',
      `alertmanager.url: https://ada:${password}@am.example.org/x/\nauthor: ada\n`,
    );
    const found = await detect(known(), home);
    expect(found.proposals[0]?.settings).toEqual({
      urls: ['https://am.example.org/x'],
      login: 'basic',
      user: 'ada',
    });
    expect(JSON.stringify(found)).not.toContain(password);
  });

  test.each([
    'http://ada:PW@nagios.example.org/x',
    ' HTTPS://ada:PW@nagios.example.org',
    'ftp://PW@x',
  ])('of Nagstamon lose a login that stands in the address %j, which is said', async (url) => {
    const text = nagstamon.replaceAll(address, url.replace('PW', password));
    write('.nagstamon/servers/server_x.conf', text);
    const found = await detect(known(), home);
    expect(JSON.stringify(found)).not.toContain(password);
    expect(found.proposals[0]?.remarks.join()).toMatch(/login that stood in an address/);
  });

  test('that are broken are not quoted', async () => {
    write('.config/amtool/config.yml', `alertmanager.url: https://ada:${password}@x: [ {\n`);
    const found = await detect(known(), home);
    expect(found.looked.find(({ outcome }) => outcome === 'unreadable')?.text).toMatch(/YAML/);
    expect(JSON.stringify(found)).not.toContain(password);
  });

  test('of AWS are names of profiles, never their keys', () => {
    const files = {
      config:
        '[default]\nregion = eu-central-1\n[profile prod]\nregion=us-east-1\n[sso-session x]\n',
      credentials: `[default]\naws_secret_access_key = ${password}\n[old]\naws_access_key_id = AKIA\n`,
    };
    const drafts = readAwsProfiles(files, '~/.aws', [
      ...connectorKinds,
      { ...connectorKinds[0], kind: 'cloudwatch' } as (typeof connectorKinds)[number],
    ]);
    expect(drafts.map(({ name, settings }) => [name, settings['regions']])).toEqual([
      ['CloudWatch default', ['eu-central-1']],
      ['CloudWatch prod', ['us-east-1']],
      ['CloudWatch old', undefined],
    ]);
    expect(JSON.stringify(drafts)).not.toContain(password);
    expect(JSON.stringify(drafts)).not.toContain('AKIA');
  });

  test('that are connected already say so', async () => {
    write('.nagstamon/servers/server_x.conf', nagstamon);
    const sources = [configured({ settings: { urls: [`${address}/`] } })];
    const { proposals } = await detect(known({ sources }), home);
    expect(proposals[0]?.isConnected).toBe(true);
  });

  test('that cannot be read cost no other', async () => {
    write('.config/amtool/config.yml', ': [ not yaml');
    write('.nagstamon/servers/server_x.conf', nagstamon);
    const { looked, proposals } = await detect(known(), home);
    expect(proposals).toHaveLength(1);
    expect(looked.find(({ outcome }) => outcome === 'unreadable')?.path).toContain('amtool');
  });

  test('are read whatever the files hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        expect(readNagstamon(text, 'x', connectorKinds)).toBeInstanceOf(Array);
        expect(readIni(text)).toBeInstanceOf(Map);
      }),
    );
  });
});

describe('a team file', () => {
  const source = configured({
    intervalMs: 30_000,
    settings: { urls: [address], login: 'basic', user: 'ada', password },
    severityMap: { purple: 'high' },
  });

  test('carries kinds, names and settings, and no secret', () => {
    const text = writeTeamFile(known({ sources: [source] }));
    expect(text).not.toContain(password);
    const { proposals, problems } = readTeamFile(text, 'team.json', known());
    expect(problems).toEqual([]);
    expect(proposals).toMatchObject([
      {
        kind: 'alertmanager',
        name: 'Alertmanager prod',
        settings: { urls: [address], login: 'basic', user: 'ada' },
        toEnter: ['Password'],
        problem: null,
      },
    ]);
  });

  test('is written without a login that stands in an address', () => {
    const urls = [address.replace('//', `//ada:${password}@`)];
    const text = writeTeamFile(known({ sources: [{ ...source, settings: { urls } }] }));
    expect(JSON.parse(text).sources[0].settings.urls).toEqual([address]);
  });

  test('with a password in it does not pass it on', () => {
    const text = JSON.stringify({
      sources: [{ kind: 'alertmanager', name: 'X', settings: { urls: [address], password } }],
    });
    const file = readTeamFile(text, 'team.json', known());
    expect(file.proposals[0]?.settings).toEqual({ urls: [address] });
    expect(file.proposals[0]?.remarks.join()).toMatch(/Not taken over.*password/);
    expect(JSON.stringify(file)).not.toContain(password);
  });

  test.each([
    ['no JSON', 'sources:\n- x', /no JSON/],
    ['no list', '{"sources":{}}', /no list named/],
    ['null', 'null', /no list named/],
    ['a list', '[]', /no list named/],
  ])('that is none says so: %s', (_, text, words) => {
    const { proposals, problems } = readTeamFile(text, 'team.json', known());
    expect(proposals).toEqual([]);
    expect(problems[0]).toMatch(words);
  });

  test('with one bad entry keeps the others, and says which is bad', () => {
    const text = JSON.stringify({
      sources: [
        { kind: 'alertmanager' },
        { kind: 'alertmanager', name: 'Good', settings: { urls: [address] } },
        { kind: 'alertmanager', name: 'Wrong', settings: { urls: ['ftp://x'] } },
        { kind: 'fax', name: 'Fax' },
      ],
    });
    const { proposals, problems } = readTeamFile(text, 'team.json', known());
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^Source 1: name/);
    expect(proposals.map(({ name, problem }) => [name, problem === null])).toEqual([
      ['Good', true],
      ['Wrong', false],
      ['Fax', false],
    ]);
  });
});
