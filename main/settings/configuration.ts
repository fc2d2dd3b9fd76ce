/**
 * What the configuration file says: settings, sources and views. Pure.
 *
 * One value that makes no sense is reported with its line and falls back to its default; the rest counts. Secrets are
 * not in it (docs/decisions/0006).
 */
import { z } from 'zod';
import { Severity, SourceId } from '../../preload/contract/common.ts';
import { RunbookWeb, Settings, View } from '../../preload/contract/settings.ts';
import { SettingsValue, SourceDraft, type SourceSettings } from '../../preload/contract/sources.ts';
import type { ConfiguredSource } from '../sources/configured-source.ts';
import {
  JsonProblem,
  lineAt,
  nodeAt,
  parseJsonTree,
  valueOf,
  type JsonNode,
  type JsonPath,
} from './json-tree.ts';
import { isBuiltInView } from './views.ts';

export interface ValueProblem {
  readonly line: number;
  /** As people read it: `quietHours.from`. */
  readonly where: string;
  readonly message: string;
}

export interface Configuration {
  readonly settings: Settings;
  readonly sources: readonly ConfiguredSource[];
  readonly views: readonly View[];
  readonly problems: readonly ValueProblem[];
  /** The keys of settings whose value in the file is not the one in use. */
  readonly unusable: ReadonlySet<string>;
  /** Entries that should be sources but cannot be told apart, so nobody polls them. */
  readonly lostSources: number;
}

/** Design, section 6: what counts where the file says nothing. */
export function defaultSettings(person: string): Settings {
  return {
    person,
    theme: 'dark',
    timeZone: '',
    quietHours: { from: '22:00', to: '08:00' },
    sleepHours: { from: '22:00', to: '08:00' },
    classBySeverity: { critical: 'page', high: 'page', warning: 'notice', info: 'notice' },
    rules: [],
    repeatPageEveryMs: 120_000,
    repeatPageAtMost: 15,
    isSoundOn: true,
    runbookFolders: [],
    runbookSources: [],
    runbookWeb: { isOn: true, refreshEveryMs: 43_200_000, hosts: [], sites: [] },
    placeholderDefaults: {},
    commandTimeoutMs: 600_000,
    isFourAmDefault: false,
    acknowledgeForMs: 1_800_000,
    hasChosenStart: false,
    customActions: [],
  };
}

/** The first source of everybody: this computer, which needs no configuration. */
export const defaultSources: readonly ConfiguredSource[] = [
  {
    id: SourceId.parse('this-computer'),
    kind: 'local',
    name: 'This computer',
    isEnabled: true,
    intervalMs: 15_000,
    settings: {},
    severityMap: {},
  },
];

export function isTimeZone(name: string): boolean {
  if (name === '') return true;
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const Schemas = {
  ...Settings.shape,
  timeZone: Settings.shape.timeZone.refine(isTimeZone, 'no such time zone'),
};

const where = (path: JsonPath): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step + 1}]` : `.${step}`))
    .join('')
    .slice(1);

const said = (error: z.ZodError): string =>
  (error.issues[0]?.message ?? 'not understood').replace(/^Invalid (input|option): /, '');

/** Reads values out of one tree and notes what was wrong with them. */
class Reader {
  readonly problems: ValueProblem[] = [];
  readonly #text: string;
  readonly #root: JsonNode;

  constructor(text: string) {
    this.#text = text;
    this.#root = parseJsonTree(text);
    this.#noteDoubles(this.#root, []);
  }

  get isObject(): boolean {
    return this.#root.kind === 'object';
  }

  has(path: JsonPath): boolean {
    return nodeAt(this.#root, path) !== undefined;
  }

  /** Undefined when absent. */
  raw(path: JsonPath): unknown {
    const node = nodeAt(this.#root, path);
    return node === undefined ? undefined : valueOf(node);
  }

  /** The value, or the fallback when it is absent or makes no sense. */
  value<Value>(path: JsonPath, schema: z.ZodType<Value>, fallback: Value): Value {
    const raw = this.raw(path);
    if (raw === undefined) return fallback;
    const parsed = schema.safeParse(raw);
    if (parsed.success) return parsed.data;
    const deeper = (parsed.error.issues[0]?.path ?? []).filter(
      (step): step is string | number => typeof step !== 'symbol',
    );
    this.note([...path, ...deeper], said(parsed.error));
    return fallback;
  }

  /** How many entries; 0 when there is no list there. */
  count(path: JsonPath): number {
    const node = nodeAt(this.#root, path);
    if (node === undefined) return 0;
    if (node.kind === 'array') return node.items.length;
    this.note(path, 'a list was expected');
    return 0;
  }

  keys(path: JsonPath): readonly string[] {
    const node = nodeAt(this.#root, path);
    if (node === undefined) return [];
    if (node.kind === 'object') return [...new Set(node.members.map(({ key }) => key))];
    this.note(path, 'names and values in { } were expected');
    return [];
  }

  note(path: JsonPath, message: string): void {
    let node: JsonNode | undefined;
    for (let length = path.length; node === undefined && length >= 0; length -= 1) {
      node = nodeAt(this.#root, path.slice(0, length));
    }
    this.#add(node?.start ?? 0, path, message);
  }

  #add(offset: number, path: JsonPath, message: string): void {
    if (this.problems.length >= 100) return;
    this.problems.push({
      line: lineAt(this.#text, offset),
      where: where(path).slice(0, 200).toWellFormed(),
      message,
    });
  }

  #noteDoubles(node: JsonNode, path: JsonPath): void {
    if (node.kind === 'array') {
      for (const [index, item] of node.items.entries()) this.#noteDoubles(item, [...path, index]);
    }
    if (node.kind !== 'object') return;
    const seen = new Set<string>();
    for (const { key, start, value } of node.members) {
      if (seen.has(key)) {
        this.#add(start, [...path, key], 'it is there twice; the last one counts');
      }
      seen.add(key);
      this.#noteDoubles(value, [...path, key]);
    }
  }
}

/** Those of its entries that make sense. */
function readList<Entry>(
  reader: Reader,
  path: JsonPath,
  schema: z.ZodArray<z.ZodType<Entry>>,
): Entry[] {
  const kept: Entry[] = [];
  for (let index = 0; index < reader.count(path); index += 1) {
    const value = reader.value<Entry | undefined>([...path, index], schema.element, undefined);
    if (value !== undefined) kept.push(value);
  }
  const all = schema.safeParse(kept);
  if (!all.success) reader.note(path, said(all.error));
  return all.success ? kept : kept.slice(0, 50);
}

function readRunbookWeb(reader: Reader, path: JsonPath, fallback: RunbookWeb): RunbookWeb {
  if (!reader.has(path)) return fallback;
  const { isOn, refreshEveryMs, hosts, sites } = RunbookWeb.shape;
  reader.keys(path);
  return {
    isOn: reader.value([...path, 'isOn'], isOn, fallback.isOn),
    refreshEveryMs: reader.value(
      [...path, 'refreshEveryMs'],
      refreshEveryMs,
      fallback.refreshEveryMs,
    ),
    hosts: readList(reader, [...path, 'hosts'], hosts),
    sites: readList(reader, [...path, 'sites'], sites),
  };
}

function readPlaceholderDefaults(reader: Reader, path: JsonPath): Settings['placeholderDefaults'] {
  const { keyType, valueType } = Settings.shape.placeholderDefaults;
  const values: [string, string][] = [];
  for (const name of reader.keys(path)) {
    const value = reader.value<string | null>([...path, name], valueType, null);
    if (!keyType.safeParse(name).success) reader.note([...path, name], 'this is no name');
    else if (value !== null) values.push([name, value]);
  }
  return Object.fromEntries(values);
}

function readSettings(reader: Reader, defaults: Settings): Settings {
  const found: Record<string, unknown> = { ...defaults };
  for (const [key, schema] of Object.entries(Schemas)) {
    if (key === 'classBySeverity') {
      found[key] = Object.fromEntries(
        Severity.options.map((severity) => [
          severity,
          reader.value(
            [key, severity],
            Settings.shape.classBySeverity.valueType,
            defaults.classBySeverity[severity],
          ),
        ]),
      );
      for (const other of reader.keys([key])) {
        if (!Severity.safeParse(other).success) {
          reader.note([key, other], `a severity is ${Severity.options.join(', ')}`);
        }
      }
    } else if (key === 'placeholderDefaults') {
      found[key] = readPlaceholderDefaults(reader, [key]);
    } else if (key === 'runbookWeb') {
      found[key] = readRunbookWeb(reader, [key], defaults.runbookWeb);
    } else if (schema instanceof z.ZodArray) {
      found[key] = readList(reader, [key], schema as z.ZodArray<z.ZodType>);
    } else {
      found[key] = reader.value<unknown>([key], schema, found[key]);
    }
  }
  return found as Settings;
}

function readSourceSettings(reader: Reader, path: JsonPath): SourceSettings {
  const settings: SourceSettings = {};
  for (const key of reader.keys(path)) {
    const value = reader.value<SettingsValue | null>([...path, key], SettingsValue, null);
    if (value !== null) settings[key] = value;
  }
  return settings;
}

type SettingsValue = z.infer<typeof SettingsValue>;

function readSeverityMap(reader: Reader, path: JsonPath): Record<string, Severity> {
  const map = new Map<string, Severity>();
  for (const word of reader.keys(path)) {
    const severity = reader.value<Severity | null>([...path, word], Severity, null);
    if (severity !== null) map.set(word, severity);
  }
  return Object.fromEntries(map);
}

function readSources(reader: Reader): { sources: readonly ConfiguredSource[]; lost: number } {
  if (!reader.has(['sources'])) return { sources: defaultSources, lost: 0 };
  const sources: ConfiguredSource[] = [];
  const isList = Array.isArray(reader.raw(['sources']));
  const count = reader.count(['sources']);
  let lost = isList ? 0 : 1;
  for (let index = 0; index < count; index += 1) {
    const path: JsonPath = ['sources', index];
    const id = SourceId.safeParse(reader.raw([...path, 'id']));
    if (!id.success) {
      reader.note([...path, 'id'], `a source needs an id: ${said(id.error)}`);
      lost += 1;
      continue;
    }
    if (sources.some((other) => other.id === id.data)) {
      reader.note([...path, 'id'], `another source has the id "${id.data}" already`);
      lost += 1;
      continue;
    }
    if (!reader.has([...path, 'kind'])) reader.note(path, 'a source needs a kind');
    sources.push({
      id: id.data,
      // A kind that nobody knows makes the source misconfigured, and so blind, but never missing.
      kind: reader.value([...path, 'kind'], z.string(), ''),
      name: reader.value([...path, 'name'], SourceDraft.shape.name, id.data),
      isEnabled: reader.value([...path, 'isEnabled'], z.boolean(), true),
      intervalMs: reader.value([...path, 'intervalMs'], SourceDraft.shape.intervalMs, 15_000),
      settings: readSourceSettings(reader, [...path, 'settings']),
      severityMap: readSeverityMap(reader, [...path, 'severityMap']),
    });
  }
  return { sources, lost };
}

function readViews(reader: Reader): readonly View[] {
  const views: View[] = [];
  for (let index = 0; index < reader.count(['views']); index += 1) {
    const path: JsonPath = ['views', index];
    const view = reader.value<View | null>(path, View, null);
    if (view === null) continue;
    if (isBuiltInView(view.id) || views.some(({ id }) => id === view.id)) {
      reader.note([...path, 'id'], `another view has the id "${view.id}" already`);
    } else views.push(view);
  }
  return views;
}

/** @throws JsonProblem when the text is not JSON, or not an object. */
export function readConfiguration(text: string, defaults: Settings): Configuration {
  const reader = new Reader(text);
  if (!reader.isObject) throw new JsonProblem(text, 0, 'Everything must stand in one pair of { }');
  const settings = readSettings(reader, defaults);
  const unusable = new Set(
    reader.problems.map((problem) => problem.where.split(/[.[]/, 1)[0] ?? ''),
  );
  const { sources, lost } = readSources(reader);
  const views = readViews(reader);
  const problems = reader.problems.toSorted((a, b) => a.line - b.line);
  return { settings, sources, views, problems, unusable, lostSources: lost };
}
