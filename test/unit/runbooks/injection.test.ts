/**
 * Hostile labels in every style of placeholder and in every language of fences: nothing leaves its quotes.
 *
 * What was filled in is read back by something that is not ours where there is one: real shells compare arguments, SQLite
 * its values, `JSON.parse` and `URL` theirs. For PromQL and PowerShell small readers of their string rules stand in.
 */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readFence } from '../../../main/runbooks/commands.ts';
import { assignedNames, fillCommand } from '../../../main/runbooks/parameters.ts';
import type { StepCommand } from '../../../preload/contract/runbooks.ts';
import { openTestStore } from '../../support/store.ts';

/**
 * Should a quote ever break, a shell really does what a value says: as nobody where the tests run as root, in a folder that is
 * thrown away, and no value names a file that somebody needs.
 */
const place = mkdtempSync(join(tmpdir(), 'nightdesk-shell-'));
chmodSync(place, 0o755);
afterAll(() => rmSync(place, { recursive: true }));
const harmless = {
  cwd: place,
  ...(process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}),
};

/** As authors write one and the same thing; `pod_name` is what the label is called. */
const styles = [
  '<pod-name>',
  '<POD_NAME>',
  '<my-pod-name>',
  '<podname>',
  'YOUR_POD_NAME',
  '[pod-name]',
  '{{ $labels.pod }}',
  '$POD_NAME',
  '${POD_NAME}',
] as const;

const attacks = [
  '; touch /tmp/owned',
  '$(touch /tmp/owned)',
  '`touch /tmp/owned`',
  "'; touch /tmp/owned; '",
  '"; touch /tmp/owned; "',
  '\n touch /tmp/owned\n',
  '| sh',
  '&& id',
  '> owned',
  '--all',
  '-oProxyCommand=id',
  '../../etc/passwd',
  '.',
  '..',
  '~root',
  '*',
  '{a,b}',
  '!!',
  '\\',
  "\\'",
  '${IFS}id',
  '$HOME',
  '\u0000',
  '\u001b]0;owned\u0007',
  '\u202egnp.exe',
  '\u200b',
  '“; Remove-Item x; ”',
  '’; Remove-Item x; ’',
  "' OR '1'='1",
  "'; DROP TABLE pod; --",
  "x' UNION SELECT 1 --",
  '"} or up{a="',
  '.*',
  '"}], "admin": true, "x": [{"y": "',
  '?admin=true#',
  '@evil.example/',
  '/../../secret',
  '%2e%2e%2f',
  'evil.example:80/',
  '2130706433',
  '0x7f.1',
  'db-1:80',
  '{{ .Secret }}',
  '#{`id`}',
  '\ud800',
  'x'.repeat(5_000),
  '-1; SELECT 1',
  '1e999',
  '<pod>',
  '',
];

const value = fc.oneof(
  fc.constantFrom(...attacks),
  fc.constantFrom('api-0', 'orders', '42', '-7.5', 'db-1.example', 'db-1:9100'),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom(
      ...`'"\`$(){}[]<>|&;!*?~#\\ \n\t\r-=%@^/.,:axN0é😀’“`.split(''),
      ...attacks.slice(0, 40),
    ),
    maxLength: 8,
  }),
);
const style = fc.constantFrom(...styles);

function fill(info: string, text: string, label: string): StepCommand {
  const fence = readFence(info, text);
  if (fence === null) throw new Error(`no command: ${info} ${text}`);
  const { command } = fence;
  return fillCommand(command, assignedNames(command.text), {
    labels: { pod: label },
    annotations: {},
    answers: {},
  });
}

/** How often a value was really put in: a test that fills nothing proves nothing. */
let filledCount = 0;
beforeEach(() => {
  filledCount = 0;
});

const isFilled = ({ parts, hasMissing }: StepCommand): boolean =>
  !hasMissing && parts.some(({ kind }) => kind === 'filled') && ++filledCount > 0;

/** What the author wrote stands there to the letter, but for its placeholders. */
function checkUntouched({ parts, copyText }: StepCommand, text: string): void {
  equal(copyText, parts.map((part) => part.text).join(''));
  let rest = text;
  for (const part of parts) {
    if (part.kind === 'filled') {
      const found = styles.find((one) => rest.startsWith(one));
      ok(found !== undefined, rest);
      rest = rest.slice(found.length);
    } else {
      ok(rest.startsWith(part.text), rest);
      rest = rest.slice(part.text.length);
    }
  }
  equal(rest, '');
}

describe('shells', () => {
  const shells = ['/bin/sh', '/bin/bash', '/bin/dash', '/bin/zsh', '/bin/ksh'].filter(existsSync);
  const define = `probe() { for a in "$@"; do printf '%s\\0' "$a"; done; }\n`;
  /** Each place with what must arrive. */
  const places: readonly (readonly [string, string, (value: string) => string[]])[] = [
    ['sh', 'probe PLACE', (v) => [v]],
    ['bash', 'probe "PLACE"', (v) => [v]],
    ['bash', "probe 'PLACE'", (v) => [v]],
    ['shell', 'probe a/PLACE b', (v) => [`a/${v}`, 'b']],
    ['zsh', 'probe "a PLACE b"', (v) => [`a ${v} b`]],
    ['sh', "probe 'a PLACE b' c", (v) => [`a ${v} b`, 'c']],
    ['sh', 'probe --name=PLACE', (v) => [`--name=${v}`]],
    [
      'sh',
      'probe a \\\n  PLACE | cat_() { while IFS= read -r -d "" x; do :; done; }; probe PLACE',
      (v) => [v],
    ],
    ['console', '$ probe "PLACE" PLACE', (v) => [v, v]],
    ['bash', 'if true; then probe PLACE; fi # PLACE', (v) => [v]],
    ['', "printf '%s\\0' PLACE", (v) => [v]],
    ['', 'printf "%s\\0" "a PLACE"', (v) => [`a ${v}`]],
  ];

  /** Every command in a shell of its own, in one process for all of them; no program can be found. */
  function run(
    shell: string,
    commands: readonly string[],
  ): { arguments: string[][]; errors: string } {
    const loop = `shell=$1; shift; for c in "$@"; do "$shell" -c "$c" < /dev/null; printf '\\036\\036\\036'; done`;
    const { stdout, stderr } = spawnSync('/bin/sh', ['-c', loop, 'sh', shell, ...commands], {
      env: { PATH: '/nowhere', HOME: '/nowhere', LANG: 'C.UTF-8' },
      ...harmless,
    });
    const all = stdout.toString('utf8').split('\u001e\u001e\u001e').slice(0, -1);
    return {
      arguments: all.map((one) => one.split('\0').slice(0, -1)),
      errors: stderr.toString('utf8'),
    };
  }

  test.each(shells)('%s gets every value as one argument, unchanged', (shell) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, style, fc.nat({ max: places.length - 1 })), {
          minLength: 40,
          maxLength: 40,
        }),
        (cases) => {
          const filled = cases.flatMap(([label, name, at]) => {
            const [info, template, expected] = places[at] ?? places[0]!;
            // A variable in single quotes is none: awk’s `$NF`, the `$` of a password.
            if (name.startsWith('$') && template.includes("'")) return [];
            const text = template.replaceAll('PLACE', () => name);
            const command = fill(info, text, label);
            checkUntouched(command, info === 'console' ? text.slice(2) : text);
            return isFilled(command) ? [{ command, expected: expected(label) }] : [];
          });
          const commands = filled.map(({ command }) => define + command.copyText);
          ok(!commands.some((text) => text.includes('\0')));
          const result = run(shell, commands);
          deepEqual(
            result.arguments,
            filled.map(({ expected }) => expected),
          );
          equal(result.errors, '');
        },
      ),
      { numRuns: 25 },
    );
    expect(filledCount).toBeGreaterThan(200);
  });

  test('every attack is either one argument or refused in sight', () => {
    const filled: { command: StepCommand; expected: string[] }[] = [];
    const refused: StepCommand['parts'] = [];
    for (const label of attacks) {
      for (const [info, template, expected] of places) {
        const command = fill(
          info,
          template.replaceAll('PLACE', () => '<pod-name>'),
          label,
        );
        if (isFilled(command)) filled.push({ command, expected: expected(label) });
        else if (label !== '') refused.push(...command.parts);
      }
    }
    const { arguments: got } = run(
      '/bin/sh',
      filled.map(({ command }) => define + command.copyText),
    );
    expect(got).toEqual(filled.map(({ expected }) => expected));
    const holes = refused.filter((part) => part.kind === 'missing');
    expect(holes.length).toBeGreaterThan(50);
    expect(holes.every(({ why }) => why !== undefined)).toBe(true);
  });
});

/** Tokens of a PowerShell line: strings decoded; anything that would be evaluated throws. */
function powershellArguments(text: string): string[] {
  const quotes = /['\u2018\u2019\u201a\u201b]/;
  const doubles = /["\u201c\u201d\u201e]/;
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (quotes.test(char)) {
      word ??= '';
      for (at += 1; ; at += 1) {
        if (at >= text.length) throw new Error('never closed');
        if (quotes.test(text[at] ?? '')) {
          if (!quotes.test(text[at + 1] ?? '')) break;
          at += 1;
        }
        word += text[at] ?? '';
      }
    } else if (doubles.test(char)) {
      word ??= '';
      for (at += 1; !doubles.test(text[at] ?? ''); at += 1) {
        if (at >= text.length) throw new Error('never closed');
        if (text[at] === '$') throw new Error('evaluated');
        if (text[at] === '`') at += 1;
        word += text[at] ?? '';
      }
    } else if (/[\s]/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (/[;|&$`(){}@#<>,]/.test(char)) throw new Error(`evaluated: ${char}`);
    else word = (word ?? '') + char;
  }
  return word === null ? words : [...words, word];
}

describe('PowerShell', () => {
  test.each<[string, (value: string) => string[]]>([
    ['Get-Pod -Name PLACE', (v) => ['Get-Pod', '-Name', v]],
    ["Get-Pod -Name 'PLACE'", (v) => ['Get-Pod', '-Name', v]],
    ['Get-Pod -Name "PLACE"', (v) => ['Get-Pod', '-Name', v]],
    ["Get-Pod 'a PLACE b' c", (v) => ['Get-Pod', `a ${v} b`, 'c']],
    ['Get-Pod "a PLACE b" c', (v) => ['Get-Pod', `a ${v} b`, 'c']],
  ])('%s gets it as one string', (template, expected) => {
    fc.assert(
      fc.property(
        value,
        style,
        fc.constantFrom('powershell', 'pwsh', 'ps1'),
        (label, name, info) => {
          if (name.startsWith('$') && template.includes("'")) return;
          const text = template.replace('PLACE', () => name);
          // `[pod-name]` is a type or an index there, and no placeholder.
          const command = fill(info, text, label);
          checkUntouched(command, text);
          if (!isFilled(command)) return;
          deepEqual(powershellArguments(command.copyText), expected(label));
        },
      ),
      { numRuns: 400 },
    );
    expect(filledCount).toBeGreaterThan(5);
  });
});

describe('SQL, read by SQLite', () => {
  const { connection: db } = openTestStore();
  db.exec('CREATE TABLE pod (name TEXT); INSERT INTO pod VALUES (1);');
  test.each<[string, (value: string) => unknown]>([
    ["SELECT 'PLACE' AS found", (v) => v],
    ['SELECT PLACE AS found', (v) => v],
    ["SELECT 'a PLACE b' AS found", (v) => `a ${v} b`],
    ["SELECT name || 'PLACE' AS found FROM pod WHERE name <> 'PLACE'", (v) => `1${v}`],
    ['SELECT count(*) AS found FROM pod WHERE name = PLACE -- PLACE', () => 0],
  ])('%s', (template, expected) => {
    fc.assert(
      fc.property(value, style, fc.constantFrom('sql', 'psql', 'mysql'), (label, name, info) => {
        const text = template.replaceAll('PLACE', () => name);
        const command = fill(info, text, label);
        checkUntouched(command, text);
        if (!isFilled(command)) return;
        // One statement and one row, or SQLite throws.
        const rows = db.prepare<[], { found: unknown }>(command.copyText).all();
        equal(rows.length, 1);
        const found = rows[0]?.found;
        const wanted = expected(label);
        if (typeof found === 'number' && typeof wanted === 'string') {
          ok(Math.abs(found - Number(wanted)) < 1e-9 * Math.abs(found) + 1e-9);
        } else equal(found, wanted);
      }),
      { numRuns: 300 },
    );
    expect(filledCount).toBeGreaterThan(5);
  });

  test('a name of a table is a plain name, or refused', () => {
    fc.assert(
      fc.property(fc.oneof(value, fc.constant('orders_2026')), style, (label, name) => {
        const command = fill('sql', `TRUNCATE TABLE ${name}`, label);
        if (!isFilled(command)) return;
        match(command.copyText, /^TRUNCATE TABLE [A-Za-z_][\w.]*$/);
      }),
    );
    expect(filledCount).toBeGreaterThan(0);
  });
});

/** Texts of the strings in a PromQL expression, and everything else with `S` for each of them. */
function promqlStrings(text: string): { strings: string[]; shape: string } {
  const strings: string[] = [];
  let shape = '';
  for (let at = 0; at < text.length; at += 1) {
    const quote = text[at] ?? '';
    if (quote !== '"' && quote !== "'") {
      shape += quote;
      continue;
    }
    let inner = '';
    for (at += 1; text[at] !== quote; at += 1) {
      if (at >= text.length || text[at] === '\n') throw new Error('never closed');
      if (text[at] === '\\') {
        inner += text[at] ?? '';
        at += 1;
      }
      inner += text[at] ?? '';
    }
    // Go reads the escapes that JSON has; in single quotes `\'` is one more, and `"` needs none.
    const json =
      quote === '"' ? inner : inner.replaceAll("\\'", "'").replace(/(?<!\\)((?:\\\\)*)"/g, '$1\\"');
    strings.push(JSON.parse(`"${json}"`) as string);
    shape += 'S';
  }
  return { strings, shape };
}

describe('PromQL', () => {
  test.each<[string, string, (value: string) => string[]]>([
    ['up{pod="PLACE"}', 'up{pod=S}', (v) => [v]],
    ["up{pod='PLACE'}", 'up{pod=S}', (v) => [v]],
    ['up{pod=PLACE} > 0', 'up{pod=S} > 0', (v) => [v]],
    ['sum(rate(x{pod="a-PLACE"}[5m])) by (y)', 'sum(rate(x{pod=S}[5m])) by (y)', (v) => [`a-${v}`]],
    ['up{pod=~"PLACE"}', 'up{pod=~S}', (v) => [v]],
  ])('%s', (template, shape, expected) => {
    fc.assert(
      fc.property(value, style, (label, name) => {
        const text = template.replace('PLACE', () => name);
        const command = fill('promql', text, label);
        checkUntouched(command, text);
        if (!isFilled(command)) return;
        const read = promqlStrings(command.copyText);
        if (/^-?[\d.]+$/.test(label) && template.includes('=PLACE}')) return;
        deepEqual(read, { strings: expected(label), shape });
        // As a pattern it matches only itself.
        if (template.includes('=~')) match(label, /^[\w.:/-]*$/);
      }),
      { numRuns: 400 },
    );
    expect(filledCount).toBeGreaterThan(5);
  });
});

describe('JSON', () => {
  test.each<[string, (value: string) => unknown]>([
    ['{"name": "PLACE", "n": 1}', (v) => ({ name: v, n: 1 })],
    ['{"name": "a PLACE b"}', (v) => ({ name: `a ${v} b` })],
    ['{"name": PLACE}', (v) => ({ name: /^-?\d{1,15}(\.\d{1,15})?$/.test(v) ? Number(v) : v })],
    ['[{"PLACE": true}, PLACE]', (v) => [{ [v]: true }, v]],
  ])('%s', (template, expected) => {
    fc.assert(
      fc.property(value, style, (label, name) => {
        const text = template.replaceAll('PLACE', () => name);
        const command = fill('json', text, label);
        checkUntouched(command, text);
        if (!isFilled(command) || /^-?[\d.]+$/.test(label)) return;
        deepEqual(JSON.parse(command.copyText), expected(label));
      }),
      { numRuns: 300 },
    );
    expect(filledCount).toBeGreaterThan(5);
  });
});

describe('http', () => {
  test.each<[string, (url: URL) => string | null]>([
    [
      'GET https://api.example/v1/pods/PLACE/status',
      (url) => decodeURIComponent(url.pathname.split('/')[3] ?? ''),
    ],
    ['https://api.example/find?q=PLACE&limit=10', (url) => url.searchParams.get('q')],
    [
      'GET https://api.example/find?limit=10&q=a%20PLACE HTTP/1.1\nAccept: text/plain',
      (url) => url.searchParams.get('q')?.slice(2) ?? null,
    ],
  ])('%s', (template, read) => {
    fc.assert(
      fc.property(value, style, (label, name) => {
        const text = template.replace('PLACE', () => name);
        const command = fill('http', text, label);
        checkUntouched(command, text);
        if (!isFilled(command)) return;
        const address = /https:\S+/.exec(command.copyText)?.[0] ?? '';
        const url = new URL(address);
        equal(read(url), label);
        equal(url.host, 'api.example');
        equal(url.username + url.hash, '');
        const plain = new URL(/https:\S+/.exec(template)?.[0] ?? '');
        equal(url.pathname.split('/').length, plain.pathname.split('/').length);
        deepEqual([...url.searchParams.keys()], [...plain.searchParams.keys()]);
        equal(command.copyText.split('\n').length, template.split('\n').length);
      }),
      { numRuns: 400 },
    );
    expect(filledCount).toBeGreaterThan(5);
  });

  test('where the host stands, a value is a host or is refused', () => {
    fc.assert(
      fc.property(value, fc.constantFrom('<pod-name>', 'YOUR_POD_NAME'), (label, name) => {
        const command = fill('http', `GET https://${name}/health`, label);
        if (!isFilled(command)) return;
        const url = new URL(command.copyText.slice(4));
        equal(url.pathname + url.search + url.hash, '/health');
        equal(url.username, '');
        equal(url.host, label.toLowerCase().replace(/:443$/, ''));
      }),
      { numRuns: 400 },
    );
    expect(filledCount).toBeGreaterThan(5);
  });
});

describe('languages whose quoting is not known', () => {
  test.each([
    ['ruby', 'Pod.find("PLACE").restart'],
    ['python', "restart('PLACE')"],
    ['redis', 'GET PLACE'],
    ['groovy', 'sh "kubectl delete PLACE"'],
    ['cmd', 'kubectl get pod PLACE'],
  ])('%s takes only what means the same everywhere', (info, template) => {
    fc.assert(
      fc.property(value, style, (label, name) => {
        const text = template.replace('PLACE', () => name);
        const command = fill(info, text, label);
        checkUntouched(command, text);
        isFilled(command);
        for (const part of command.parts) {
          if (part.kind !== 'filled') continue;
          match(part.text, /^[A-Za-z0-9_./][\w.:/@%+=,-]*$/);
        }
      }),
      { numRuns: 200 },
    );
    expect(filledCount).toBeGreaterThan(5);
  });
});
