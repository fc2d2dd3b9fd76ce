/**
 * Settings: `nightdesk.json` is the truth for settings, sources and views.
 *
 * The app edits the same file as people do and keeps what it does not know. A broken file is never overwritten: the last
 * good settings go on, and `problem` says which line is broken.
 */
import { watch, type FSWatcher } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, dirname } from 'node:path';
import type { SourceId } from '../../preload/contract/common.ts';
import type { Settings, View } from '../../preload/contract/settings.ts';
import type { Bus } from '../bus.ts';
import type { Clock } from '../clock.ts';
import type { Windows } from '../desk/windows.ts';
import { AppError, errorText, notFound } from '../errors.ts';
import { createLogger } from '../logging.ts';
import type { ConfiguredSource } from '../sources/configured-source.ts';
import type { SourceConfiguration } from '../sources/source-configuration.ts';
import { newSourceId } from '../sources/source-id.ts';
import {
  defaultSettings,
  defaultSources,
  isTimeZone,
  readConfiguration,
  type Configuration,
} from './configuration.ts';
import {
  editOutSource,
  editOutView,
  editSettings,
  editSource,
  editView,
  emptyConfiguration,
} from './configuration-edits.ts';
import {
  editConfigurationFile,
  fileStamp,
  readConfigurationText,
  writeWhole,
} from './configuration-file.ts';
import { JsonProblem } from './json-tree.ts';
import { allViews, isBuiltInView } from './views.ts';

const log = createLogger('settings');

export interface ConfigurationProblem {
  readonly title: string;
  readonly message: string;
  readonly next: string;
  /** Sources may be configured that nobody polls: the desk cannot say quiet. */
  readonly isBlind: boolean;
  readonly since: number;
}

export interface SettingsService extends SourceConfiguration {
  readonly configFile: string;
  current(): Settings;
  /** What is wrong with the file; null when nothing is. */
  problem(): ConfigurationProblem | null;
  /** @throws AppError when the file is broken or cannot be written; then nothing has changed. */
  update(change: Partial<Settings>): Settings;
  /** The same. */
  saveSource(source: ConfiguredSource): void;
  removeSource(id: SourceId): void;
  /** Built-in and own ones, in order. */
  views(): readonly (View & { readonly isBuiltIn: boolean })[];
  saveView(view: Omit<View, 'id'> & { readonly id?: string | undefined }): View;
  removeView(id: string): void;
  /** Begins to watch the file for edits from outside. */
  start(): void;
  stop(): void;
}

export interface SettingsDeps {
  readonly clock: Clock;
  readonly bus: Bus;
  readonly windows: Windows;
  readonly configFile: string;
  /** Copy of the last text that could be read, for a start with a broken file. Default: beside the file. */
  readonly lastGoodFile?: string;
  readonly lookEveryMs?: number;
}

/** An editor may write in several steps; what is broken only in between is not told. */
const settleMs = 300;
const shownProblems = 5;

function personName(): string {
  try {
    return userInfo().username.slice(0, 200) || 'me';
  } catch {
    return 'me';
  }
}

/** Byte order marks come with some editors and are no part of the JSON. */
const withoutMark = (text: string): { mark: string; json: string } =>
  text.startsWith('\uFEFF') ? { mark: '\uFEFF', json: text.slice(1) } : { mark: '', json: text };

export function createSettings(deps: SettingsDeps): SettingsService {
  const { clock, bus, windows, configFile } = deps;
  const lastGoodFile = deps.lastGoodFile ?? `${configFile.replace(/\.json$/i, '')}.last-good.json`;
  const defaults = defaultSettings(personName());
  const fresh: Configuration = {
    settings: defaults,
    sources: defaultSources,
    views: [],
    problems: [],
    unusable: new Set(),
    lostSources: 0,
  };

  let configuration = fresh;
  let problem: ConfigurationProblem | null = null;
  /** The text last looked at; null: there was no file; undefined: it could not be read. */
  let seen: string | null | undefined;
  let hasFile = false;
  /** The last text that could be read, to write it anew should the file be gone. */
  let goodText: string | null = null;
  let stamp = '';
  let watcher: FSWatcher | null = null;
  let timer: NodeJS.Timeout | null = null;
  let settling: NodeJS.Timeout | null = null;

  const parse = (text: string): Configuration =>
    readConfiguration(withoutMark(text).json, defaults);

  function keepLastGood(text: string): void {
    try {
      if (readConfigurationText(lastGoodFile) !== text) writeWhole(lastGoodFile, text, () => true);
    } catch (error) {
      log.warn('copy of the configuration could not be kept', { error });
    }
  }

  /** Whether there was a copy to go on with. */
  function adoptLastGood(): boolean {
    try {
      const text = readConfigurationText(lastGoodFile);
      if (text === null) return false;
      adopt(parse(text));
      goodText = text;
      return true;
    } catch (error) {
      log.warn('copy of the configuration cannot be used', { error });
      return false;
    }
  }

  // ---- telling

  function setProblem(next: Omit<ConfigurationProblem, 'since'> | null): void {
    if (problem?.message === next?.message && problem?.title === next?.title) return;
    problem = next === null ? null : { ...next, since: clock.now() };
    if (problem !== null) log.warn('configuration has a problem', { message: problem.message });
    windows.changed('settings');
  }

  function adopt(next: Configuration): void {
    const before = configuration;
    configuration = next;
    const differs = (part: 'settings' | 'sources' | 'views'): boolean =>
      JSON.stringify(before[part]) !== JSON.stringify(next[part]);
    const at = clock.now();
    try {
      if (differs('settings')) bus.emit('settings.changed', { settings: next.settings, at });
      if (differs('sources')) bus.emit('sources.configured', { at });
    } catch (error) {
      // It is in the file: whoever asks gets it, and the others hear of it.
      log.error('a change of the configuration was not taken over everywhere', { error });
    }
    if (differs('settings') || differs('views')) windows.changed('settings');
  }

  function tellValueProblems({ problems, lostSources }: Configuration): void {
    if (problems.length === 0) {
      setProblem(null);
      return;
    }
    const lines = problems
      .slice(0, shownProblems)
      .map(({ line, where, message }) => `Line ${line}, ${where}: ${message}.`);
    const more = problems.length - lines.length;
    if (more > 0) lines.push(`And ${more} more.`);
    if (lostSources > 0) {
      lines.push(
        lostSources === 1
          ? 'One source is not polled because of it.'
          : `${lostSources} sources are not polled because of it.`,
      );
    }
    setProblem({
      title: 'The configuration file has values that make no sense',
      message: lines.join(' '),
      next: `Correct it in ${configFile}. Until then each of them has its default.`,
      isBlind: lostSources > 0,
    });
  }

  /** What is in use while the file cannot be: what was last good in this run, or before it. */
  function goOn(title: string, reason: string, next: string): void {
    hasFile ||= adoptLastGood();
    const text = hasFile
      ? 'The settings from before it go on.'
      : 'None were ever read from it, so the defaults count, and your sources are not polled.';
    const isBlind = !hasFile || configuration.lostSources > 0;
    setProblem({ title, message: `${reason} ${text}`, next, isBlind });
  }

  // ---- reading

  /** Takes over a text that can be read; otherwise says why not. */
  function take(text: string | null): void {
    if (text === null) {
      if (!hasFile) {
        setProblem(null);
        return;
      }
      goOn(
        'The configuration file is gone',
        `${configFile} does not exist any more.`,
        'Put it back, or change something here: then it is written anew.',
      );
      return;
    }
    let next: Configuration;
    try {
      next = parse(text);
    } catch (error) {
      if (!(error instanceof JsonProblem)) throw error;
      goOn(
        `The configuration file is broken in line ${error.line}`,
        `${configFile}, line ${error.line}: ${error.message}.`,
        `Correct line ${error.line}. Nightdesk does not touch the file until then.`,
      );
      return;
    }
    hasFile = true;
    goodText = text;
    keepLastGood(text);
    adopt(next);
    tellValueProblems(next);
  }

  function look(isSettled: boolean): void {
    stamp = fileStamp(configFile);
    let text: string | null;
    try {
      text = readConfigurationText(configFile);
    } catch (error) {
      seen = undefined;
      goOn(
        'The configuration file cannot be read',
        `${configFile}: ${errorText(error)}.`,
        'See whether you may read it, and whether it is a text in UTF-8.',
      );
      return;
    }
    if (text === seen && (problem === null || !isSettled)) return;
    if (!isSettled && text !== seen && !isWhole(text)) {
      settle();
      return;
    }
    seen = text;
    take(text);
  }

  function isWhole(text: string | null): boolean {
    try {
      if (text !== null) parse(text);
      return text !== null;
    } catch {
      return false;
    }
  }

  function settle(): void {
    if (settling !== null) return;
    settling = setTimeout(() => {
      settling = null;
      guarded(() => look(true));
    }, settleMs);
  }

  /** In a timer nobody hears an exception. */
  function guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      log.error('configuration could not be looked at', { error });
    }
  }

  // ---- writing

  function edit(change: (json: string, configured: Configuration) => string): void {
    const written = editConfigurationFile(configFile, (text) => {
      const { mark, json } = withoutMark(text ?? goodText ?? emptyConfiguration);
      try {
        // Somebody may have edited it since we looked.
        const edited = change(json, text === null ? configuration : parse(text));
        readConfiguration(edited, defaults);
        return mark + edited;
      } catch (error) {
        if (!(error instanceof JsonProblem)) throw error;
        throw new AppError(
          'config.unreadable',
          `The configuration file is broken in line ${error.line}: ${error.message}. Nothing was changed.`,
          { next: `Correct line ${error.line} of ${configFile}, then try again.`, cause: error },
        );
      }
    });
    stamp = fileStamp(configFile);
    seen = written;
    take(written);
  }

  function checked(change: Partial<Settings>): void {
    if (change.timeZone !== undefined && !isTimeZone(change.timeZone)) {
      throw new AppError('input.invalid', `There is no time zone "${change.timeZone}".`, {
        next: 'Write it like Europe/Berlin, or leave it empty for that of this computer.',
      });
    }
  }

  look(true);

  return {
    configFile,
    current: () => configuration.settings,
    sources: () => configuration.sources,
    problem: () => problem,

    update(change) {
      checked(change);
      edit((json, { settings, unusable }) => {
        const news = Object.entries(change).filter(
          ([key, value]) =>
            unusable.has(key) ||
            JSON.stringify(settings[key as keyof Settings]) !== JSON.stringify(value),
        );
        return editSettings(json, Object.fromEntries(news));
      });
      return configuration.settings;
    },

    saveSource(source) {
      edit((json, { sources }) => editSource(json, source, sources));
    },

    removeSource(id) {
      edit((json, { sources }) => editOutSource(json, id, sources));
    },

    views: () =>
      allViews(configuration.views).map((view) => ({ ...view, isBuiltIn: isBuiltInView(view.id) })),

    saveView({ id: known, name, query }) {
      if (known !== undefined && isBuiltInView(known)) {
        throw new AppError('conflict', 'This view comes with Nightdesk and stays as it is.', {
          next: 'Save it under another name.',
        });
      }
      const taken = new Set(allViews(configuration.views).map((view) => view.id));
      const view: View = { id: known ?? newSourceId(name, taken), name, query };
      edit((json) => editView(json, view));
      return view;
    },

    removeView(id) {
      if (isBuiltInView(id)) {
        throw new AppError('conflict', 'This view comes with Nightdesk and cannot be removed.', {
          next: 'Remove views of your own only.',
        });
      }
      if (!configuration.views.some((view) => view.id === id)) throw notFound('This view');
      edit((json) => editOutView(json, id));
    },

    start() {
      const name = basename(configFile);
      try {
        // The folder, since editors put a new file into the place of the old one.
        watcher = watch(dirname(configFile), (_event, changed) => {
          if (changed === null || changed === name) settle();
        });
        watcher.on('error', () => watcher?.close());
        watcher.unref();
      } catch (error) {
        log.warn('configuration is looked at by its time only', { error });
      }
      timer = setInterval(() => {
        if (fileStamp(configFile) !== stamp) guarded(() => look(false));
      }, deps.lookEveryMs ?? 2_000);
      timer.unref();
    },

    stop() {
      watcher?.close();
      watcher = null;
      if (timer !== null) clearInterval(timer);
      if (settling !== null) clearTimeout(settling);
      timer = null;
      settling = null;
    },
  };
}
