/** Keys from the files of the AWS command line. Read only for profiles that a person named. */
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SourceError } from '../source-error.ts';
import type { Credentials } from './signature.ts';

const mostBytes = 1_000_000;

type Sections = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Pure. A section `profile x` of the configuration file is the profile x, like `x` of the credentials file. */
export function parseProfiles(text: string): Sections {
  const sections = new Map<string, Record<string, string>>();
  let current: Record<string, string> | null = null;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const title = /^\s*\[\s*(?:profile\s+)?["']?([^\]"']*?)["']?\s*\]\s*(?:[#;].*)?$/.exec(
      line,
    )?.[1];
    if (title !== undefined) {
      current = sections.get(title) ?? {};
      sections.set(title, current);
      continue;
    }
    // Indented lines belong to a nested setting, comments to nobody.
    const pair = /^([A-Za-z0-9_]+)\s*=\s*(.*)$/.exec(line);
    if (pair === null || current === null) continue;
    current[pair[1]?.toLowerCase() ?? ''] = (pair[2] ?? '').replace(/\s+[#;].*$/, '').trim();
  }
  return sections;
}

const elsewhere: readonly [setting: string, what: string][] = [
  ['role_arn', 'takes on a role'],
  ['sso_session', 'logs in by single sign-on'],
  ['sso_start_url', 'logs in by single sign-on'],
  ['credential_process', 'asks a program for its keys'],
  ['web_identity_token_file', 'logs in by a web identity'],
];

/** Pure. @throws SourceError when the profile has no keys of its own */
export function credentialsOf(
  profile: string,
  credentials: Sections,
  config: Sections,
): Credentials {
  const settings = { ...config.get(profile), ...credentials.get(profile) };
  const { aws_access_key_id: id = '', aws_secret_access_key: secret = '' } = settings;
  if (id !== '' && secret !== '') {
    const token = settings['aws_session_token'] ?? '';
    return { accessKeyId: id, secretAccessKey: secret, sessionToken: token === '' ? null : token };
  }
  const other = elsewhere.find(([setting]) => (settings[setting] ?? '') !== '');
  if (other !== undefined) {
    throw new SourceError(
      'source.misconfigured',
      `The profile ${profile} ${other[1]} (${other[0]}), which Nightdesk cannot do.`,
      { next: 'Name a profile that has keys of its own (aws_access_key_id), also temporary ones.' },
    );
  }
  const isKnown = credentials.has(profile) || config.has(profile);
  throw new SourceError(
    'source.misconfigured',
    isKnown ? `The profile ${profile} has no keys.` : `There is no profile ${profile}.`,
    { next: 'Look at the files credentials and config in the folder .aws.' },
  );
}

async function readSections(path: string): Promise<Sections> {
  try {
    if ((await stat(path)).size > mostBytes) return new Map();
    return parseProfiles(await readFile(path, 'utf8'));
  } catch {
    // Either file may be missing; what is lacking in the end is said by name.
    return new Map();
  }
}

/** Read anew each time: other tools put fresh temporary keys there. `folder` empty: the usual one. @throws SourceError */
export async function readProfile(profile: string, folder: string): Promise<Credentials> {
  const base = folder === '' ? join(homedir(), '.aws') : folder;
  const [credentials, config] = await Promise.all([
    readSections(join(base, 'credentials')),
    readSections(join(base, 'config')),
  ]);
  return credentialsOf(profile, credentials, config);
}
