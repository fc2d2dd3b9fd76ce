/** What a person types into a setting, and how a setting reads. Pure. */
import type { Hours } from '../../../preload/contract/settings.ts';
import { durationText } from '../../ui/time-text.ts';

/** `problem` says what to do about it. */
export type Parsed<Value> =
  | { readonly value: Value; readonly problem: null }
  | { readonly problem: string };

const right = <Value>(value: Value): Parsed<Value> => ({ value, problem: null });

/** `8`, `8:05`, `08.05`, `0805` and `24:00` are understood as people mean them. */
export function parseTimeOfDay(text: string): Parsed<string> {
  const wrong = { problem: 'Write a time of day, like 22:00.' };
  const match = /^(\d{1,2})(?:[:.h]?([0-5]\d))?$/.exec(text.trim());
  if (match === null) return wrong;
  const hours = Number(match[1]);
  const minutes = match[2] ?? '00';
  if (hours === 24 && minutes === '00') return right('00:00');
  if (hours > 23) return wrong;
  return right(`${String(hours).padStart(2, '0')}:${minutes}`);
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** "10 h, over midnight"; null where the two are the same, which is no time at all. */
export function hoursText({ from, to }: Hours): string | null {
  const length = (minutesOf(to) - minutesOf(from) + 1_440) % 1_440;
  if (length === 0) return null;
  const [hours, minutes] = [Math.floor(length / 60), length % 60];
  const words = [
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(minutes > 0 ? [`${minutes} min`] : []),
  ].join(' ');
  return from > to && to !== '00:00' ? `${words}, over midnight` : words;
}

const minuteMs = 60_000;

/** `2`, `0.5`: without a tail of digits. */
export const minutesText = (ms: number): string => String(Math.round((ms / minuteMs) * 100) / 100);

export const parseMinutes =
  (least: number, most: number) =>
  (text: string): Parsed<number> => {
    const number = /^\d+([.,]\d+)?$/.test(text.trim()) ? Number(text.trim().replace(',', '.')) : -1;
    if (number < least || number > most) {
      return { problem: `Write minutes as a number from ${least} to ${most}.` };
    }
    return right(Math.round(number * minuteMs));
  };

/** `cluster = prod-eu`, a line each. An empty text is none at all. */
export function parseDefaults(text: string): Parsed<Record<string, string>> {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/.exec(line) ?? [];
    if (name.trim() === '' || value.trim() === '') {
      return {
        problem: `Write a name, an equals sign and a value in each line, like cluster = prod-eu. Look at: ${line.trim().slice(0, 60)}`,
      };
    }
    if (name.trim().length > 200 || value.trim().length > 2_000) {
      return { problem: 'Names have at most 200 characters, values at most 2,000.' };
    }
    found.set(name.trim(), value.trim());
  }
  return right(Object.fromEntries(found));
}

export const defaultsText = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} = ${value}`)
    .join('\n');

export const parseCount =
  (most: number) =>
  (text: string): Parsed<number> => {
    const number = /^\d+$/.test(text.trim()) ? Number(text.trim()) : -1;
    if (number < 0 || number > most) return { problem: `Write a whole number from 0 to ${most}.` };
    return right(number);
  };

export function parsePerson(text: string): Parsed<string> {
  const name = text.trim();
  if (name === '') return { problem: 'Write a name: acknowledgements and notes carry it.' };
  if (name.length > 200) return { problem: 'Write at most 200 characters.' };
  return right(name);
}

const isWholePath = (path: string): boolean => /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path);
const shortPath = (path: string): string => (path.length > 60 ? `${path.slice(0, 60)}…` : path);

/** One folder a line, each once, as it was written. */
export function parseFolders(text: string): Parsed<readonly string[]> {
  const folders = [
    ...new Set(
      text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    ),
  ];
  const partial = folders.find((folder) => !isWholePath(folder));
  if (partial !== undefined) {
    return { problem: `Write the whole path of “${shortPath(partial)}”, from / or C:\\ on.` };
  }
  const long = folders.find((folder) => folder.length > 4_000);
  if (long !== undefined) return { problem: `“${shortPath(long)}” is too long for a path.` };
  if (folders.length > 50) return { problem: 'Write at most 50 folders.' };
  return right(folders);
}

/** One host a line, each once; what people paste around it is taken away. */
export function parseHosts(text: string): Parsed<readonly string[]> {
  const hosts = [
    ...new Set(
      text
        .split('\n')
        .map((line) =>
          line
            .trim()
            .replace(/^https?:\/\//i, '')
            .replace(/\/.*$/, '')
            .toLowerCase(),
        )
        .filter((line) => line !== ''),
    ),
  ];
  const wrong = hosts.find((host) => !/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/.test(host));
  if (wrong !== undefined) {
    return {
      problem: `Write “${shortPath(wrong)}” as a host, like wiki.example.org or 10.0.0.5:8080.`,
    };
  }
  if (hosts.length > 200) return { problem: 'Write at most 200 hosts.' };
  return right(hosts);
}

/** For how long a page is repeated. */
export function repeatText(everyMs: number, atMost: number): string {
  if (atMost === 0) return 'A page is told once and not repeated.';
  const time = durationText(everyMs * atMost);
  return `A page that nobody acknowledges is repeated for ${time}, then no more.`;
}
