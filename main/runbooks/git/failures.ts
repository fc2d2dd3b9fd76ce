/** What git says when something is wrong, in words for people, and what to do next. Pure. */
import { scrubText } from '../../logging.ts';
import type { GitPlace } from './address.ts';
import type { GitAnswer } from './program.ts';

export interface GitProblem {
  /** `damaged`: our clone is broken. `locked`: a git that was ended left a lock behind. `gone`: the branch or subfolder. */
  readonly kind: 'away' | 'login' | 'gone' | 'damaged' | 'locked' | 'full' | 'other';
  readonly problem: string;
  readonly next: string;
}

export class GitFailure extends Error {
  readonly found: GitProblem;
  constructor(found: GitProblem) {
    super(found.problem);
    this.found = found;
  }
}

export const gitMissing: GitProblem = {
  kind: 'other',
  problem: 'Git is not installed on this computer, or not where programs are looked for.',
  next: 'Install git (git-scm.com), then press "Update now".',
};

type Rule = readonly [
  pattern: RegExp,
  kind: GitProblem['kind'],
  problem: (place: Words) => string,
  next: (place: Words) => string,
];

interface Words {
  readonly host: string;
  readonly branch: string;
  readonly isSsh: boolean;
}

const away = (): string =>
  'The last copy opens as before. Check the network and the VPN; Nightdesk keeps trying.';
const login = ({ isSsh }: Words): string =>
  isSsh
    ? 'Look whether your SSH key is loaded (ssh-add -l) and known there; it must work in a terminal without a question.'
    : 'Enter a token that may read the repository, or log in once with git in a terminal.';

/** In this order: the first that fits is the reason, later lines of git only follow from it. */
const rules: readonly Rule[] = [
  [
    /No space left on device|Disk quota exceeded|unable to write file|write error.*space/i,
    'full',
    () => 'The disk is full.',
    () => 'Make room, then press "Update now". The last copy opens as before.',
  ],
  [
    /\.lock': File exists|Another git process seems to be running/i,
    'locked',
    () => 'The copy is locked by a git that was ended.',
    () => 'Press "Update now".',
  ],
  [
    /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/i,
    'login',
    ({ host }) => `SSH does not know the key of ${host}, or it is another one than before.`,
    ({ host }) =>
      `Connect once in a terminal (ssh ${host}) and compare the key with what its owners say.`,
  ],
  [
    /Permission denied \((?:publickey|password|keyboard|gssapi)/i,
    'login',
    ({ host }) => `${host} does not let you in with your SSH keys.`,
    login,
  ],
  [
    /Authentication failed|could not read (?:Username|Password)|terminal prompts disabled|HTTP Basic: Access denied|returned error: 40[13]|Invalid username or (?:password|token)|Authentication is required/i,
    'login',
    ({ host }) => `${host} wants a login that it accepts.`,
    login,
  ],
  [
    /Could not resolve (?:host|hostname)|Name or service not known|Temporary failure in name resolution/i,
    'away',
    ({ host }) => `The name ${host} cannot be found.`,
    away,
  ],
  [
    /Failed to connect|Connection refused|Connection timed out|Network is unreachable|No route to host|Couldn't connect to server|Operation timed out|Operation too slow|connect to host .* port/i,
    'away',
    ({ host }) => `${host} cannot be reached.`,
    away,
  ],
  [
    /SSL certificate problem|certificate verification failed|server certificate|unable to get local issuer|SEC_E_UNTRUSTED/i,
    'other',
    ({ host }) => `${host} presents a certificate that git does not trust.`,
    () =>
      'Tell git which authority to trust (git config --global http.sslCAInfo), then press "Update now".',
  ],
  [
    /couldn't find remote ref|Remote branch .* not found|no such ref/i,
    'gone',
    ({ branch }) =>
      branch === '' ? 'It has no branch yet.' : `It has no branch ${branch} any more.`,
    () => 'Choose another branch. The last copy opens as before.',
  ],
  [
    /transport '.*' not allowed|unsafe repository|dubious ownership/i,
    'other',
    () => 'Git refuses this repository for safety.',
    () => 'Look who owns the folder, and whether the address is the right one.',
  ],
  [
    /Repository not found|repository '.*' (?:not found|does not exist)|does not appear to be a git repository|returned error: 404|project you were looking for could not be found|Could not read from remote repository.*exist/is,
    'gone',
    ({ host }) => `${host} shows no such repository to you.`,
    ({ isSsh }) =>
      isSsh
        ? 'Check the address, and whether your SSH key may read it.'
        : 'Check the address. Private repositories look like this without a token that may read them.',
  ],
  [
    /is corrupt|bad object|unable to read (?:tree|sha1|blob)|not a git repository|index file (?:corrupt|smaller)|bad index|invalid (?:sha1 pointer|object|index-pack)|missing (?:blob|tree|object|commit)|object file .* is empty|packfile .* (?:cannot|is far|does not|index)|inflate: data stream|bad (?:signature|config)|cannot lock ref|unable to (?:find|resolve reference|parse)|shallow file|garbage at end|could not open index/i,
    'damaged',
    () => 'The copy was damaged.',
    () => 'It is being made anew.',
  ],
  [
    /hung up|early EOF|RPC failed|unexpected disconnect|Connection (?:reset|closed)|returned error: 5\d\d|Empty reply|transfer closed|protocol error|bad line length/i,
    'away',
    ({ host }) => `${host} broke the transfer off.`,
    away,
  ],
];

const wordsOf = (place: Pick<GitPlace, 'host' | 'branch' | 'protocol'>): Words => ({
  host: place.host ?? 'This folder',
  branch: place.branch,
  isSsh: place.protocol === 'ssh',
});

/** The line that names the trouble; git prints hints and progress around it. */
function saidLine(stderr: string): string {
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = lines.find((one) => /^(fatal|error|remote: error):/i.test(one)) ?? lines[0] ?? '';
  return scrubText(line.replace(/^(fatal|error):\s*/i, '')).slice(0, 300);
}

export function gitProblem(
  answer: GitAnswer,
  place: Pick<GitPlace, 'host' | 'branch' | 'protocol'>,
): GitProblem {
  const words = wordsOf(place);
  if (answer.ended === 'timeout') {
    return { kind: 'away', problem: `${words.host} took too long.`, next: away() };
  }
  if (answer.ended === 'stopped') {
    return { kind: 'other', problem: 'It was stopped.', next: 'Press "Update now".' };
  }
  for (const [pattern, kind, problem, next] of rules) {
    if (pattern.test(answer.stderr)) return { kind, problem: problem(words), next: next(words) };
  }
  const line = saidLine(answer.stderr);
  return {
    kind: 'other',
    problem: line === '' ? 'Git failed without a word.' : `Git says: ${line}`,
    next: 'Try the same address with git in a terminal. The last copy opens as before.',
  };
}
