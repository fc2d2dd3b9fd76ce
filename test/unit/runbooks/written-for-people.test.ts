/** What real runbooks write for people to read, and what they write to be done: neither may be taken for the other. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFence } from '../../../main/runbooks/commands.ts';
import { isDestructive } from '../../../main/runbooks/destructive.ts';
import { parseRunbook } from '../../../main/runbooks/parse.ts';
import { phaseWithin } from '../../../main/runbooks/phases.ts';
import { announcesOutput } from '../../../main/runbooks/printed.ts';
import { isCommandInText } from '../../../main/runbooks/programs.ts';
import { isDeed, isNumberedDeed } from '../../../main/runbooks/step-lists.ts';

const fence = '```';
const steps = (text: string) => parseRunbook('a/Some.md', text).steps;
const plain = (text: string) => steps(text).map((step) => step.plainText);
const commands = (text: string) =>
  steps(text).map((step) => step.commands.map((command) => command.text));

describe('lists for reading are no steps', () => {
  test.each([
    [
      'causes',
      '## Symptoms\n\nThere are two possible causes:\n\n1. A volume is full.\n2. A leak.\n',
    ],
    ['scenarios', '# A\n\nThis happens in two scenarios:\n\n1. It was disabled.\n2. It hangs.\n'],
    ['what is assumed', '# A\n\nThis page assumes that you have:\n\n1. A bucket\n2. A cluster\n'],
    ['what a heading only tells', '## Impact\n\n1. Nobody can pay.\n2. Orders wait.\n'],
    ['names', '## Mitigation\n\n### Rebalance\n\nThese can do it:\n\n- queue\n- cache\n'],
    ['settings', '# A\n\n- The limit is in the file:\n  ```\n  limit: 4\n  ```\n- It is live.\n'],
    [
      'where to read on',
      '## Mitigation\n\nElse see these resources:\n\n- [Help](https://x)\n- Chat\n',
    ],
    ['what something is', '## Fix it\n\nResponse times are:\n\n- Bad: 4 hours\n- Worse: 1 hour\n'],
    ['links', '## Troubleshooting\n\n- [One](https://one)\n- [Two](https://two)\n'],
    ['contents', '# A\n\n- [One](#one)\n- [Two](#two)\n'],
  ])('%s', (_what, text) => {
    expect(plain(text)).toEqual([]);
  });

  test('but steps that are listed are steps', () => {
    expect(plain('## Fix it\n\nThe steps are:\n\n- this\n- that\n')).toEqual(['this', 'that']);
  });

  test('but a cause that says what to look at is one', () => {
    expect(
      plain(
        '## Mitigation\n\nCommon causes include:\n\n- **Loops**: it dies. Check its log.\n- **Size**: too small.\n',
      ),
    ).toEqual(['Loops: it dies. Check its log.']);
  });
});

describe('bullets that say what to do are steps, whatever their heading', () => {
  test.each([
    [
      'a verb',
      '## Enlarge it\n\n- stop the writer\n- Add a disk\n',
      ['stop the writer', 'Add a disk'],
    ],
    [
      'a question, in a numbered part',
      '## 1. Ensure that it runs\n\n- Does the port answer?\n- Is it mounted?\n',
      ['Does the port answer?', 'Is it mounted?'],
    ],
    [
      'after a condition',
      '# A\n\n- If it is full, delete the oldest.\n- Then restart it.\n',
      ['If it is full, delete the oldest.', 'Then restart it.'],
    ],
    [
      'under verification',
      '## Verification\n\n- Check the port.\n- Nothing else.\n',
      ['Check the port.'],
    ],
    [
      'a label',
      '### PaperJam\n\n+ *Message*: it jams\n+ *Severity*: warning\n+ *Action*: Look into it.\n',
      ['Action: Look into it.'],
    ],
    [
      'a bare command',
      '## Rebuild the copy\n\n- Stop it\n- `rm -r /srv/copy/*`\n',
      ['Stop it', 'rm -r /srv/copy/*'],
    ],
  ])('%s', (_what, text, found) => {
    expect(plain(text)).toEqual(found);
  });

  test.each([
    ['Restart the service', true],
    ['**Check**', false],
    ['you can also drain the node', true],
    ['Once it is up, promote it', true],
    ['The service restarts by itself', false],
    ['Check: passed', false],
    ['Set up by the platform team', true],
    ['Restore is slow', false],
    ['', false],
  ])('%j: %s', (text, is) => {
    expect(isDeed(text)).toBe(is);
  });
});

describe('what is printed is never typed', () => {
  test.each([
    ['You will see errors similar to:', true],
    ["Once it is over, you'll see info logs similar to:", true],
    ['It displays something like the following example output:', true],
    ['You should see log entries like this when it starts up:', true],
    ['To see the output, run:', false],
    ['You can find the leader by using:', false],
    ['Restart it:', false],
    ['You should see it. Restart it:', false],
  ])('announced by %j: %s', (words, is) => {
    expect(announcesOutput(words)).toBe(is);
  });

  test('so that a log in the fence of a shell belongs to the step before it', () => {
    const text = `## Diagnosis\n\nLook at the log:\n\n${fence}sh\nkubectl logs x-<pod-id>\n${fence}\n\nYou will see errors similar to:\n\n${fence}bash\nlevel=error msg="delete: [too long]"\n${fence}\n`;
    expect(commands(text)).toEqual([['kubectl logs x-<pod-id>']]);
    expect(steps(text)[0]?.text).toContain('```text\nlevel=error');
    const inItem = `1. Start it:\n\n   ${fence}shell\n   systemctl start x\n   ${fence}\n   It prints something like this output:\n\n   ${fence}shell\n   Oct 18 host x[1]: started\n   ${fence}\n`;
    expect(commands(inItem)).toEqual([['systemctl start x']]);
  });

  test('a program goes before what the words say', () => {
    const text = `You should see the pods with the output of:\n\n${fence}sh\nkubectl get pods\n${fence}\n`;
    expect(commands(text)).toEqual([['kubectl get pods']]);
  });

  test.each([
    [
      '',
      'sudo lsblk\nNAME   SIZE  TYPE\nsda    100G  disk',
      'sudo lsblk',
      'NAME   SIZE  TYPE\nsda    100G  disk',
    ],
    [
      'sh',
      'kubectl get pods\nNAME  READY  AGE\na     1/1    2d\n\nkubectl get nodes',
      'kubectl get pods\nkubectl get nodes',
      'NAME  READY  AGE\na     1/1    2d',
    ],
    [
      'sh',
      'psql <<EOF\nNAME  READY  AGE\na  b  c\nEOF',
      'psql <<EOF\nNAME  READY  AGE\na  b  c\nEOF',
      '',
    ],
    ['sh', 'psql\nSHOW POOLS  LISTS\nSELECT A B', 'psql\nSHOW POOLS  LISTS\nSELECT A B', ''],
    ['', '$sudo lsblk\nNAME SIZE\nsda 1', 'sudo lsblk', 'NAME SIZE\nsda 1'],
    ['sh', '$TOOL get x', '$TOOL get x', ''],
    ['sh', '# Look\nfdb> status\nhealthy\nfdb> include x', '# Look\nstatus\ninclude x', 'healthy'],
    ['sh', 'sort> out x', 'sort> out x', ''],
  ])('%j fence %j', (info, text, typed, printed) => {
    const found = readFence(info, text);
    expect(found?.command.text.replace(/\n+/g, '\n')).toBe(typed);
    expect(found?.printed.trim()).toBe(printed);
  });
});

describe('commands without a mark', () => {
  test.each([
    ['sh fix.sh -p 95', 'sh'],
    ['#first look\n./fix.rb 2>&1', 'sh'],
    ['fab <environment> -H db-?.backend status', 'sh'],
    ['mytool unlock --all', 'sh'],
    ['error: unknown flag --all', null],
    ['usage: mytool --all', null],
    ['It is never -v.', null],
    ['limit: 4', null],
    ['- name: --all', null],
    ['show databases;', 'sql'],
    ['show databases', null],
    ['acme-queuectl list', 'sh'],
  ])('%j is %s', (text, language) => {
    expect(readFence('', text)?.command.quoting ?? null).toBe(language);
  });

  test('what is typed into another console is not for a shell', () => {
    expect(readFence('bash', 'fdb> status')?.command.quoting).toBe('other');
    expect(readFence('bash', 'mysql> drop table x;')?.command.quoting).toBe('sql');
    expect(readFence('bash', 'app=# select 1;')?.command.quoting).toBe('sql');
    expect(readFence('bash', 'echo a > b')?.command.quoting).toBe('sh');
    expect(readFence('sh', 'a.b:~$ ping x')?.command).toMatchObject({
      quoting: 'sh',
      text: 'ping x',
    });
  });

  test('a session is offered even where it is an example of what to see', () => {
    const text = `You should see something like this:\n\n${fence}\nhost-1:~$ ping x\nPING x\n${fence}\n`;
    expect(commands(text)).toEqual([['ping x']]);
  });

  test('a query in the fence of a shell is a query', () => {
    expect(readFence('console', 'min_over_time(up[5m])')?.command).toMatchObject({
      language: 'promql',
      quoting: 'promql',
    });
    expect(readFence('sh', 'count() {\n echo 1\n}')?.command.quoting).toBe('sh');
  });

  test.each([
    ['kubectl get pods', true],
    ['kubectl', false],
    ['free memory', false],
    ['free -m', true],
    ['time window', false],
    ['max_connections', false],
  ])('%j in a sentence: %s', (code, is) => {
    expect(isCommandInText(code)).toBe(is);
  });

  test('in the words of a step are filled and offered like those in a fence', () => {
    expect(commands('1. Check it via `kubectl -n $NAMESPACE get pod $POD`, then wait.\n')).toEqual([
      ['kubectl -n $NAMESPACE get pod $POD'],
    ]);
  });
  test('but never what the words warn of, what undoes it, or what a fence says better', () => {
    expect(commands('1. Restart it, but do not run `kubectl delete ns x`.\n')).toEqual([[]]);
    expect(commands('1. Scale up.\n   Rollback: `kubectl scale x --replicas=1`\n')).toEqual([[]]);
    expect(
      commands(
        `- Run \`sudo tool grow <disk>\` to grow it. Example:\n${fence}\nsudo tool grow 1\n${fence}\n`,
      ),
    ).toEqual([['sudo tool grow 1']]);
  });
});

describe('a step is whole', () => {
  test('with the warning that stands behind it, or before its command', () => {
    const behind = '1. Check the lease\n\n> [!WARNING]\n> Else do not go on\n\n1. Stop it\n';
    expect(steps(behind).map((step) => step.text)).toEqual([
      'Check the lease\n\n> [!WARNING]\n> Else do not go on',
      'Stop it',
    ]);
    const before = `## Force it\n\n!!! danger "Data loss"\n    It may lose data.\n\n${fence}bash\nacmectl force\n${fence}\n`;
    expect(steps(before)[0]?.text).toContain('It may lose data.');
  });
  test('and a step of several numbered parts is several, of which the first has its number', () => {
    const text =
      '## Step 1 - Drain\n\n1. Tag it\n2. Reload it\n\n## Step 2 - Stop\n\n1. Stop it\n\n## Step 3\n\nIf it is up, go to step 1.\n';
    expect(steps(text).map((step) => [step.plainText, step.sourceNumber])).toEqual([
      ['Tag it', 1],
      ['Reload it', undefined],
      ['Stop. Stop it', 2],
      ['If it is up, go to step 1.', 3],
    ]);
  });
  test('and is called like its section where it has no words', () => {
    const text = `## Check the log\n\n${fence}sh\n$ acmectl log\nall is well\n${fence}\n`;
    expect(steps(text)[0]?.text).toMatch(/^Check the log\n\n/);
  });
  test('and may be a command in a paragraph of its own', () => {
    const text =
      '## Clean up\n\nFrom within the folder:\n\n`find . -ctime +1 -delete`\n\nThen wait.\n';
    expect(commands(text)).toEqual([['find . -ctime +1 -delete']]);
    expect(plain(text)[0]).toContain('From within the folder');
  });
  test('and has words, if only those of its command', () => {
    expect(plain(`${fence}sh\n# first\nexport A=1\nls\n${fence}\n`)).toEqual(['export A=1']);
  });
});

test.each([
  ['## Large queue\n\nText\n', 'Large queue'],
  ['<!-- made -->\n### Large queue\n', 'Large queue'],
  ['Text\n\n## Large queue\n', 'Some'],
  ['## Meaning\n\nText\n', 'Some'],
  ['## Large queue\n\n# Real title\n', 'Real title'],
])('a document without a first heading is called by the one it begins with: %j', (text, title) => {
  expect(parseRunbook('a/Some.md', text).title).toBe(title);
});

describe('parts within parts', () => {
  test.each([
    ['stop_it', 'Check existence of the role', 'stop_it'],
    ['stop_it', 'Prevent it next time', 'investigate'],
    ['stop_it', 'Escalate', 'tell'],
    ['investigate', 'Verify the binding', 'investigate'],
    ['investigate', 'Check the restore job', 'investigate'],
    ['investigate', 'How to fix it', 'stop_it'],
    ['real', 'Diagnosis', 'investigate'],
    ['stop_it', 'Post-Incident', 'investigate'],
  ] as const)('of %s: %s is %s', (outer, heading, phase) => {
    const text = `## ${{ stop_it: 'Mitigation', investigate: 'Diagnosis', real: 'Overview' }[outer]}\n\n### ${heading}\n\n1. Look\n`;
    expect(steps(text)[0]?.phase).toBe(phase);
  });
  test('what names nothing changes nothing', () => {
    expect(phaseWithin('stop_it', null, 'x')).toBeNull();
  });

  test('a numbered series keeps its order', () => {
    const text =
      '## 1. Ensure it runs\n\n- Look\n\n## 2. Check the logs\n\n- Read\n- Open it\n\n## 3. Restart it\n\n- Call\n';
    expect(plain(text)).toEqual(['Look', 'Open it', 'Call']);
    expect(isNumberedDeed('2. Diagnosis')).toBe(false);
    expect(isNumberedDeed('Check')).toBe(false);
  });

  test('“after” within a heading is no aftercare', () => {
    expect(steps('## Rebuild the copy after it was pruned\n\n1. Stop it\n')[0]?.phase).toBe(
      'stop_it',
    );
    expect(steps('## After the incident\n\n1. Write it down\n')[0]?.phase).toBe('investigate');
    expect(steps('## Quick reference\n\n1. Stop it\n')[0]?.phase).toBe('investigate');
  });

  test('a fence after a list belongs to what was said last', () => {
    expect(
      plain(
        `## State\n\n- It is in two files\n- The second one is:\n\n${fence}sh\ncat /etc/x\n${fence}\n`,
      ),
    ).toEqual(['The second one is:']);
  });
});

test.each([
  ['sudo find /tmp -mtime +2 -delete', true],
  ['find . -exec rm {} \\;', true],
  ['ls | xargs -n1 rm', true],
  ['select pg_terminate_backend(1)', true],
  ['grep 204 delete.log', false],
  ['tee drop.txt', false],
  ['kubectl delete pod x', true],
  ['find . -name x', false],
])('%j is broad: %s', (text, is) => {
  expect(isDestructive(text)).toBe(is);
});

test('any text is read in the end, and every step has words', () => {
  const part = fc.constantFrom(
    '- ',
    '1. ',
    '## ',
    '```\n',
    '`ls -l`',
    'Check ',
    'causes:',
    'NAME  AGE\n',
    '\n',
    '\n\n',
    '$ ',
    'If x, ',
    ': ',
    '(1) ',
    'kubectl get\n',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
      for (const step of steps(parts.join(''))) expect(step.id).not.toBe('');
    }),
    { numRuns: 200 },
  );
});

test.each(['you can also ', 'if needed ', 'or, ', 'If x, '])(
  'no number of %j keeps anybody waiting',
  (words) => {
    expect(isDeed(`${words.repeat(5_000)}!`)).toBe(false);
    expect(announcesOutput(words.repeat(5_000))).toBe(false);
  },
);
