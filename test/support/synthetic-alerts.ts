/** Alertmanager answers made from a number: the same number gives the same alerts, about 900 bytes each. */
const services = [
  'checkout',
  'payments',
  'search',
  'identity',
  'catalog',
  'orders',
  'shipping',
  'mail',
];
const severities = ['critical', 'high', 'warning', 'warning', 'info'];
const names = [
  'HighErrorRate',
  'PodCrashLooping',
  'QueueNotDraining',
  'ReplicaLag',
  'DiskFillsSoon',
];

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length]!;

/** One item of `GET /api/v2/alerts`, firing since some minutes before `nowMs`. */
export function syntheticAlert(index: number, nowMs: number): Record<string, unknown> {
  const service = pick(services, index);
  const name = pick(names, Math.floor(index / services.length));
  const pod = `${service}-${(index * 7919).toString(36)}-${(index * 104729).toString(36)}`;
  return {
    annotations: {
      summary: `${name} at ${service}, instance ${index}`,
      description: `The ${service} service reports ${name} on ${pod}. Customers of this cell may see errors; value ${(index % 97) / 10} %.`,
      runbook_url: `https://runbooks.example.org/${service}/${name.toLowerCase()}`,
    },
    endsAt: new Date(nowMs + 240_000).toISOString(),
    fingerprint: index.toString(16).padStart(16, '0'),
    receivers: [{ name: 'default' }],
    startsAt: new Date(nowMs - 600_000 - index * 10).toISOString(),
    status: { inhibitedBy: [], silencedBy: [], state: 'active' },
    updatedAt: new Date(nowMs).toISOString(),
    generatorURL: `http://prometheus.example.org/graph?g0.expr=up%7Bjob%3D%22${service}%22%7D+%3D%3D+0&g0.tab=1`,
    labels: {
      alertname: name,
      cluster: `prod-${index % 4}`,
      container: service,
      instance: `10.1.${Math.floor(index / 250) % 250}.${index % 250}:9100`,
      job: `${service}-exporter`,
      namespace: service,
      pod,
      region: index % 2 === 0 ? 'eu-west-1' : 'us-east-1',
      service,
      severity: pick(severities, index),
    },
  };
}

export const syntheticAlerts = (count: number, nowMs: number): Record<string, unknown>[] =>
  Array.from({ length: count }, (_, index) => syntheticAlert(index, nowMs));
