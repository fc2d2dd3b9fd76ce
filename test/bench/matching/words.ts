/** Words for runbooks and alarms that nobody wrote. */
import type { Random } from './random.ts';

export const components =
  'kubelet scheduler etcd apiserver ingress prometheus alertmanager node-exporter coredns thanos-query thanos-store vault consul kafka rabbitmq haproxy postgres redis'.split(
    ' ',
  );

export const services =
  'checkout payments search identity catalog orders shipping gitaly-store web-api sidekiq-jobs pages-host mailroom image-resizer patroni-main pg-bouncer registry-front feature-flags billing ledger recommendations chat-relay'.split(
    ' ',
  );

/** What can be wrong; between two and five words. */
export const signals = [
  'error rate too high',
  'latency above objective',
  'replication lag',
  'replica not ready',
  'queue backlog growing',
  'certificate expires soon',
  'disk space low',
  'inodes exhausted',
  'out of memory kills',
  'leader election flapping',
  'quorum lost',
  'traffic absent',
  'saturation near limit',
  'backup missing',
  'config reload failed',
  'connections exhausted',
  'consumer stuck',
  'deploy stalled',
  'cache hit ratio low',
  'thread pool full',
  'snapshot too old',
  'clock skew',
  'crash looping',
  'dns lookups failing',
  'rate limit reached',
  'transaction wraparound',
  'unused replication slot',
  'object store unreachable',
  'compaction halted',
  'rule evaluation slow',
];

export const otherWords =
  'atlas beacon cobalt delta ember falcon garnet harbor indigo jasper krypton lumen meadow nimbus onyx pebble quartz river sierra tundra'.split(
    ' ',
  );

const filler =
  'the a of in to is and for with on this that when it we can may often please check look first then after before because team service system request response pod node host user customer time log metric graph dashboard value change deploy restart error rate latency memory disk queue network region cluster database cache table index page alert alarm owner channel ticket cause effect load traffic backup replica leader certificate secret token limit quota budget'.split(
    ' ',
  );

export const fillerSentence = (random: Random): string => {
  const words = Array.from({ length: 7 + random.below(9) }, () => random.one(filler));
  const text = words.join(' ');
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
};

const wordsOf = (text: string): string[] => text.split(/[\s-]+/).filter((word) => word !== '');

export const camel = (text: string): string =>
  wordsOf(text)
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('');

export const kebab = (text: string): string => wordsOf(text).join('-').toLowerCase();
export const snake = (text: string): string => wordsOf(text).join('_').toLowerCase();
