/** From a fenced block to what a person would type: its language, and its text without prompts and printed output. */
import type { Language, ParsedCommand } from './model.ts';

const languages: Readonly<Record<string, Language>> = {
  sh: 'sh',
  bash: 'sh',
  shell: 'sh',
  zsh: 'sh',
  ksh: 'sh',
  shel: 'sh',
  bsh: 'sh',
  console: 'sh',
  terminal: 'sh',
  'shell-session': 'sh',
  shellsession: 'sh',
  'sh-session': 'sh',
  cmd: 'other',
  bat: 'other',
  powershell: 'powershell',
  ps1: 'powershell',
  pwsh: 'powershell',
  sql: 'sql',
  psql: 'sql',
  mysql: 'sql',
  pgsql: 'sql',
  postgresql: 'sql',
  postgres: 'sql',
  promql: 'promql',
  logql: 'promql',
  prometheus: 'promql',
  json: 'json',
  http: 'http',
  https: 'http',
  rest: 'http',
  ruby: 'other',
  irb: 'other',
  python: 'other',
  py: 'other',
  js: 'other',
  javascript: 'other',
  groovy: 'other',
  redis: 'other',
  esql: 'other',
  kql: 'other',
  kusto: 'other',
  fish: 'other',
};

/** Words that begin a command in a fence that does not say its language. */
const programs = new Set(
  (
    'sudo kubectl helm oc docker podman crictl ctr nerdctl systemctl journalctl service curl wget ssh scp rsync ' +
    'psql mysql mysqladmin mongo mongosh redis-cli pg_ctl pg_dump etcdctl consul vault nomad terraform ansible ' +
    'ansible-playbook aws gcloud az gsutil eksctl kops argocd flux istioctl linkerd cilium calicoctl kafka-topics ' +
    'kafka-consumer-groups rabbitmqctl nginx haproxy apachectl df du free top htop ps kill pkill lsof ss netstat ip ' +
    'ping dig nslookup host traceroute mtr openssl nc telnet tcpdump strace iostat vmstat sar dmesg uptime who w ' +
    'ls cat grep egrep awk sed find head tail sort uniq wc xargs tee cut tr jq yq git make cd export for while if ' +
    'echo printf watch timeout env source chmod chown mv cp rm ln mkdir touch mount umount lsblk fdisk fsck xfs_growfs ' +
    'resize2fs lvextend apt apt-get yum dnf apk npm python python3 ruby node java jstack jmap jcmd go chronyc ntpq ' +
    'timedatectl hostnamectl loginctl sysctl ulimit nodetool cqlsh promtool amtool mimirtool thanos logcli velero ' +
    'kubeadm kubelet cmctl knife chef-client puppet salt hostname date id nproc lscpu stat file zfs zpool ceph rados ' +
    'rbd mdadm smartctl nvme swapoff swapon sync crontab at nohup pm2 supervisorctl circusctl iptables nft ufw'
  ).split(' '),
);

const promptPattern =
  /^\s*(?:\([\w.-]+\)\s*)?(?:\[?[\w.-]+@[\w.-]+(?:[: ][^\s$#%>\]]*)?\]?|[A-Za-z][\w.-]*(?::[^\s$#>]*)?)?\s?\$\s+(?=\S)/;
const rootPrompt =
  /^\s*(?:\[?[\w.-]+@[\w.-]+(?:[: ][^\s$#%>\]]*)?\]?|[A-Za-z][\w-]*(?:\.[\w-]+)*:[^\s$#>]*|[A-Za-z][\w.-]*)\s?#\s+(?=\S)/;
const otherPrompt =
  /^\s*(?:mysql|mariadb(?: \[[^\]]*\])?|sqlite|redis(?:\s\S+)?|[\w-]+[=-][#>]|PS(?: [^>\n]*)?|irb\([^)]*\):\d+:\d+|>>>|\d+\.\d+\.\d+\.\d+:\d+)>?\s+(?=\S)/i;
const bareRoot = /^\s*#\s+(?=\S)/;

function firstWord(line: string): string {
  return /^\s*(?:[A-Za-z_]\w*=\S*\s+)*(\S+)/.exec(line)?.[1] ?? '';
}

function isProgram(line: string): boolean {
  const word = firstWord(line);
  return programs.has(word) || /^(\.{0,2}|~)\/[\w./-]+$/.test(word);
}

/** Whether its end says that a command goes on: `\\`, `|`, `&&`, none of them escaped. */
function endsOpen(line: string): boolean {
  const text = line.trimEnd();
  const mark = text.endsWith('&&') ? 2 : text.endsWith('|') ? 1 : 0;
  const end = text.length - mark;
  let start = end;
  while (start > 0 && text[start - 1] === '\\') start--;
  const isOdd = (end - start) % 2 === 1;
  return mark === 0 ? isOdd : !isOdd;
}

/**
 * Whether the lines so far leave a quote open or end in a continuation.
 *
 * Each line is looked at once: a quote that is never closed must not be read from its beginning with every line below it.
 */
function createContinuation(): (line: string) => boolean {
  let quote = '';
  let isOpen = false;
  return (line) => {
    for (let index = 0; index < line.length; index++) {
      const char = line[index] ?? '';
      if (char === '\\' && quote !== "'") index++;
      else if (quote === '' && (char === "'" || char === '"')) quote = char;
      else if (char === quote) quote = '';
    }
    if (line.trim() !== '') isOpen = endsOpen(line);
    return quote !== '' || isOpen;
  };
}

function heredocEnd(line: string): string | null {
  return /<<-?\s*(["']?)([A-Za-z_]\w*)\1/.exec(line)?.[2] ?? null;
}

/** Splits a block that shows a session into what was typed and what was printed. */
function splitSession(text: string, prompt: (line: string) => string | null) {
  const typed: string[] = [];
  const printed: string[] = [];
  let goesOn: ((line: string) => boolean) | null = null;
  let heredoc: string | null = null;
  for (const line of text.split('\n')) {
    const command: string | null = heredoc === null ? prompt(line) : null;
    if (command !== null) {
      typed.push(command);
      heredoc = heredocEnd(command);
      const continuation = createContinuation();
      goesOn = continuation(command) ? continuation : null;
    } else if (heredoc !== null) {
      typed.push(line.replace(/^> ?/, ''));
      if (line.replace(/^> ?/, '').trim() === heredoc) heredoc = null;
    } else if (goesOn !== null) {
      const rest = line.replace(/^\s*> ?/, '');
      typed.push(rest);
      if (!goesOn(rest)) goesOn = null;
    } else if (line.trim() !== '') printed.push(line);
  }
  return { text: typed.join('\n'), printed: printed.join('\n') };
}

const after = (pattern: RegExp) => (line: string) => {
  const found = pattern.exec(line);
  return found === null ? null : line.slice(found[0].length);
};

function firstOf(...prompts: ((line: string) => string | null)[]) {
  return (line: string) => {
    for (const prompt of prompts) {
      const command = prompt(line);
      if (command !== null) return command;
    }
    return null;
  };
}

/** Prompts and what was printed, left out. Without a prompt the block is all command. */
export function leaveOutPrompts(text: string): { text: string; printed: string } {
  // Every prompt ends in one of these.
  if (!/[$#>]/.test(text)) return { text, printed: '' };
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const dollar = after(promptPattern);
  const root = after(rootPrompt);
  const other = after(otherPrompt);
  // A fence whose first line is typed after a prompt is a session; `echo a $ b` further down is not.
  const first = lines.find((line) => !bareRoot.test(line)) ?? '';
  const isHost = root(first) !== null && isProgram(root(first) ?? '') && !isProgram(first);
  if ((dollar(first) !== null && !isProgram(first)) || isHost) {
    return splitSession(text, firstOf(dollar, isHost ? root : () => null));
  }
  if (other(first) !== null) return splitSession(text, other);
  // `# kubectl …` is a root prompt only where nothing else looks like a command: else it is a comment.
  const bare = after(bareRoot);
  const candidates = lines.filter((line) => isProgram(bare(line) ?? ''));
  if (candidates.length > 0 && bareRoot.test(lines[0] ?? '') && !lines.some(isProgram)) {
    return splitSession(text, (line) => {
      const command = bare(line);
      return command !== null && isProgram(command) ? command : null;
    });
  }
  return { text, printed: '' };
}

/** The language of a fence, or null when it holds no command: output, a diagram, a manifest to read. */
export function languageOf(info: string, text: string): Language | null {
  const named =
    info
      .trim()
      .toLowerCase()
      .split(/[\s{,:]/)[0] ?? '';
  // A fence may call itself `constructor`, which every object has.
  if (named !== '') return Object.hasOwn(languages, named) ? (languages[named] ?? null) : null;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const first = lines[0] ?? '';
  if (leaveOutPrompts(text).text !== text) {
    return /^\s*(mysql|mariadb|[\w-]+=[#>])/i.test(first)
      ? 'sql'
      : /^\s*PS /.test(first)
        ? 'powershell'
        : /^\s*(redis|irb|>>>)/.test(first)
          ? 'other'
          : 'sh';
  }
  if (
    /^\s*(select|insert into|update|delete from|alter|drop|create|vacuum|explain|show|set)\s[\s\S]*;?\s*$/i.test(
      first,
    ) &&
    /^\s*[A-Z]{3,}/.test(first)
  )
    return 'sql';
  if (lines.some((line) => isProgram(line)) && (isProgram(first) || /^\s*#/.test(first)))
    return 'sh';
  if (
    /^\s*(sum|rate|increase|histogram_quantile|avg|max|min|topk|count|absent)(_over_time)?\s*(by\s*\([^)]*\)\s*)?\(/.test(
      first,
    )
  )
    return 'promql';
  return null;
}

/** Reads a fence. `printed` is output that stood between the commands. */
export function readFence(
  info: string,
  text: string,
): { command: ParsedCommand; printed: string } | null {
  const quoting = languageOf(info, text);
  if (quoting === null) return null;
  const split =
    quoting === 'json' || quoting === 'promql' || quoting === 'http'
      ? { text, printed: '' }
      : leaveOutPrompts(text);
  if (split.text.trim() === '') return null;
  const language = info.trim().split(/\s/)[0] ?? '';
  return {
    command: {
      language: language === '' && quoting !== 'other' ? quoting : language,
      quoting,
      text: split.text.trimEnd(),
    },
    printed: split.printed,
  };
}

const broad =
  /(^|[\s;|&("'`/])(delete|drain|cordon|evict|destroy|purge|drop|truncate|terminate|wipefs|mkfs(\.\w+)?|shutdown|reboot|poweroff|failover|flushall|flushdb|killall|pkill)\b|\brm\s+(-\w+\s+)*-\w*[rf]|--force\b|\bkill\s+-(9|s?\s*KILL)\b|\bdd\s+.*\bof=|\bscale\b.*--replicas[= ]0\b|\bgit\s+(reset\s+--hard|push\s+.*-f)\b|\bterraform\s+(apply|destroy)\b|\bdelete\s+from\b|\bRemove-Item\b/i;

/** Looks destructive by keyword. A hint for a warning, never a permission. */
export const isBroadCommand = (text: string): boolean => broad.test(text);
