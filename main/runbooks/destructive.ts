/**
 * Which commands destroy something or touch much at once, by their words. A hint for a warning and for what is typed before
 * one runs, never a permission. Pure.
 */

/** `delete.log` is a file, and no deed. */
const noFile = '(?!\\.(?:log|txt|json|ya?ml|csv|out|md)\\b)';
/** Where a command begins, or a word of it. */
const word = '(^|[\\s;|&("\'`/])';

/*
 * Words of one command stand at most 400 characters apart: a hostile line of megabytes must not cost its square.
 */

/** What says it by itself, whatever the program. */
const deeds = [
  `${word}(delete|drain|cordon|evict|destroy|purge|drop|truncate|terminate|wipefs|mkfs(\\.\\w+)?|shutdown|reboot|poweroff|failover|flushall|flushdb|killall|pkill)\\b${noFile}`,
  String.raw`\brm\s+(-\w+\s+){0,12}-\w*[rf]|\s-delete\b|-exec(dir)?\s+rm\b|\bxargs\b[^|]{0,400}\brm\b|--force\b|\bkill\s+-(9|s?\s*KILL)\b|\bdd\s+.{0,400}\bof=`,
  String.raw`\b(uninstall|rmi|prune|unlink|shred|fdisk|parted|sgdisk|mkswap|lvremove|vgremove|pvremove|zfs\s+destroy|userdel|deluser|groupdel)\b`,
  String.raw`\bchmod\s+-\w*R|\bchown\s+-\w*R|\bcrontab\s+-r\b|:\(\)\s*\{`,
];

/** What a file or a device loses to a redirection. `cmd > out.txt` makes a file; `> big.log` alone empties one. */
const redirections = [
  String.raw`>\s*\/dev\/(sd|nvme|vd|xvd|mapper)`,
  String.raw`(^|[;&|])[ \t]*(sudo[ \t]+)?(:[ \t]*)?>[ \t]*[^\s&|>(]`,
  String.raw`\bcat\s+\/dev\/null\s*>\s*[^\s>]`,
];

const programs = [
  String.raw`\bscale\b.{0,400}--replicas[= ]0\b|\bkubectl\b.{0,400}\breplace\b.{0,400}--force`,
  String.raw`\bgit\s+(reset\s+--hard|push\s+.{0,400}-f|clean\s+-\w*f)`,
  String.raw`\bterraform\s+(apply|destroy)\b`,
  String.raw`\bsystemctl\s+(stop|disable|mask|isolate)\b|\bservice\s+\S+\s+stop\b`,
  String.raw`\b(docker|podman|nerdctl)([- ]compose)?\s+(-\S+\s+([^\s-]\S*\s+)?){0,8}(\w+\s+)?(rm|kill|stop|down)\b`,
  String.raw`\bnomad\s+(\w+\s+)?(stop|purge)\b|\betcdctl\b.{0,400}\sdel\b|\bconsul\b.{0,400}\bkv\s+delete\b`,
  String.raw`\b(ipmitool|racadm)\b.{0,400}\b(power|powercycle|powerdown|serveraction)\b(?!\s+status)`,
  // Of the clouds' own programs: `aws ec2 stop-instances`, `gcloud compute instances reset`, `az vm deallocate`.
  String.raw`\baws\s.{0,400}\s(stop|reboot|delete|terminate|deregister|detach|remove|purge|revoke)-[a-z]|\baws\s+s3\s+(rm|rb)\b`,
  String.raw`\b(gcloud|az|doctl|hcloud|openstack)\s.{0,400}\s(stop|reset|reboot|restart|remove|deallocate)\b`,
  String.raw`\b(curl|http|wget)\b.{0,400}(-X\s*|--request[= ]|--method[= ])["']?DELETE\b`,
  String.raw`\biptables\s+(-t\s+\w+\s+)?-(F|X)\b|\bnft\s+flush\b`,
  String.raw`\bdelete\s+from\b|\balter\s+table\b|\bpg_(terminate_backend|drop_\w+|resetwal)\b`,
  String.raw`\bRemove-Item\b|\b(Stop|Restart)-(Computer|Service|VM)\b`,
];

const destructive = new RegExp([...deeds, ...redirections, ...programs].join('|'), 'im');

export const isDestructive = (text: string): boolean => destructive.test(text);
