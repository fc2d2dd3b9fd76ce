/** Finds the free placeholders of a command and fills them from the alarm and from what the person typed. */
import type { CommandPart, StepCommand } from '../../preload/contract/runbooks.ts';
import { contextsOf, type Span } from './contexts.ts';
import type { Language, ParsedCommand } from './model.ts';
import { quoteValue, readsArgumentsAgain } from './quoting.ts';

export interface Values {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** By placeholder name, as `missing` lists them. */
  readonly answers: Readonly<Record<string, string>>;
}

export const noValues: Values = { labels: {}, annotations: {}, answers: {} };

interface Placeholder extends Span {
  readonly text: string;
  readonly name: string;
}

/** What else one thing is called. The first entry is the name asked for; the rest are labels and spellings, best first. */
const synonyms: readonly (readonly string[])[] = [
  [
    'namespace',
    'ns',
    'kubernetes_namespace',
    'k8s_namespace',
    'kube_namespace',
    'exported_namespace',
    'namespace_name',
  ],
  ['pod', 'pod_name', 'podname', 'kubernetes_pod_name', 'k8s_pod_name', 'exported_pod'],
  [
    'container',
    'container_name',
    'containername',
    'kubernetes_container_name',
    'exported_container',
  ],
  ['node', 'node_name', 'nodename', 'kubernetes_node', 'k8s_node_name', 'exported_node'],
  ['host', 'hostname', 'host_name', 'server', 'machine', 'fqdn'],
  ['instance', 'instance_name', 'address', 'endpoint', 'exported_instance'],
  [
    'cluster',
    'cluster_name',
    'clustername',
    'kubernetes_cluster',
    'k8s_cluster',
    'kube_cluster',
    'context',
  ],
  ['service', 'service_name', 'servicename', 'svc', 'exported_service'],
  ['app', 'application', 'app_name', 'app_kubernetes_io_name', 'application_name'],
  ['job', 'job_name', 'jobname', 'exported_job'],
  ['deployment', 'deploy', 'deployment_name', 'deploymentname'],
  ['statefulset', 'sts', 'statefulset_name'],
  ['daemonset', 'ds', 'daemonset_name'],
  ['persistentvolumeclaim', 'pvc', 'pvc_name', 'claim', 'claim_name'],
  ['persistentvolume', 'pv', 'pv_name'],
  ['replicaset', 'rs', 'replicaset_name'],
  ['mountpoint', 'mount', 'mount_point', 'filesystem', 'volume'],
  ['device', 'disk', 'device_name', 'dev'],
  ['database', 'db', 'datname', 'dbname', 'db_name', 'database_name'],
  ['topic', 'topic_name'],
  ['queue', 'queue_name'],
  ['consumergroup', 'consumer_group', 'group_id'],
  ['region', 'region_name', 'aws_region'],
  ['zone', 'availability_zone', 'az'],
  ['environment', 'env', 'environment_name', 'stage'],
  ['target', 'url', 'target_url'],
  ['alertname', 'alert', 'alert_name', 'alarm'],
];

/** Where a thing is not labelled, the next best label that means the same machine. Nothing here guesses a workload. */
const fallbacks: Readonly<Record<string, readonly string[]>> = {
  host: ['node', 'instance'],
  node: ['host', 'instance'],
  instance: ['host', 'node'],
  service: ['app'],
  app: ['service'],
};

const groupOf = new Map(synonyms.flatMap((group) => group.map((name) => [name, group[0] ?? name])));
const membersOf = new Map(synonyms.map((group) => [group[0] ?? '', group]));

const flat = (name: string): string =>
  name
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');

/** One name for every spelling of a placeholder: `<my-pod-name>`, `$POD` and `YOUR_POD` all ask for `pod`. */
export function placeholderName(text: string): string {
  const name = flat(text).replace(
    /^(my|your|the|some|affected|target|failing|name_of|name_of_the|insert|enter|replace_with)_(?=\w)/,
    '',
  );
  const direct = groupOf.get(name);
  if (direct !== undefined) return direct;
  // `cnpg_cluster` and `gitaly_host` are the cluster and the host of something.
  const tail = name.split('_').at(-1) ?? '';
  return /^(cluster|namespace|pod|container|host|hostname|node|instance)$/.test(tail)
    ? (groupOf.get(tail) ?? tail)
    : name;
}

/** Printed by programs, or grammar rather than a hole to fill. */
const notPlaceholders =
  /^(none|nil|null|unknown|invalid|pending|unset|empty|no value|br|hr|nodes|eof|stdin|stdout)$/i;

/** Variables the person's own shell has. They are neither filled nor asked. */
const ownVariables =
  /^(HOME|PATH|USER|LOGNAME|PWD|OLDPWD|SHELL|HOSTNAME|RANDOM|UID|EUID|PPID|IFS|LANG|LC_\w+|TERM|EDITOR|TMPDIR|TMP|TEMP|SECONDS|LINENO|OPTARG|OPTIND|REPLY|COLUMNS|LINES|DISPLAY|NF|NR|FS|OFS|RS|ORS|KUBECONFIG|KUBECTL|GOPATH|PS\d|BASH\w*|FUNCNAME|PIPESTATUS|HTTPS?_PROXY|NO_PROXY|AWS_\w+|GOOGLE_\w+|VAULT_\w+|SSH_\w+|PG(HOST|PORT|USER|DATABASE|PASSWORD)|JAVA_HOME)$|_(HOME|PATH|PROFILE|TOKEN|PASSWORD|PASS|SECRET|KEY|CREDENTIALS)$|^(TOKEN|PASSWORD|SECRET|PASS)$/i;
const psVariables = /^(null|true|false|args|input|this|error|host|home|pid|profile|psitem|env)$/i;

/** Names the document gives a value itself: those are its own, whatever the alarm's labels say. */
export function assignedNames(document: string): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (pattern: RegExp): void => {
    for (const match of document.matchAll(pattern)) {
      for (const name of (match[1] ?? '').split(/[\s,]+/)) {
        if (/^[A-Za-z_]\w*$/.test(name)) names.add(name);
      }
    }
  };
  add(/(?:^|[\s;&|(`'"{])([A-Za-z_]\w*)\+?=/gm);
  add(/\bfor\s+([A-Za-z_]\w*)\s+in\b/g);
  add(/\bselect\s+([A-Za-z_]\w*)\s+in\b/g);
  add(/\bread\s+(?:-\w+\s+(?:["'][^"']*["']\s+)?)*((?:[A-Za-z_]\w*[ \t]*)+)/g);
  add(/\b(?:mapfile|readarray)\s+(?:-\w+\s+)*([A-Za-z_]\w*)/g);
  add(/\bgetopts\s+\S+\s+([A-Za-z_]\w*)/g);
  add(/\b(?:export|local|declare|readonly|typeset|unset)\s+(?:-\w+\s+)*([A-Za-z_]\w*)\b/g);
  add(/\$([A-Za-z_]\w*)\s*=(?!=)/g);
  add(/\bforeach\s*\(\s*\$([A-Za-z_]\w*)\s+in\b/gi);
  add(/\\set\s+([A-Za-z_]\w*)/g);
  return names;
}

function findPlaceholders(
  text: string,
  language: Language,
  assigned: ReadonlySet<string>,
): Placeholder[] {
  const templates = [...text.matchAll(/\{\{[\s\S]*?\}\}/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  const found: Placeholder[] = [];
  const add = (match: RegExpExecArray, raw: string, name: string): void => {
    const start = match.index + match[0].indexOf(raw);
    const end = start + raw.length;
    const overlaps = (span: Span) => start < span.end && end > span.start;
    if (name !== '' && !templates.some(overlaps) && !found.some(overlaps)) {
      found.push({ start, end, text: raw, name: placeholderName(name) });
    }
  };
  const inner =
    language === 'sh' || language === 'other' ? '[A-Za-z][\\w ./-]{0,60}' : '[A-Za-z][\\w.-]{0,60}';
  for (const match of text.matchAll(new RegExp(`<(${inner})>`, 'g'))) {
    const name = match[1] ?? '';
    const isTag = text.includes(`</${name}>`) || name.endsWith('/');
    if (
      !notPlaceholders.test(name) &&
      !isTag &&
      !/\s$/.test(name) &&
      text[match.index - 1] !== '<'
    ) {
      add(match, match[0], name);
    }
  }
  for (const match of text.matchAll(/(?<![\w$])YOUR[_-][A-Z0-9_-]*[A-Z0-9]\b/g))
    add(match, match[0], match[0]);
  if (language === 'sh' || language === 'other') {
    for (const match of text.matchAll(
      /(?:^|[\s=/:"'])(\[[a-z][a-z0-9]+(?:[-_][a-z0-9]{2,})+\])/g,
    )) {
      add(match, match[1] ?? '', (match[1] ?? '').slice(1, -1));
    }
  }
  if (language === 'sh' || language === 'powershell') {
    for (const match of text.matchAll(/\$(?:([A-Za-z_]\w+)|\{([A-Za-z_]\w+)\})/g)) {
      const name = match[1] ?? match[2] ?? '';
      const isEscaped = /(^|[^\\])(\\\\)*\\$/.test(text.slice(0, match.index)) && language === 'sh';
      const isScoped = language === 'powershell' && text[match.index + match[0].length] === ':';
      const isOwn =
        ownVariables.test(name) || (language === 'powershell' && psVariables.test(name));
      if (!isEscaped && !isScoped && !isOwn && !assigned.has(name)) add(match, match[0], name);
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

interface Found {
  readonly value: string;
  readonly from: string;
  readonly isTrusted: boolean;
}

/** The value for a placeholder: what the person typed, else a label of that name or a synonym, else an annotation. */
export function findValue(name: string, values: Values): Found | null {
  const answer = values.answers[name];
  if (answer !== undefined && answer !== '') return { value: answer, from: 'you', isTrusted: true };
  const labels = new Map<string, [string, string]>();
  for (const [label, value] of Object.entries(values.labels)) {
    if (value !== '' && !labels.has(flat(label))) labels.set(flat(label), [label, value]);
  }
  const isMachine = name === 'host' || name === 'node';
  for (const group of [name, ...(fallbacks[name] ?? [])]) {
    // A Kubernetes Job is in `job_name`; `job` is then the name of the scrape.
    const members = group === 'job' ? ['job_name', 'job'] : (membersOf.get(group) ?? [group]);
    for (const member of members) {
      const label = labels.get(member);
      if (label === undefined) continue;
      const port = isMachine ? /^(.+):\d{1,5}$/.exec(label[1])?.[1] : undefined;
      if (port !== undefined && !port.includes(':')) {
        return { value: port, from: `label ${label[0]}, port left out`, isTrusted: false };
      }
      return { value: label[1], from: `label ${label[0]}`, isTrusted: false };
    }
  }
  for (const [annotation, value] of Object.entries(values.annotations)) {
    if (value !== '' && placeholderName(annotation) === name) {
      return { value, from: `annotation ${annotation}`, isTrusted: false };
    }
  }
  return null;
}

/** What Nightdesk itself can do with a command of this language. */
function runsAs({ quoting, language }: ParsedCommand): StepCommand['runs'] {
  if (quoting === 'sh' || quoting === 'powershell' || /^(cmd|bat|batch)$/i.test(language)) {
    return 'shell';
  }
  if (quoting === 'http') return 'get';
  return quoting === 'promql' && !/^logql$/i.test(language) ? 'query' : null;
}

/** `assigned` comes from the whole document: a variable may be set three steps earlier. */
export function fillCommand(
  command: ParsedCommand,
  assigned: ReadonlySet<string>,
  values: Values,
): StepCommand {
  const { text, quoting } = command;
  const placeholders = findPlaceholders(text, quoting, assigned);
  const contexts = contextsOf(quoting, text, placeholders);
  const isReadAgain = readsArgumentsAgain(text);
  const parts: CommandPart[] = [];
  let at = 0;
  const literal = (end: number): void => {
    const last = parts.at(-1);
    const piece = text.slice(at, end);
    if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + piece };
    else if (piece !== '') parts.push({ kind: 'text', text: piece });
    at = end;
  };
  for (const [index, placeholder] of placeholders.entries()) {
    const context = contexts[index];
    literal(placeholder.start);
    // A comment is for reading; `$X` inside single quotes is no shell variable (awk's $NF, a password's $).
    const isInert =
      context === undefined ||
      context.place === 'comment' ||
      (placeholder.text.startsWith('$') && context.place !== 'open' && context.place !== 'double');
    if (isInert) {
      literal(placeholder.end);
      continue;
    }
    at = placeholder.end;
    const { name } = placeholder;
    const found = findValue(name, values);
    const quoted =
      found === null
        ? null
        : quoteValue({
            language: quoting,
            context,
            value: found.value,
            isTrusted: found.isTrusted,
            isReadAgain,
          });
    if (found !== null && quoted !== null && 'text' in quoted) {
      parts.push({ kind: 'filled', text: quoted.text, value: found.value, name, from: found.from });
    } else {
      parts.push({
        kind: 'missing',
        text: placeholder.text,
        name,
        ...(quoted !== null && 'why' in quoted ? { why: quoted.why } : {}),
      });
    }
  }
  literal(text.length);
  return {
    language: command.language,
    parts,
    copyText: parts.map((part) => part.text).join(''),
    hasMissing: parts.some((part) => part.kind === 'missing'),
    runs: runsAs(command),
  };
}

/** Names still without a value, each once, in the order of the commands. */
export function missingNames(commands: Iterable<StepCommand>): string[] {
  const names = new Set<string>();
  for (const command of commands) {
    for (const part of command.parts) if (part.kind === 'missing') names.add(part.name);
  }
  return [...names];
}
