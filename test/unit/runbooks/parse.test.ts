import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leaveOutPrompts, readFence } from '../../../main/runbooks/commands.ts';
import { isDestructive } from '../../../main/runbooks/destructive.ts';
import { parseRunbook } from '../../../main/runbooks/parse.ts';

const parse = (text: string, path = 'a/Some.md') => parseRunbook(path, text);
const names = (text: string, path?: string) =>
  parse(text, path).names.map(
    (name) => `${name.origin}: ${name.name}${name.anchor && ` #${name.anchor}`}`,
  );
const fence = '```';

describe('titles', () => {
  test.each([
    ['---\ntitle: From front matter\n---\n# Heading\n', 'a/b.md', 'From front matter'],
    ['+++\ntitle = "From TOML"\n+++\n# Heading\n', 'a/b.md', 'From TOML'],
    ['{\n"title": "From JSON"\n}\n# Heading\n', 'a/b.md', 'From JSON'],
    ['# First *one*\n# Second\n', 'a/b.md', 'First one'],
    ['Setext\n======\n', 'a/b.md', 'Setext'],
    ['text only', 'a/KubePodNotReady.html.md.erb', 'KubePodNotReady'],
    ['', 'checkout/README.md', 'checkout'],
    ['---\ntitle: [broken\n---\n# Whole\n', 'a/b.md', 'Whole'],
    ['---\n---\n# Empty block\n', 'a/b.md', 'Empty block'],
    ['\ufeff# With a mark\r\ntext\r\n', 'a/b.md', 'With a mark'],
  ])('of %j', (text, path, title) => {
    expect(parse(text, path).title).toBe(title);
  });

  test('a rule at the top of the text is not front matter', () => {
    expect(parse('---\n\nSome text.\n\n---\n\nMore.\n').markdown).toContain('Some text.');
  });
});

describe('names', () => {
  test('come from front matter, file name, headings and table rows', () => {
    const text = `---
alerts: [CheckoutDown, {name: CheckoutSlow}]
reviewed: 2026-11-03
---
# Checkout

## KubePodCrashLooping (critical)

## Alert: \`etcdNoLeader\`

## Meaning

| Alert | Do |
|---|---|
| [PostgreSQL_UnusedReplicationSlot](#x) | drop it |
`;
    expect(names(text, 'svc/CheckoutErrorRate.md')).toEqual(
      expect.arrayContaining([
        'front matter: checkoutdown',
        'front matter: checkoutslow',
        'file name: checkouterrorrate',
        'title: checkout',
        'heading: kubepodcrashlooping #kubepodcrashlooping-critical',
        'heading: etcdnoleader #alert-etcdnoleader',
        'table row: postgresqlunusedreplicationslot #meaning',
      ]),
    );
    expect(names(text).join()).not.toContain('heading: meaning');
    expect(parse(text).meta.reviewedOn).toBe('2026-11-03');
  });

  test('anchors of equal headings differ', () => {
    const { sections } = parse('## A b\n\n## A b\n\n## A b!\n');
    expect(sections.map((section) => section.anchor)).toEqual(['a-b', 'a-b-1', 'a-b-2']);
  });
});

describe('steps', () => {
  const steps = (text: string) => parse(text).steps;

  test('are numbered items with their commands and what to expect', () => {
    const found = steps(`# Checkout error rate
1. Is it real? Open the checkout page.
2. Was there a deploy? Roll it back first.

   ${fence}sh
   kubectl -n <namespace> rollout undo deploy/<deployment>
   ${fence}

   Expect: error rate below 1 %
   within 2 min.
3. Expect: all is well. If not, go to 1.
`);
    expect(found.map((step) => step.plainText)).toEqual([
      'Is it real? Open the checkout page.',
      'Was there a deploy? Roll it back first.',
      'Expect: all is well. If not, go to 1.',
    ]);
    expect(found[1]).toMatchObject({
      text: 'Was there a deploy? Roll it back first.',
      expected: 'error rate below 1 % within 2 min.',
      commands: [
        { quoting: 'sh', text: 'kubectl -n <namespace> rollout undo deploy/<deployment>' },
      ],
      phase: 'stop_it',
    });
    expect(found[2]?.expected).toBeNull();
  });

  test('keep a fence that broke out of its list', () => {
    const found = steps(
      `1. First\n${fence}bash\n$ ls -l\ntotal 0\n${fence}\nExpected: a list\n\n2. Second\n`,
    );
    expect(found).toHaveLength(2);
    expect(found[0]).toMatchObject({ expected: 'a list', commands: [{ text: 'ls -l' }] });
    expect(found[0]?.text).toContain('total 0');
  });

  test('are task list items, Step headings, and commands that stand alone', () => {
    const found = steps(`## Mitigation
- [ ] Tell the team
- [x] Scale up

## Step 1: Drain

Take it out.

${fence}
$ kubectl drain node-1 --force
${fence}

## Other

Look at the pods:

${fence}
kubectl get pods
${fence}

${fence}yaml
not: a command
${fence}
`);
    expect(found.map((step) => step.plainText)).toEqual([
      'Tell the team',
      'Scale up',
      'Drain. Take it out.',
      'Look at the pods:',
    ]);
    expect(found[3]).toMatchObject({
      commands: [{ language: 'sh', text: 'kubectl get pods' }],
    });
  });

  test('come in the order of the night: real, how bad, stop it, tell, investigate', () => {
    const found = steps(
      ['Diagnosis', 'Mitigation', 'Escalate', 'Impact', 'Symptoms']
        .map((name) => `## ${name}\n\n1. Check ${name} one\n2. Check ${name} two\n`)
        .join('\n'),
    );
    expect(found.map((step) => step.phase)).toEqual([
      'real',
      'real',
      'how_bad',
      'how_bad',
      'stop_it',
      'stop_it',
      'tell',
      'tell',
      'investigate',
      'investigate',
    ]);
    expect(found[4]?.plainText).toBe('Check Mitigation one');
  });

  test('take bullets only where a heading says that they are things to do', () => {
    expect(
      steps('## Meaning\n- a\n\n## Mitigation\n- restart it\n- call Anna\n').map(
        (step) => step.plainText,
      ),
    ).toEqual(['restart it', 'call Anna']);
    expect(steps('1. [One](#one)\n2. [Two](#two)\n\n## One\n')).toEqual([]);
  });

  test('keep their ids when other steps change', () => {
    const before = steps('1. Check the disk.\n2. Same\n3. Same\n4. Roll back.\n');
    const after = steps(
      '# New title\n\n1. New first.\n2. check the **disk**\n3. Same\n4. Roll back!\n5. Same\n',
    );
    expect(after[1]?.id).toBe(before[0]?.id);
    expect(after[3]?.id).toBe(before[3]?.id);
    expect(new Set(before.map((step) => step.id)).size).toBe(4);
    expect(after[4]?.id).toBe(before[2]?.id);
  });

  test('under an expected-output line, a fence is output and not a command', () => {
    const [step] = steps(
      `1. Run\n\n   ${fence}sh\n   df -h\n   ${fence}\n\n   Expected output:\n\n   ${fence}\n   $ all good\n   ${fence}\n`,
    );
    expect(step).toMatchObject({ expected: '$ all good', commands: [{ text: 'df -h' }] });
  });

  test('show placeholders in prose', () => {
    const [step] = steps('1. Look at <namespace> now.\n');
    expect(step?.plainText).toBe('Look at <namespace> now.');
  });
});

describe('commands without prompts and printed output', () => {
  test.each([
    ['$ ls\na\nb\n$ pwd\n/', 'ls\npwd'],
    ['host$ kubectl get pods \\\n    -A\nNAME READY', 'kubectl get pods \\\n    -A'],
    ['user@db-1:~$ sudo -i\nroot@db-1:~# id', 'sudo -i'],
    [
      '# systemctl restart nginx\n# journalctl -u nginx',
      'systemctl restart nginx\njournalctl -u nginx',
    ],
    ['# df -h /\nFilesystem  Size  Use% Mounted on\n/dev/sda1  50G  98% /', 'df -h /'],
    ['# restart it\nsystemctl restart nginx', '# restart it\nsystemctl restart nginx'],
    ["$ echo 'two\nlines'\ntwo\nlines", "echo 'two\nlines'"],
    ['$ cat <<EOF\n> a\n> EOF\na', 'cat <<EOF\na\nEOF'],
    ['echo costs $ 5', 'echo costs $ 5'],
    ['awk -F$ x', 'awk -F$ x'],
    ['mysql> SHOW PROCESSLIST;\n| Id |', 'SHOW PROCESSLIST;'],
    ['postgres=# SELECT 1;\n 1', 'SELECT 1;'],
  ])('%j', (text, expected) => {
    expect(leaveOutPrompts(text).text).toBe(expected);
  });

  test.each([
    ['', 'kubectl get pods', 'sh'],
    ['', 'SELECT * FROM x;', 'sql'],
    ['', 'sum(rate(http_requests_total[5m])) by (job)', 'promql'],
    ['', 'NAME  READY\nx 1/1', null],
    ['shel', 'anything', 'sh'],
    ['yaml', 'a: b', null],
    ['mermaid', 'graph TD', null],
    ['ruby', 'puts 1', 'other'],
    ['json', '{}', 'json'],
  ])('language %j of %j is %s', (info, text, quoting) => {
    expect(readFence(info, text)?.command.quoting ?? null).toBe(quoting);
  });

  test.each([
    'kubectl delete pod x',
    'rm -rf /x',
    'kill -9 1',
    'DROP TABLE x',
    'helm upgrade --force',
    'kubectl drain n',
  ])('%s looks broad', (text) => expect(isDestructive(text)).toBe(true));
  test.each(['kubectl get pods', 'rm x', 'kill 1', 'echo droplet', 'ls --deleted'])(
    '%s does not',
    (text) => expect(isDestructive(text)).toBe(false),
  );
});

describe('odd documents', () => {
  test('any text is read', () => {
    const unit = fc.constantFrom(
      '# ',
      '1. ',
      '- [ ] ',
      '```',
      '~~~',
      '\n',
      '\n\n',
      '   ',
      '> ',
      '|',
      '---\n',
      '<a>',
      '{{< x >}}',
      '[',
      '](',
      '*',
      'word ',
      'é',
      '\u0000',
      '$ ls',
      'Expect: ',
      '<!--',
      '\t',
      '1) ',
      '===',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
        const parsed = parse(text);
        expect(new Set(parsed.steps.map((step) => step.id)).size).toBe(parsed.steps.length);
        for (const step of parsed.steps)
          expect(step.text !== '' || step.commands.length > 0 || step.expected !== null).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['quotes nested 20,000 deep', '>'.repeat(20_000)],
    [
      'lists nested deep',
      Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth * 2)}- a`).join('\n'),
    ],
    ['brackets', '['.repeat(50_000)],
    ['a line of a megabyte', 'x '.repeat(500_000)],
    ['an unclosed fence', `${fence}\n${'line\n'.repeat(200_000)}`],
    [
      '165 alarms in 160 kB',
      Array.from(
        { length: 165 },
        (_, index) => `## SomeAlarmNumber${index}\n\n1. Do ${index}\n\n${'text '.repeat(180)}\n`,
      ).join('\n'),
    ],
    ['emphasis', '*a_ '.repeat(20_000)],
  ])('%s are read to the end', (_name, text) => {
    expect(parse(text).markdown.length).toBe(text.length);
  });

  test('a large document keeps every section and its steps', () => {
    const text = Array.from(
      { length: 165 },
      (_, index) => `## SomeAlarm${index}\n\n1. Do ${index}\n\n${'text '.repeat(180)}\n`,
    ).join('\n');
    const parsed = parse(text);
    expect(parsed.sections).toHaveLength(165);
    expect(parsed.steps.map((step) => [step.plainText, step.anchors])).toContainEqual([
      'Do 100',
      ['somealarm100'],
    ]);
  });
});
