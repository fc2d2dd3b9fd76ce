/** Programs of a shell: the words that begin a command where nothing says that it is one. */

const known = new Set(
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
    'rbd mdadm smartctl nvme swapoff swapon sync crontab at nohup pm2 supervisorctl circusctl iptables nft ufw ' +
    'sh bash zsh su rake bundle rails growpart parted blkid lvs vgs pvs multipath iscsiadm ethtool nmcli ifconfig ' +
    'rabbitmq-diagnostics rabbitmq-queues patronictl barman pg_basebackup pg_repack pg_controldata vacuumdb mysqldump ' +
    'mysqlbinlog mongodump mongostat varnishadm postqueue mailq rndc kustomize skopeo buildah virtctl stern tsh gpg ' +
    'ssh-keygen certbot keytool mvn gradle yarn pnpm npx pip pip3 cargo dotnet php perl composer terragrunt tofu ' +
    'pulumi packer heroku cf doctl hcloud ibmcloud gitlab-ctl gitlab-rails gitlab-psql'
  ).split(' '),
);

/** Also words of plain English: there, they begin a command only before something that no sentence has. */
const ambiguous = new Set(
  'at cut date file find flux free go head host id if java make mount node packer ping salt service sort source stat sync tail time top touch vault w watch who'.split(
    ' ',
  ),
);

/** The first line with anything in it, without its indentation. */
export function firstLineOf(text: string): string {
  const start = text.trimStart();
  const end = start.indexOf('\n');
  return end === -1 ? start : start.slice(0, end);
}

export const firstWord = (line: string): string =>
  /^\s*(?:[A-Za-z_]\w*=\S*\s+)*(\S+)/.exec(line)?.[1] ?? '';

/** Devices and the like, as `df` and `mount` print them. */
const noPath = /^\/(?:dev|proc|sys|run|mnt|media)(?:\/|$)/;

/** The line begins with a program, or with the path of one. */
export function isProgram(line: string): boolean {
  const word = firstWord(line);
  if (noPath.test(word)) return false;
  return known.has(word) || /^(?:(?:\.{0,2}|~)\/[\w./-]+|[a-z][a-z0-9-]*ctl)$/.test(word);
}

/** Code in a sentence that could be typed as it stands: `kubectl get pods`, and neither `kubectl` nor `free memory`. */
export function isCommandInText(code: string): boolean {
  if (code.length > 500 || code.includes('\n') || !isProgram(code)) return false;
  const [word = '', ...rest] = code.trim().split(/\s+/);
  if (rest.length === 0) return false;
  return !ambiguous.has(word) || rest.some((part) => /^-|[/$<|>=.:]/.test(part));
}

const noProgram =
  /^(usage|error|errors|note|example|warning|info|debug|fatal|default|the|this|a|an|in|is|it|with)$/;
const flagged = /^\s*[a-z][\w.+-]*(?:\s+[^\s-]\S*){0,6}\s+--?[A-Za-z][\w-]*(?:[=\s]|$)/;
const script = /^\s*[\w-]+\.(?:sh|py|rb|pl)(?:\s|$)/;

/** Of programs that nobody knows here: a word, what it is about, and an option, in every line. */
export function looksTyped(lines: readonly string[]): boolean {
  const commands = lines.filter((line) => !/^\s*#/.test(line));
  return (
    commands.length > 0 &&
    commands.length <= 4 &&
    commands.every(
      (line) =>
        (isProgram(line) || flagged.test(line) || script.test(line)) &&
        !noProgram.test(firstWord(line)) &&
        !/[.:,;]\s*$/.test(line),
    )
  );
}
