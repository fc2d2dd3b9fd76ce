import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Language } from '../../../main/runbooks/model.ts';
import { commandProblem } from '../../../main/runbooks/command-syntax.ts';

test.each([
  ['sh', 'kubectl -n x get pods | grep "not ready"'],
  ['sh', `awk '{print $1}' file # it's a comment`],
  ['sh', `echo "$(date "+%H:%M") it's"`],
  ['sh', 'cat <<EOF\nit\'s "open\nEOF\nls'],
  ['sh', "cat <<-'END' > f\n\tx(\n\tEND"],
  ['sh', 'case "$x" in\n  a) echo a;;\n  (b) echo b;;\nesac'],
  ['sh', 'for i in $(seq 3); do (cd /; ls); done'],
  ['sh', 'echo `hostname` $((1 + 2)) ${x#y}'],
  ['sh', 'curl a \\\n  -H "b: c"'],
  ['sh', `echo it\\'s`],
  ['powershell', 'Get-Process | Where-Object { $_.Name -eq "a`"b" }'],
  ['sql', `SELECT * FROM a WHERE b = 'it''s' -- don't`],
  ['promql', 'sum by (pod) (rate(http_requests_total{code=~"5..", x!="a(b"}[5m]))'],
  ['json', '{"a": [1, 2]}'],
  ['other', 'anything ( goes "'],
  ['sh', ''],
] as const)('%s %j parses', (language, text) => {
  expect(commandProblem(language, text)).toBeNull();
});

test.each([
  ['sh', `echo 'it`, 'A single quote is never closed'],
  ['sh', 'echo "it', 'A double quote is never closed'],
  ['sh', 'echo $(date', 'A ( is never closed'],
  ['sh', 'echo a)', 'A ) closes nothing'],
  ['sh', 'echo `date', 'A backtick is never closed'],
  ['sh', 'kubectl get pods |', 'It ends in the middle of a command'],
  ['sh', 'make &&\n', 'It ends in the middle of a command'],
  ['sh', 'cat <<EOF\nx', 'The text after <<EOF is never ended by a line EOF'],
  ['powershell', 'Get-Process | Where-Object { $_.Name', 'A { is never closed'],
  ['sql', `SELECT 'a FROM b`, 'A single quote is never closed'],
  ['promql', 'rate(x[5m)', 'A ) closes nothing'],
  ['promql', 'sum(rate(x[5m])', 'A ( is never closed'],
  ['json', '{"a": }', 'It is no JSON'],
] as const)('%s %j does not: %s', (language, text, problem) => {
  expect(commandProblem(language, text)).toBe(problem);
});

test('hostile text is answered, and at once', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Language>('sh', 'powershell', 'sql', 'promql', 'json'),
      fc.string({
        unit: fc.constantFrom('(', ')', '"', "'", '`', '$', '<', '\\', '\n', 'E', '{', '#'),
      }),
      (language, text) => {
        const problem = commandProblem(language, text);
        expect(problem === null || problem.length > 0).toBe(true);
      },
    ),
  );
  expect(commandProblem('sh', '$('.repeat(50_000))).not.toBeUndefined();
  expect(commandProblem('promql', '('.repeat(200_000))).toBe('A ( is never closed');
});
