import { describe, expect, test } from 'vitest';
import {
  chooseShell,
  environmentFor,
  secretsOfEnvironment,
  type Machine,
} from '../../../../main/runbooks/running/shells.ts';
import { unsetVariables } from '../../../../main/runbooks/running/unset-variables.ts';

const machine = (change: Partial<Machine> = {}): Machine => ({
  platform: 'linux',
  environment: { SHELL: '/usr/bin/zsh', PATH: '/usr/bin' },
  canRun: (path) => path !== '/usr/bin/pwsh',
  ...change,
});
const shown = (...input: Parameters<typeof chooseShell>): string => {
  const choice = chooseShell(...input);
  return 'why' in choice ? choice.why : choice.shell.shown;
};

describe('who reads a command', () => {
  test.each<[string, string | undefined, string]>([
    ['the person’s own shell', '/usr/bin/zsh', '/usr/bin/zsh -c'],
    ['the plain shell where theirs quotes otherwise', '/usr/bin/fish', '/bin/sh -c'],
    ['the plain shell where theirs is no path', 'zsh', '/bin/sh -c'],
    ['the plain shell where there is none', undefined, '/bin/sh -c'],
    ['the plain shell where theirs is a trick', '/tmp/../bin/evil sh', '/bin/sh -c'],
  ])('is %s', (_what, SHELL, expected) => {
    expect(shown('sh', 'bash', machine({ environment: { SHELL } }))).toBe(expected);
  });

  test('is the plain shell where theirs cannot be run', () => {
    expect(shown('sh', 'sh', machine({ canRun: () => false }))).toBe('/bin/sh -c');
  });

  test('is PowerShell where it is, and nobody where it is not', () => {
    expect(shown('powershell', 'powershell', machine())).toMatch(/not on this computer/);
    expect(shown('powershell', 'pwsh', machine({ canRun: () => true }))).toBe(
      '/usr/bin/pwsh -NoProfile -NonInteractive -Command',
    );
    const windows = machine({ platform: 'win32' });
    expect(shown('powershell', 'powershell', windows)).toMatch(/^powershell\.exe /);
    expect(shown('other', 'cmd', windows)).toBe('cmd.exe /d /s /c');
    expect(shown('sh', 'bash', windows)).toMatch(/Windows/);
  });

  test.each(['ruby', 'python', 'cmd', 'sql', ''])('is nobody for %s', (language) => {
    expect(chooseShell('other', language, machine())).toHaveProperty('why');
  });
});

test('a command gets the environment of the person, without what belongs to Nightdesk', () => {
  const environment = environmentFor(
    machine({
      environment: {
        PATH: '/usr/bin',
        KUBECONFIG: '/home/ada/.kube/config',
        DB_PASSWORD: 'hunter22',
        NODE_OPTIONS: '--inspect',
        ELECTRON_RUN_AS_NODE: '1',
        npm_config_registry: 'x',
        NIGHTDESK_TOKEN: 'x',
        TERM: 'xterm-256color',
        GIT_DIR: '/somewhere',
        EMPTY: undefined,
      },
    }),
    false,
  );
  expect(Object.keys(environment).toSorted()).toEqual([
    'DB_PASSWORD',
    'GIT_TERMINAL_PROMPT',
    'KUBECONFIG',
    'PATH',
    'TERM',
  ]);
  expect(environment['TERM']).toBe('dumb');
  expect(secretsOfEnvironment(environment)).toEqual(['hunter22']);
});

test('in a terminal no pager waits for a key, and git may ask', () => {
  const environment = environmentFor(machine({ environment: { PAGER: 'less' } }), true);
  expect(environment).toMatchObject({
    PAGER: 'cat',
    GIT_PAGER: 'cat',
    AWS_PAGER: '',
    TERM: 'dumb',
  });
  expect(environment).not.toHaveProperty('GIT_TERMINAL_PROMPT');
});

describe('variables without a value', () => {
  const environment = { HOME: '/home/ada', EMPTY: '' };
  test.each<[string, string[]]>([
    ['rm -rf /srv/$NAME/*', ['NAME']],
    ['rm -rf "/srv/${NAME}/x" $NAME $OTHER', ['NAME', 'OTHER']],
    ['echo $EMPTY', ['EMPTY']],
    ['echo ${NAME%-*}', ['NAME']],
    ['for pod in $PODS; do echo $pod; done', ['PODS']],
    ['echo `echo $NAME`', ['NAME']],
    ['cat <<EOF\n$NAME\nEOF', ['NAME']],
  ])('are found in %s', (text, names) => expect(unsetVariables(text, environment)).toEqual(names));

  test.each([
    'ls $HOME',
    'NAME=$(hostname); echo $NAME',
    'for pod in a b; do echo $pod; done',
    'read line; echo $line',
    "awk '{print $NF, $1}'",
    "echo '$NAME'",
    'echo \\$NAME',
    'echo ${NAME:-none} ${NAME:?is missing} ${NAME+x}',
    'echo $? $$ $# $@ $1 $PWD $RANDOM ${BASH_SOURCE[0]}',
    '# $NAME',
    'echo 5$',
  ])('are none in %s', (text) => expect(unsetVariables(text, environment)).toEqual([]));
});
