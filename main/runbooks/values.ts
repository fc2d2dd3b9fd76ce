/** What the name of a placeholder means, and the value for it: typed, from labels, annotations, earlier answers, defaults. Pure. */

/** A value that a person gave before, and where. */
export interface EarlierAnswer {
  readonly value: string;
  /** For people: `your answer in "Disk full"`. */
  readonly from: string;
}

export interface Values {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** By placeholder name, as `missing` lists them. */
  readonly answers: Readonly<Record<string, string>>;
  /** The same, of other runs about the same thing. */
  readonly earlier?: Readonly<Record<string, EarlierAnswer>>;
  /** From the settings, which a team may share: by any spelling of the name. */
  readonly defaults?: Readonly<Record<string, string>>;
}

export const noValues: Values = { labels: {}, annotations: {}, answers: {} };

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

export const flatName = (name: string): string =>
  name
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');

/** One name for every spelling of a placeholder: `<my-pod-name>`, `$POD` and `YOUR_POD` all ask for `pod`. */
export function placeholderName(text: string): string {
  const name = flatName(text).replace(
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

export interface Found {
  readonly value: string;
  /** For people. */
  readonly from: string;
  /** A person typed it here. */
  readonly isTrusted: boolean;
}

const own = <Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

/** Things of which a label with a prefix (`cnpg_cluster`, `source_host`) is one, too. */
const prefixed =
  /_(cluster|namespace|pod|container|host|hostname|node|instance|database|topic|queue|region|zone)$/;

type Labels = ReadonlyMap<string, readonly [string, string]>;

function fromLabel(name: string, labels: Labels, isHost: boolean): Found | null {
  const isMachine = isHost || name === 'host' || name === 'node';
  const found = ([label, value]: readonly [string, string]): Found => {
    const port = isMachine ? /^(.+):\d{1,5}$/.exec(value)?.[1] : undefined;
    return port === undefined || port.includes(':')
      ? { value, from: `label ${label}`, isTrusted: false }
      : { value: port, from: `label ${label}, port left out`, isTrusted: false };
  };
  for (const group of [name, ...(own(fallbacks, name) ?? [])]) {
    // A Kubernetes Job is in `job_name`; `job` is then the name of the scrape.
    const members = group === 'job' ? ['job_name', 'job'] : (membersOf.get(group) ?? [group]);
    for (const member of members) {
      const label = labels.get(member);
      if (label !== undefined) return found(label);
    }
    // Of several with a prefix nobody knows which is meant.
    const others = [...labels].filter(
      ([key]) => groupOf.get(prefixed.exec(key)?.[1] ?? '') === group,
    );
    const [only] = others;
    if (only !== undefined && others.length === 1) return found(only[1]);
  }
  return null;
}

/**
 * What the person typed for this run; else the label of that very name, of a synonym, or with a prefix; else an
 * annotation, an earlier answer, a default. `spelling`: as the command writes it. `isHost`: it stands where no port may.
 */
export function findValue(
  name: string,
  values: Values,
  spelling: string = name,
  isHost: boolean = false,
): Found | null {
  const answer = own(values.answers, name);
  if (answer !== undefined && answer !== '') return { value: answer, from: 'you', isTrusted: true };
  const labels = new Map<string, readonly [string, string]>();
  for (const [label, value] of Object.entries(values.labels)) {
    if (value !== '' && !labels.has(flatName(label))) labels.set(flatName(label), [label, value]);
  }
  // `<cnpg_cluster>` is the label of that name, also where there is a `cluster`.
  const exact = labels.get(flatName(spelling));
  const label = exact === undefined || groupOf.has(flatName(spelling)) ? null : exact;
  if (label !== null) return { value: label[1], from: `label ${label[0]}`, isTrusted: false };
  const labelled = fromLabel(name, labels, isHost);
  if (labelled !== null) return labelled;
  for (const [annotation, value] of Object.entries(values.annotations)) {
    if (value !== '' && placeholderName(annotation) === name) {
      return { value, from: `annotation ${annotation}`, isTrusted: false };
    }
  }
  const earlier = own(values.earlier ?? {}, name);
  if (earlier !== undefined && earlier.value !== '') return { ...earlier, isTrusted: true };
  for (const [key, value] of Object.entries(values.defaults ?? {})) {
    if (value !== '' && placeholderName(key) === name) {
      return { value, from: 'your default', isTrusted: false };
    }
  }
  return null;
}
