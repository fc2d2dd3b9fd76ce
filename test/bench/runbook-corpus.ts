/**
 * Runbooks made from a number, about 3 kB each. Their words are as unevenly common as those of real text (the n-th most
 * common one n times as rare as the first), since a search is as slow as its words are common.
 */
const verbs = ['Restart', 'Drain', 'Fail over', 'Scale up', 'Roll back', 'Inspect', 'Throttle'];
const things = ['the queue', 'the replica', 'the primary', 'the ingress', 'the cache', 'the disk'];
const services = ['checkout', 'payments', 'search', 'identity', 'catalog', 'orders', 'shipping'];
const troubles = ['is down', 'is slow', 'drops requests', 'fills its disk', 'lags behind'];

const technical =
  'the to is of in and error latency pod connection timeout memory pool consumer lag backlog certificate expired pressure leader election quorum partition shard rebalance throughput saturation retry budget storm deploy canary rollback feature flag region failover traffic dashboard metric threshold'.split(
    ' ',
  );
const syllables = 'ba de ki lo mu ne pra sto tri vel wan xo ylt zer gho qua'.split(' ');
const size = 6_000;

/** The most common first. */
const vocabulary = [
  ...technical,
  ...Array.from({ length: size - technical.length }, (_, index) => {
    let [rest, word] = [index + 17, ''];
    for (; rest > 0; rest = Math.floor(rest / syllables.length)) {
      word += syllables[rest % syllables.length];
    }
    return word;
  }),
];

const pick = <Item>(list: readonly Item[], index: number): Item => list[index % list.length]!;

export const serviceOf = (number: number): string => pick(services, number);

export function runbookText(number: number): string {
  let seed = (number + 1) * 2_654_435_761;
  const random = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const one = <Item>(list: readonly Item[]): Item => pick(list, Math.floor(random() * list.length));
  const word = (): string => pick(vocabulary, Math.floor(size ** random()) - 1);
  const sentence = (): string => `${Array.from({ length: 14 }, word).join(' ')}.`;
  const service = serviceOf(number);
  const cell = `${service}-${number % 211}`;
  const step = (place: number): string =>
    `${place}. ${one(verbs)} ${one(things)} of ${cell}. ${sentence()}\n\n` +
    `   \`\`\`sh\n   kubectl -n {{ namespace }} rollout restart deploy/${cell}\n   \`\`\`\n`;
  const section = (place: number): string =>
    `## ${one(verbs)} ${one(things)} ${place}\n\n${sentence()} ${sentence()}\n\n${[1, 2, 3, 4].map(step).join('\n')}`;
  const title = `${service} ${pick(troubles, number >> 3)} (cell ${number})`;
  return `# ${title}\n\n${sentence()}\n\n${[1, 2, 3, 4].map(section).join('\n')}\n`;
}
