/** How names are compared, split into words, and turned into anchors. */

/** Letters and digits only, lower case: `KubePodNotReady`, `kube-pod-not-ready` and `Kube pod not ready` are one name. */
export function foldName(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Names of products whose humps part no words, and the one way in which they are spelled here. */
const products =
  /(?<!\p{Lu})(?:PG|Pg)Bouncer|(?<!\p{Lu})HAProxy|(?:Maria|Mongo|Influx|Dynamo|Cockroach|Scylla|Couch|Timescale)DB|(?:My|No)SQL|(?:Rabbit|Active)MQ|Core(?:DNS|Dns)|Git(?:Lab|Hub|Ops)|Open(?:Search|Shift|VPN)|Cloud(?:Watch|Front|Flare)|ElastiCache|ClickHouse|ZooKeeper|AlertManager|PagerDuty/gu;
const postgres = /postgre(?:s(?:ql)?|sql)/gi;

const hasHumps = /[a-zA-Z][A-Z]/;

function withoutHumps(text: string): string {
  const named = hasHumps.test(text)
    ? text.replace(products, (name) => (name[0] ?? '') + name.slice(1).toLowerCase())
    : text;
  return /postgre/i.test(named) ? named.replace(postgres, 'Postgres') : named;
}

/** Words of a name: camel case, snake case, dashes and spaces apart; lower case, each once. */
export function nameWords(text: string): string[] {
  const words = withoutHumps(text.normalize('NFKC'))
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return [...new Set(words)];
}

/** Looks like what alarm systems call an alarm: several humps or several underscores in one word. */
export function isAlarmLike(word: string): boolean {
  return (
    /^[\p{L}\p{N}_.:-]{6,}$/u.test(word) &&
    ((word.match(/\p{Lu}+\p{Ll}+|\p{Lu}{2,}/gu) ?? []).length >= 2 ||
      (word.match(/[\p{L}\p{N}]_[\p{L}\p{N}]/gu) ?? []).length >= 2)
  );
}

/** A heading as a name: numbering, `Alert:` and markup around it left out. */
export function headingName(heading: string): string {
  return heading
    .replace(/^\s*\d+(\.\d+)*[.):]?\s+/, '')
    .replace(/^(alert|alarm|runbook)(\s+(name|rule))?\s*:\s*/i, '')
    .replace(/\s*\((critical|warning|high|info|page|ticket|s\d)\)\s*$/i, '')
    .trim();
}
