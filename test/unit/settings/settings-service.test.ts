import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bus } from '../../../main/bus.ts';
import { Windows } from '../../../main/desk/windows.ts';
import { AppError } from '../../../main/errors.ts';
import { editConfigurationFile } from '../../../main/settings/configuration-file.ts';
import { createSettings, type SettingsService } from '../../../main/settings/settings-service.ts';
import type { ConfiguredSource } from '../../../main/sources/configured-source.ts';
import type { SourceId } from '../../../preload/contract/common.ts';
import { standingClock, temporaryFolder } from '../../support/store.ts';

let folder: ReturnType<typeof temporaryFolder>;
let configFile: string;
let open: SettingsService[];
let bus: Bus;
let heard: string[];

beforeEach(() => {
  folder = temporaryFolder();
  configFile = join(folder.path, 'nightdesk.json');
  open = [];
  bus = new Bus();
  heard = [];
  bus.on('settings.changed', ({ settings }) => heard.push(`settings ${settings.theme}`));
  bus.on('sources.configured', () => heard.push('sources'));
});

afterEach(() => {
  for (const settings of open) settings.stop();
  folder.remove();
});

function begin(): SettingsService {
  const clock = standingClock('2026-11-24T04:00:00.000Z');
  const settings = createSettings({
    clock,
    bus,
    windows: new Windows(),
    configFile,
    lookEveryMs: 20,
  });
  open.push(settings);
  return settings;
}

const write = (text: string): void => writeFileSync(configFile, text);
const text = (): string => readFileSync(configFile, 'utf8');

const prod: ConfiguredSource = {
  id: 'prod' as SourceId,
  kind: 'alertmanager',
  name: 'Alertmanager prod',
  isEnabled: true,
  intervalMs: 15_000,
  settings: { urls: ['http://127.0.0.1:9093'] },
  severityMap: {},
};

describe('settings without a file', () => {
  it('run on defaults and create no file', () => {
    const settings = begin();
    expect(settings.sources().map(({ id }) => id)).toEqual(['this-computer']);
    expect(settings.current().person).not.toBe('');
    expect(settings.problem()).toBeNull();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('write what was changed and nothing else, for the person alone', () => {
    const settings = begin();
    settings.update({ theme: 'light', isSoundOn: true });
    expect(JSON.parse(text())).toEqual({ theme: 'light' });
    expect(statSync(configFile).mode & 0o777).toBe(0o600);
    expect(heard).toEqual(['settings light']);
    expect(begin().current().theme).toBe('light');
  });

  it('keep looking at this computer when a source is added', () => {
    const settings = begin();
    settings.saveSource(prod);
    expect(settings.sources().map(({ id }) => id)).toEqual(['this-computer', 'prod']);
    expect(heard).toEqual(['sources']);
    settings.removeSource('this-computer' as SourceId);
    expect(begin().sources()).toEqual([prod]);
  });
});

describe('a file that people write, too', () => {
  const theirs = `{
  "comment": "ours since 2024",
  "theme": "light",
  "future": { "b": 1, "a": [] },
  "sources": [
    { "id": "prod", "kind": "alertmanager", "owner": "team", "name": "Prod", "intervalMs": 30000,
      "settings": { "urls": ["http://a"], "newOption": "x" } }
  ]
}
`;

  it('keeps unknown keys, order and layout when the app changes something', () => {
    write(theirs);
    chmodSync(configFile, 0o640);
    const settings = begin();
    settings.update({ theme: 'dark' });
    expect(text()).toBe(theirs.replace('"light"', '"dark"'));
    settings.saveSource({
      ...prod,
      name: 'Prod',
      settings: { urls: ['http://b'] },
      intervalMs: 30_000,
    });
    expect(text()).toBe(
      theirs.replace('"light"', '"dark"').replace('["http://a"]', '[\n        "http://b"\n      ]'),
    );
    expect(statSync(configFile).mode & 0o777).toBe(0o640);
  });

  it('pauses a source and maps a severity at the source that has it', () => {
    write(theirs);
    const settings = begin();
    const [source] = settings.sources();
    if (source === undefined) throw new Error('no source');
    settings.saveSource({
      ...source,
      isEnabled: false,
      severityMap: { '1': 'critical', sev: 'info' },
    });
    expect(begin().sources()).toEqual([
      { ...source, isEnabled: false, severityMap: { '1': 'critical', sev: 'info' } },
    ]);
    expect(text()).toContain('"owner": "team"');
  });

  it('loses no edit from outside that it has not seen yet', () => {
    write(theirs);
    const settings = begin();
    write(theirs.replace('"ours since 2024"', '"edited"').replace('"Prod"', '"Renamed"'));
    settings.update({ isSoundOn: false });
    expect(JSON.parse(text())).toMatchObject({
      comment: 'edited',
      isSoundOn: false,
      theme: 'light',
    });
    expect(settings.sources()[0]?.name).toBe('Renamed');
  });

  it('edits the text of whoever wrote in the last moment', () => {
    write('{}');
    let isFirst = true;
    editConfigurationFile(configFile, (before) => {
      if (isFirst) write('{"theirs": 1}');
      isFirst = false;
      return `${(before ?? '').replace('}', '')}${before === '{}' ? '' : ', '}"ours": 2}`;
    });
    expect(JSON.parse(text())).toEqual({ theirs: 1, ours: 2 });
    expect(readdirSync(folder.path)).toEqual(['nightdesk.json']);
  });

  it('takes over an edit from outside, also by a file that is moved into its place', async () => {
    write(theirs);
    const settings = begin();
    settings.start();
    heard.length = 0;
    write(theirs.replace('"light"', '"system"'));
    await vi.waitFor(() => expect(settings.current().theme).toBe('system'), 10_000);
    writeFileSync(`${configFile}.new`, '{"sources": []}');
    renameSync(`${configFile}.new`, configFile);
    await vi.waitFor(() => expect(settings.sources()).toEqual([]), 10_000);
    expect(heard).toEqual(['settings system', 'settings dark', 'sources']);
  });

  it('writes through a link into a repository and leaves the link', () => {
    mkdirSync(join(folder.path, 'repository'));
    const real = join(folder.path, 'repository', 'team.json');
    writeFileSync(real, theirs);
    symlinkSync(real, configFile);
    begin().update({ theme: 'dark' });
    expect(lstatSync(configFile).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(real, 'utf8'))).toMatchObject({ theme: 'dark' });
  });

  it('reads and keeps a byte order mark and line ends of Windows', () => {
    write('\uFEFF{\r\n  "theme": "light"\r\n}\r\n');
    const settings = begin();
    expect(settings.current().theme).toBe('light');
    settings.update({ isSoundOn: false });
    expect(text()).toBe('\uFEFF{\r\n  "theme": "light",\r\n  "isSoundOn": false\r\n}\r\n');
  });

  it('reports a value that makes no sense, until somebody chooses one', () => {
    write('{\n  "theme": "pink",\n  "isSoundOn": false\n}');
    const settings = begin();
    expect(settings.current()).toMatchObject({ theme: 'dark', isSoundOn: false });
    expect(settings.problem()?.message).toContain('Line 2, theme');
    expect(settings.problem()?.isBlind).toBe(false);
    settings.update({ theme: 'dark' });
    expect(settings.problem()).toBeNull();
  });

  it('says that sources which cannot be told apart are not seen', () => {
    write('{"sources": [{"kind": "alertmanager"}]}');
    expect(begin().problem()).toMatchObject({ isBlind: true });
  });

  it('refuses a time zone that does not exist', () => {
    expect(() => begin().update({ timeZone: 'Mars/Olympus' })).toThrow(AppError);
    expect(existsSync(configFile)).toBe(false);
  });
});

describe('a broken file', () => {
  const good = '{\n  "theme": "light",\n  "sources": []\n}\n';
  const broken = '{\n  "theme": "light",\n  "sources": [\n}\n';

  it('is never overwritten, and names its line', async () => {
    write(good);
    const settings = begin();
    settings.start();
    write(broken);
    await vi.waitFor(() => expect(settings.problem()?.title).toContain('line 4'), 10_000);
    expect(settings.current().theme).toBe('light');
    expect(settings.problem()?.isBlind).toBe(false);
    expect(() => settings.update({ theme: 'dark' })).toThrow(/line 4/);
    expect(() => settings.saveSource(prod)).toThrow(AppError);
    expect(text()).toBe(broken);
    write(good);
    await vi.waitFor(() => expect(settings.problem()).toBeNull(), 10_000);
  });

  it('is refused also before anybody noticed that it broke', () => {
    write(good);
    const settings = begin();
    write(broken);
    expect(() => settings.update({ theme: 'dark' })).toThrow(/line 4/);
    expect(text()).toBe(broken);
    expect(settings.current().theme).toBe('light');
  });

  it('goes on with the last good one after a start', () => {
    write(good);
    begin().stop();
    write(broken);
    const settings = begin();
    expect(settings.sources()).toEqual([]);
    expect(settings.current().theme).toBe('light');
    expect(settings.problem()).toMatchObject({ isBlind: false });
  });

  it('leaves the desk blind when no good one was ever read', () => {
    write(broken);
    expect(begin().problem()).toMatchObject({ isBlind: true });
  });

  it.each([
    ['bytes that are no text', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ['five megabytes', Buffer.alloc(5_000_000, 0x20)],
    ['NULs', Buffer.from('{"theme": "li\0ght"}')],
    ['nothing', Buffer.from('')],
  ])('of %s is reported', (_name, bytes) => {
    writeFileSync(configFile, bytes);
    const settings = begin();
    expect(settings.problem()).not.toBeNull();
    expect(() => settings.update({ theme: 'light' })).toThrow(AppError);
    expect(readFileSync(configFile).equals(bytes)).toBe(true);
  });

  it('does not lose the list that somebody wrote as something else', () => {
    const wrong = '{"sources": {"prod": {"kind": "alertmanager"}}}';
    write(wrong);
    const settings = begin();
    expect(settings.problem()).toMatchObject({ isBlind: true });
    expect(() => settings.saveSource(prod)).toThrow(/"sources" must be a list/);
    expect(text()).toBe(wrong);
  });

  it('that is gone is written anew with all it had', async () => {
    write(good);
    const settings = begin();
    settings.start();
    rmSync(configFile);
    await vi.waitFor(() => expect(settings.problem()?.title).toContain('gone'), 10_000);
    expect(settings.current().theme).toBe('light');
    settings.update({ isSoundOn: false });
    expect(JSON.parse(text())).toEqual({ theme: 'light', sources: [], isSoundOn: false });
    expect(settings.problem()).toBeNull();
  });

  it('in a folder that cannot be is an answer, not a crash', () => {
    write('a file where a folder should be');
    configFile = join(configFile, 'nightdesk.json');
    expect(() => begin().update({ theme: 'light' })).toThrow(AppError);
  });
});

describe('views', () => {
  it('come built in, and stay', () => {
    const settings = begin();
    expect(settings.views().map(({ name, isBuiltIn }) => [name, isBuiltIn])).toEqual([
      ['All', true],
      ['Needs hands', true],
      ['Unseen', true],
      ['Acknowledged', true],
      ['Suppressed', true],
    ]);
    expect(() => settings.removeView('all')).toThrow(AppError);
    expect(() => settings.saveView({ id: 'unseen', name: 'x', query: '' })).toThrow(AppError);
    expect(() => settings.removeView('nothing')).toThrow(AppError);
  });

  it('of people are kept in the file, renamed and removed', () => {
    const settings = begin();
    const made = settings.saveView({ name: 'Payments', query: 'service=pay' });
    expect(settings.saveView({ name: 'Payments', query: '' }).id).toBe('payments-2');
    expect(settings.saveView({ name: 'All', query: 'x' }).id).toBe('all-2');
    settings.saveView({ ...made, name: 'Pay' });
    expect(begin().views()[2]).toEqual({
      id: 'payments',
      name: 'Pay',
      query: 'service=pay',
      isBuiltIn: false,
    });
    settings.removeView('payments');
    expect(
      begin()
        .views()
        .map(({ id }) => id),
    ).not.toContain('payments');
  });
});
