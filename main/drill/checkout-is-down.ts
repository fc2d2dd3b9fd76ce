/**
 * "Checkout is down at 04:00".
 *
 * Release 4.18.0 of the checkout never returns its database connections. The pool runs dry, requests wait, then fail; the
 * payment workers starve on the same database. Rolling the release back ends it. Two alarms were there before and have
 * nothing to do with it.
 */
import type { Scenario, ScenarioAlarm } from './scenario.ts';

const everywhere = { region: 'eu-west-1', prometheus: 'monitoring/prod-eu' } as const;
const checkout = {
  ...everywhere,
  namespace: 'checkout',
  service: 'checkout',
  deployment: 'checkout-api',
  team: 'payments',
} as const;
const database = {
  ...everywhere,
  namespace: 'databases',
  service: 'orders-db',
  cluster: 'prod-eu',
  database: 'orders',
  team: 'data-platform',
} as const;

const restart = (
  pod: string,
  spans: ScenarioAlarm['spans'],
  clearsAfter: number,
): ScenarioAlarm => ({
  labels: {
    alertname: 'CheckoutPodRestarting',
    severity: 'warning',
    ...checkout,
    cluster: 'prod-eu',
    pod,
    container: 'api',
    instance: '10.42.7.31:9090',
  },
  annotations: {
    summary: 'A pod of the checkout restarts again and again',
    description: `Container api in ${pod} ended 4 times in 10 minutes, last with exit code 1: "timed out waiting for a connection from the pool".`,
    runbook_url: 'runbooks/pod-restarts.md',
  },
  expression: 'increase(kube_pod_container_status_restarts_total{namespace="checkout"}[10m]) > 3',
  spans,
  clearsAfter,
});

export const checkoutIsDown: Scenario = {
  title: 'Checkout is down at 04:00',
  pagingAlarm: 'CheckoutErrorRateHigh',
  rescuedAt: 45,
  inhibitRules: [
    {
      source: [
        { name: 'alertname', value: 'CheckoutErrorRateHigh', isRegex: false, isEqual: true },
      ],
      target: [
        { name: 'alertname', value: 'CheckoutErrorBudgetBurn', isRegex: false, isEqual: true },
      ],
      equal: ['service', 'region'],
    },
  ],
  alarms: [
    {
      labels: { alertname: 'Watchdog', severity: 'none', prometheus: 'monitoring/prod-eu' },
      annotations: {
        summary: 'Always firing: proves that Prometheus and Alertmanager are alive',
        description: 'When this one is missing, nobody would tell you about the others.',
      },
      expression: 'vector(1)',
      spans: [{ from: -12_960, until: null }],
      clearsAfter: null,
    },
    {
      labels: {
        alertname: 'DiskFillingUp',
        severity: 'warning',
        ...everywhere,
        service: 'platform',
        cluster: 'prod-eu',
        node: 'worker-17',
        instance: 'worker-17:9100',
        mountpoint: '/var/lib/containerd',
        device: '/dev/nvme0n1p3',
        team: 'platform',
      },
      annotations: {
        summary: 'Node disk fills in about 3 h',
        description: '/var/lib/containerd on worker-17 is 91 % full and grows by 3 % an hour.',
        impact: 'None yet. When it is full, the node starts no more containers.',
      },
      expression: 'predict_linear(node_filesystem_avail_bytes[1h], 3 * 3600) < 0',
      spans: [{ from: -38, until: null }],
      clearsAfter: null,
    },
    {
      labels: {
        alertname: 'CertificateExpiresSoon',
        severity: 'info',
        ...everywhere,
        service: 'platform',
        instance: 'api.example.org:443',
        job: 'blackbox',
        team: 'platform',
      },
      annotations: {
        summary: 'Certificate of api.example.org ends in 12 days',
        description:
          'Renewal should have happened 18 days before the end. It was tried twice and failed.',
      },
      expression: 'probe_ssl_earliest_cert_expiry - time() < 14 * 86400',
      spans: [{ from: -126, until: null }],
      clearsAfter: null,
    },
    {
      labels: {
        alertname: 'OrdersReplicaLagHigh',
        severity: 'high',
        ...database,
        pod: 'orders-db-replica-2',
        instance: 'orders-db-replica-2.databases:5432',
        job: 'postgres',
      },
      annotations: {
        summary: 'Replica lag above 30 s',
        description: 'orders-db-replica-2 is 74 s behind the primary.',
        impact: 'Customers may not see the order they have just placed.',
        runbook_url: 'runbooks/orders-database.md#replica-lag',
      },
      expression: 'pg_replication_lag_seconds > 30',
      spans: [{ from: 0.5, until: null }],
      clearsAfter: 3,
    },
    {
      labels: {
        alertname: 'CheckoutLatencyP999High',
        severity: 'warning',
        ...checkout,
        cluster: 'prod-eu',
        route: 'POST /orders',
      },
      annotations: {
        summary: 'p99.9 of POST /orders is 3.1 × last week',
        description: 'One request in a thousand takes 2,840 ms; at this hour it used to be 910 ms.',
        impact: 'A few customers wait so long that they press Pay twice.',
        runbook_url: 'runbooks/checkout-latency.md',
      },
      expression: 'checkout:latency:p999 > 3 * checkout:latency:p999 offset 1w',
      spans: [{ from: 1, until: null }],
      clearsAfter: 2,
    },
    {
      // Without a cluster, as happens when a rule adds up over clusters: the commands of its runbook ask for it.
      labels: { alertname: 'CheckoutErrorRateHigh', severity: 'critical', ...checkout },
      annotations: {
        summary: 'Checkout error rate above 5 %',
        description:
          '8.4 % of checkout requests fail. Version 4.18.0 went out 9 minutes before it began.',
        impact: 'Customers in eu-west-1 cannot pay',
        runbook_url: 'runbooks/checkout-error-rate.md',
        dashboard_url: 'https://grafana.example.org/d/checkout',
      },
      expression: 'checkout:errors:ratio5m > 0.05',
      spans: [{ from: 1.5, until: null }],
      clearsAfter: 2,
    },
    {
      labels: {
        alertname: 'OrdersConnectionsNearLimit',
        severity: 'high',
        ...database,
        pod: 'orders-db-primary-0',
        instance: 'orders-db-primary.databases:5432',
        application: 'checkout-api',
        job: 'postgres',
      },
      annotations: {
        summary: 'Connections at 97 % of the limit',
        description:
          '388 of 400 connections of orders-db-primary are taken, 341 of them by checkout-api 4.18.0.',
        impact: 'At 400 the database refuses everybody, not only the checkout.',
        runbook_url: 'runbooks/orders-database.md#connections-near-the-limit',
      },
      expression: 'pg_stat_activity_count / pg_settings_max_connections > 0.9',
      spans: [{ from: 2.5, until: null }],
      clearsAfter: 1,
    },
    restart('checkout-api-6c9f7d5b8-x2k9p', [{ from: 3, until: 7 }], 1.5),
    {
      labels: {
        alertname: 'PaymentQueueNotDraining',
        severity: 'critical',
        ...everywhere,
        namespace: 'payments',
        service: 'checkout',
        deployment: 'payments-worker',
        cluster: 'prod-eu',
        queue: 'payments.capture',
        team: 'payments',
      },
      annotations: {
        summary: 'Payment queue is not draining',
        description: '48,120 messages wait, 900 more every minute. The oldest is 11 minutes old.',
        impact: 'Orders are taken but not paid. After 60 minutes the reservations on cards expire.',
        runbook_url: 'runbooks/payment-queue.md',
      },
      expression: 'deriv(queue_messages_ready{queue="payments.capture"}[5m]) > 0',
      spans: [{ from: 3.5, until: null }],
      clearsAfter: 4,
    },
    {
      labels: {
        alertname: 'SyntheticCheckoutFailing',
        severity: 'high',
        ...everywhere,
        service: 'checkout',
        instance: 'https://shop.example.org/checkout',
        job: 'blackbox',
        team: 'payments',
      },
      annotations: {
        summary: 'The test order fails from 2 of 3 places',
        description:
          'Test orders from Dublin and Frankfurt end with HTTP 503. Those from Stockholm succeed.',
        impact: 'What customers see, seen from outside.',
        runbook_url: 'runbooks/checkout-error-rate.md',
      },
      expression: 'sum(probe_success{job="blackbox",target="checkout"}) < 2',
      spans: [{ from: 4, until: null }],
      clearsAfter: 2.5,
    },
    {
      labels: {
        alertname: 'CartTimeouts',
        severity: 'warning',
        ...everywhere,
        namespace: 'cart',
        service: 'cart',
        deployment: 'cart-api',
        cluster: 'prod-eu',
        team: 'shop',
      },
      annotations: {
        summary: 'Cart waits for the checkout and gives up',
        description:
          '2.2 % of the calls from cart-api to checkout-api run into the timeout of 3 s.',
      },
      expression: 'cart:checkout_timeouts:ratio5m > 0.01',
      spans: [{ from: 5, until: null }],
      clearsAfter: 2,
    },
    restart('checkout-api-6c9f7d5b8-m41vz', [{ from: 6, until: null }], 1.5),
    {
      labels: { alertname: 'CheckoutErrorBudgetBurn', severity: 'warning', ...checkout },
      annotations: {
        summary: 'A month of error budget is gone in 2 days at this rate',
        description:
          'Burn rate 14.6 over one hour. Held back by Alertmanager while the error rate itself alarms.',
        runbook_url: 'runbooks/checkout-error-rate.md',
      },
      expression: 'checkout:budget_burn:ratio1h > 14.4',
      spans: [{ from: 6.5, until: null }],
      clearsAfter: 6,
    },
  ],
};
