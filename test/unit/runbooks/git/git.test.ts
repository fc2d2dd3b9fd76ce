import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sparsePatterns } from '../../../../main/runbooks/git/clone.ts';
import { gitProblem, type GitProblem } from '../../../../main/runbooks/git/failures.ts';
import { loginFor } from '../../../../main/runbooks/git/logins.ts';
import { isRefusal, readGitPlace, type GitPlace } from '../../../../main/runbooks/git/address.ts';
import { gitEnvironment } from '../../../../main/runbooks/git/program.ts';

function placeOf(url: string): GitPlace {
  const place = readGitPlace({ url, branch: 'main', subfolder: '' });
  if (isRefusal(place)) throw new Error(place.problem);
  return place;
}

const base = {
  environment: { PATH: '/bin', HOME: '/home/ada' },
  emptyFolder: '/nothing',
  sshCommand: null,
};

describe('what git gets', () => {
  it('is never a question, a hook, or another repository', () => {
    const environment = gitEnvironment(
      {
        ...base,
        environment: {
          ...base.environment,
          GIT_DIR: '/elsewhere',
          GIT_WORK_TREE: '/elsewhere',
          GIT_CONFIG_PARAMETERS: 'core.hooksPath=/evil',
          GIT_EXTERNAL_DIFF: 'evil',
          GIT_TRACE_CURL: '1',
          GIT_ASKPASS: 'window',
          SSH_ASKPASS: 'window',
          GIT_SSL_CAINFO: '/ca.pem',
        },
      },
      { clone: '/data/x' },
    );
    expect(environment).toMatchObject({
      HOME: '/home/ada',
      GIT_DIR: join('/data/x', '.git'),
      GIT_WORK_TREE: '/data/x',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ASKPASS: '',
      GIT_ALLOW_PROTOCOL: 'https:http:ssh:file',
      GIT_SSL_CAINFO: '/ca.pem',
    });
    for (const name of [
      'GIT_CONFIG_PARAMETERS',
      'GIT_EXTERNAL_DIFF',
      'GIT_TRACE_CURL',
      'SSH_ASKPASS',
    ]) {
      expect(environment).not.toHaveProperty(name);
    }
    const count = Number(environment['GIT_CONFIG_COUNT']);
    const pairs = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        environment[`GIT_CONFIG_KEY_${index}`],
        environment[`GIT_CONFIG_VALUE_${index}`],
      ]),
    ) as Record<string, string>;
    expect(pairs).toMatchObject({ 'core.hooksPath': '/nothing', 'core.fsmonitor': 'false' });
    expect(pairs).not.toHaveProperty('credential.helper');
  });

  it.each([
    [null, undefined, 'ssh -o BatchMode=yes'],
    ['ssh -i /key', undefined, 'ssh -i /key -o BatchMode=yes'],
    ['ssh -i /key', '/usr/bin/ssh -v', '/usr/bin/ssh -v -o BatchMode=yes'],
  ])(
    'keeps the ssh of the person (%s, %s) and lets it ask nothing',
    (sshCommand, own, expected) => {
      const environment = gitEnvironment(
        { ...base, sshCommand, environment: { ...base.environment, GIT_SSH_COMMAND: own } },
        { clone: null },
      );
      expect(environment['GIT_SSH_COMMAND']?.startsWith(expected)).toBe(true);
    },
  );

  it('leaves an ssh that is none as it is', () => {
    const environment = gitEnvironment(
      { ...base, environment: { ...base.environment, GIT_SSH_COMMAND: 'plink -batch' } },
      { clone: null },
    );
    expect(environment['GIT_SSH_COMMAND']).toBe('plink -batch');
  });

  it('has a token for one server only, and takes their helpers away then', () => {
    const login = loginFor(placeOf('https://git.example.org:8443/a/b'), '', 'tok');
    const environment = gitEnvironment(base, { clone: null, login });
    const text = JSON.stringify(environment);
    expect(environment).toMatchObject({ NIGHTDESK_GIT_TOKEN: 'tok', NIGHTDESK_GIT_USER: 'oauth2' });
    expect(text).toContain('credential.https://git.example.org:8443.helper');
    expect(text.split('tok"')).toHaveLength(2);
    expect(Object.values(environment)).toContain('credential.helper');
  });

  it.each([
    ['http://git.example.org/a/b', 'tok', 'in the clear'],
    ['https://git.example.org/a/b', 'tok\nhost=evil', 'line break'],
  ])('no token goes to %s like %j', (url, token, problem) => {
    expect(() => loginFor(placeOf(url), '', token)).toThrow(problem);
  });

  it('patterns take a subfolder as it is named', () => {
    const patterns = sparsePatterns('run [books]/!a*');
    expect(patterns.split('\n')[0]).toBe('/run\\ \\[books\\]/\\!a\\*/**/*.[mM][dD]');
  });
});

describe('what git says', () => {
  const https = placeOf('https://git.example.org/a/b');
  const ssh = placeOf('git@git.example.org:a/b');
  it.each<[string, GitPlace, GitProblem['kind'], RegExp]>([
    [
      'fatal: unable to access: Could not resolve host: git.example.org',
      https,
      'away',
      /name git\.example\.org/,
    ],
    [
      'ssh: Could not resolve hostname git.example.org: Name or service not known',
      ssh,
      'away',
      /cannot be found/,
    ],
    [
      'fatal: Failed to connect to git.example.org port 443: Connection refused',
      https,
      'away',
      /cannot be reached/,
    ],
    ['fatal: Authentication failed for https://git.example.org/a/b', https, 'login', /login/],
    [
      "fatal: could not read Username for 'https://git.example.org': terminal prompts disabled",
      https,
      'login',
      /login/,
    ],
    ['remote: HTTP Basic: Access denied', https, 'login', /login/],
    ['git@git.example.org: Permission denied (publickey).', ssh, 'login', /SSH keys/],
    [
      'Host key verification failed.\nfatal: Could not read from remote repository.',
      ssh,
      'login',
      /does not know the key/,
    ],
    [
      "remote: Repository not found.\nfatal: repository 'x' not found",
      https,
      'gone',
      /no such repository/,
    ],
    ["fatal: couldn't find remote ref refs/heads/main", https, 'gone', /no branch main/],
    [
      'fatal: SSL certificate problem: unable to get local issuer certificate',
      https,
      'other',
      /certificate/,
    ],
    [
      'error: unable to write file x\nfatal: write error: No space left on device',
      https,
      'full',
      /disk is full/,
    ],
    ["fatal: Unable to create '/x/.git/index.lock': File exists.", https, 'locked', /locked/],
    [
      'error: object file .git/objects/1/2 is empty\nfatal: loose object is corrupt',
      https,
      'damaged',
      /damaged/,
    ],
    ['fatal: not a git repository: /x/.git', https, 'damaged', /damaged/],
    ['error: RPC failed; curl 18\nfatal: early EOF', https, 'away', /broke the transfer off/],
    ["fatal: transport 'ext' not allowed", https, 'other', /for safety/],
    ['fatal: something of a newer git', https, 'other', /Git says: something of a newer git/],
    ['', https, 'other', /without a word/],
  ])('%j is said in words', (stderr, place, kind, problem) => {
    const found = gitProblem({ code: 128, stdout: '', stderr, ended: null }, place);
    expect(found.kind).toBe(kind);
    expect(found.problem).toMatch(problem);
    expect(found.next).toMatch(/\w/);
  });

  it('never shows a login that a server or a proxy wrote back', () => {
    const stderr = 'fatal: odd https://ada:hunter2@git.example.org/a/b';
    expect(gitProblem({ code: 1, stdout: '', stderr, ended: null }, https).problem).not.toContain(
      'hunter2',
    );
  });

  it('a time that is up is no answer', () => {
    const found = gitProblem({ code: null, stdout: '', stderr: '', ended: 'timeout' }, https);
    expect(found).toMatchObject({ kind: 'away', problem: 'git.example.org took too long.' });
  });
});
