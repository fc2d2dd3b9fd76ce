/**
 * Addresses of repositories as people write them, checked before git sees them. Pure.
 *
 * Only https, http, ssh and folders of this computer: git's other ways (`ext::`) run programs. An address with a login in it
 * is refused, because addresses end up in files, lists and logs.
 */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join, win32 } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { GitRunbooks } from '../../../preload/contract/settings.ts';

export interface GitPlace {
  /** As git gets it. */
  readonly url: string;
  readonly protocol: 'https' | 'http' | 'ssh' | 'file';
  /** Null for a folder. */
  readonly host: string | null;
  readonly branch: string;
  readonly subfolder: string;
  /** Stable, for people, and the name of its folder in the library: `github.com/acme/runbooks#main:docs`. */
  readonly name: string;
  /** The last two parts of the address: `acme/runbooks`. */
  readonly title: string;
  /** The name of the clone's folder. */
  readonly id: string;
}

export interface Refusal {
  readonly problem: string;
  readonly next: string;
}

const example =
  'Write it like https://github.com/acme/runbooks.git or git@github.com:acme/runbooks.git.';

const refuse = (problem: string, next: string = example): Refusal => ({ problem, next });

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const isOdd = (text: string): boolean => /[\u0000-\u001f\u007f]/.test(text) || !text.isWellFormed();

interface Address {
  readonly url: string;
  readonly protocol: GitPlace['protocol'];
  readonly host: string | null;
  readonly shown: string;
}

const withoutEnd = (path: string): string => path.replace(/\/+$/, '').replace(/\.git$/i, '');

function readUrl(text: string): Address | Refusal {
  const url = URL.parse(text);
  if (url === null) return refuse('This is not an address.');
  const protocol = url.protocol.slice(0, -1);
  if (protocol === 'file') {
    if (url.host !== '' && url.host !== 'localhost') return refuse('A file address names no host.');
    return { url: `file://${url.pathname}`, protocol, host: null, shown: decode(url.pathname) };
  }
  if (protocol !== 'https' && protocol !== 'http' && protocol !== 'ssh') {
    return refuse(`Nightdesk does not use ${protocol}: addresses.`);
  }
  if (url.password !== '' || (url.username !== '' && protocol !== 'ssh')) {
    return refuse(
      'There is a login in the address.',
      'Take it out of the address, and enter the token in its own field: it goes to the keychain.',
    );
  }
  if (url.hostname === '' || url.hostname.startsWith('-')) return refuse('There is no host in it.');
  if (url.pathname.replaceAll('/', '') === '') return refuse('There is no repository in it.');
  const user = url.username === '' ? '' : `${url.username}@`;
  return {
    url: `${protocol}://${user}${url.host}${url.pathname}${protocol === 'ssh' ? '' : url.search}`,
    protocol,
    host: url.host,
    shown: `${url.host}${decode(url.pathname)}`,
  };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function readAddress(written: string): Address | Refusal {
  const text = written.trim();
  if (text === '') return refuse('There is no address yet.');
  if (isOdd(text) || text.startsWith('-')) return refuse('This is not an address.');
  if (/^[a-z][a-z0-9+.-]*::/i.test(text)) {
    return refuse('Addresses that make git run a program are not used.');
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return readUrl(text);
  const path = text.startsWith('~/') ? join(homedir(), text.slice(2)) : text;
  if (isAbsolute(path) || (process.platform === 'win32' && win32.isAbsolute(path))) {
    return { url: pathToFileURL(path).href, protocol: 'file', host: null, shown: path };
  }
  // git@host:path, as ssh is commonly written.
  const short = /^([\w.-]+@)?([A-Za-z0-9][\w.-]*):(?!\/\/)([^\\].*)$/.exec(text);
  const [, , host = '', rest = ''] = short ?? [];
  if (short === null || host.length < 2) return refuse('This is not an address of a repository.');
  return {
    url: text,
    protocol: 'ssh',
    host,
    shown: `${host}/${rest.replace(/^\/+/, '')}`,
  };
}

function branchProblem(branch: string): Refusal | null {
  if (branch === '') return null;
  const isWrong =
    isOdd(branch) ||
    /[\s~^:?*[\\]|\.\.|@\{|\/\/|^[-/.]|[/.]$|\.lock$|\/\./.test(branch) ||
    branch === '@';
  return isWrong
    ? refuse('No branch can have this name.', 'Write only its name, like main.')
    : null;
}

function readSubfolder(written: string): string | Refusal {
  const parts = written
    .trim()
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  const isWrong = isOdd(written) || parts.some((part) => part === '..' || /^\.git$/i.test(part));
  return isWrong
    ? refuse('The subfolder leads out of the repository.', 'Write it like docs/runbooks.')
    : parts.join('/');
}

export const isRefusal = (value: object): value is Refusal => 'problem' in value;

/** What people wrote, as git may get it, or why not. */
export function readGitPlace(
  source: Pick<GitRunbooks, 'url' | 'branch' | 'subfolder'>,
): GitPlace | Refusal {
  const address = readAddress(source.url);
  if (isRefusal(address)) return address;
  const branch = source.branch.trim();
  const wrongBranch = branchProblem(branch);
  if (wrongBranch !== null) return wrongBranch;
  const subfolder = readSubfolder(source.subfolder);
  if (typeof subfolder !== 'string') return subfolder;
  const shown = withoutEnd(address.shown);
  const title = shown.split('/').filter(Boolean).slice(-2).join('/') || shown;
  const slug = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  const hash = createHash('sha256')
    .update(JSON.stringify([address.url, branch, subfolder]))
    .digest('hex')
    .slice(0, 10);
  return {
    url: address.url,
    protocol: address.protocol,
    host: address.host,
    branch,
    subfolder,
    name: `${shown}${branch === '' ? '' : `#${branch}`}${subfolder === '' ? '' : `:${subfolder}`}`,
    title,
    id: slug === '' ? hash : `${slug}-${hash}`,
  };
}
