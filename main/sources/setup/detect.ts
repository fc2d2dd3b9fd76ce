/**
 * Looks for what other tools on this computer already watch. Only when a person asks for it, only in the places that were named
 * to them, and never at a password, key or token.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Detection } from '../../../preload/contract/sources.ts';
import { readAmtool } from './amtool.ts';
import { readAwsProfiles } from './aws.ts';
import { readNagstamon } from './nagstamon.ts';
import { proposalOf, type Draft, type Known } from './proposal.ts';

const mostBytes = 1_000_000;
const mostFiles = 200;

interface Place {
  readonly tool: string;
  /** As it is shown, with `~` for the home folder. */
  readonly path: string;
  look(home: string, known: Known): Promise<readonly Draft[] | null>;
}

/** Null: there is no such file. */
async function textOf(path: string): Promise<string | null> {
  try {
    const { size } = await stat(path);
    if (size > mostBytes) throw new Error('it is too large to be a configuration');
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

const shown = (home: string, path: string): string => path.replace(home, '~');

const places: readonly Place[] = [
  {
    tool: 'Nagstamon',
    path: '~/.nagstamon/servers/*.conf',
    async look(home, { kinds }) {
      const folder = join(home, '.nagstamon', 'servers');
      let names: string[];
      try {
        names = await readdir(folder);
      } catch (error) {
        if ((error as { code?: unknown }).code === 'ENOENT') return null;
        throw error;
      }
      const drafts: Draft[] = [];
      for (const name of names.filter((one) => one.endsWith('.conf')).slice(0, mostFiles)) {
        const path = join(folder, name);
        drafts.push(...readNagstamon((await textOf(path)) ?? '', shown(home, path), kinds));
      }
      return drafts;
    },
  },
  ...['~/.config/amtool/config.yml', '/etc/amtool/config.yml'].map((path): Place => ({
    tool: 'amtool',
    path,
    async look(home, { kinds }) {
      const text = await textOf(path.replace('~', home));
      return text === null ? null : readAmtool(text, path, kinds);
    },
  })),
  {
    tool: 'AWS command line',
    path: '~/.aws/config, ~/.aws/credentials (names of profiles only)',
    async look(home, { kinds }) {
      const config = await textOf(join(home, '.aws', 'config'));
      const credentials = await textOf(join(home, '.aws', 'credentials'));
      if (config === null && credentials === null) return null;
      const files = { config: config ?? '', credentials: credentials ?? '' };
      return readAwsProfiles(files, '~/.aws', kinds);
    },
  },
  ...['~/.config/pagerduty-cli/config.json', '~/.config/pd.yml', '~/.pd.yml'].map(
    (path): Place => ({
      tool: 'PagerDuty command line',
      path,
      async look(home, { kinds }) {
        const isThere = await stat(path.replace('~', home)).then(
          () => true,
          () => false,
        );
        if (!isThere || !kinds.some(({ kind }) => kind === 'pagerduty')) return null;
        const remarks = [
          'Its token was not read: make one for Nightdesk, or enter the same again.',
        ];
        return [{ kind: 'pagerduty', name: 'PagerDuty', settings: {}, foundIn: path, remarks }];
      },
    }),
  ),
];

/** What `detect` would read, to be shown before it does. */
export const detectionPlaces: readonly { readonly tool: string; readonly path: string }[] =
  places.map(({ tool, path }) => ({ tool, path }));

/** `home`: for tests. */
export async function detect(known: Known, home: string = homedir()): Promise<Detection> {
  const looked: Detection['looked'] = [];
  const drafts: Draft[] = [];
  for (const place of places) {
    const { tool, path } = place;
    try {
      const found = await place.look(home, known);
      drafts.push(...(found ?? []));
      const outcome = found === null ? 'absent' : found.length === 0 ? 'nothing' : 'found';
      looked.push({ tool, path, outcome, text: null });
    } catch (error) {
      const text = error instanceof Error ? error.message.slice(0, 300) : 'it could not be read';
      looked.push({ tool, path, outcome: 'unreadable', text });
    }
  }
  return { looked, proposals: drafts.map((draft) => proposalOf(draft, known)) };
}
