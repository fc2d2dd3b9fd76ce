/** The kinds of source there are. A new kind is one folder and one line here. */
import { alertmanagerKind } from './alertmanager/connector.ts';
import { checkmkKind } from './checkmk/connector.ts';
import { cloudWatchKind } from './cloudwatch/connector.ts';
import { commandKind } from './command/connector.ts';
import type { ConnectorKind } from './connector.ts';
import { datadogKind } from './datadog/connector.ts';
import { genericJsonKind } from './generic-json/connector.ts';
import { goAlertKind } from './goalert/connector.ts';
import { grafanaKind } from './grafana/connector.ts';
import { grafanaOnCallKind } from './grafana-oncall/connector.ts';
import { healthchecksKind } from './healthchecks/connector.ts';
import { incidentIoKind } from './incident-io/connector.ts';
import { icinga2Kind } from './icinga2/connector.ts';
import { keepKind } from './keep/connector.ts';
import { localKind } from './local/connector.ts';
import { nagiosKind } from './nagios/connector.ts';
import { jsmKind, opsgenieKind } from './opsgenie/connector.ts';
import { pagerdutyKind } from './pagerduty/connector.ts';
import { prometheusKind } from './prometheus/connector.ts';
import { sentryKind } from './sentry/connector.ts';
import { statusFeedKind } from './status-feed/connector.ts';
import { statuspageKind } from './statuspage/connector.ts';
import { uptimeKumaKind } from './uptime-kuma/connector.ts';
import { zabbixKind } from './zabbix/connector.ts';

export const connectorKinds: readonly ConnectorKind[] = [
  alertmanagerKind,
  checkmkKind,
  cloudWatchKind,
  commandKind,
  datadogKind,
  genericJsonKind,
  goAlertKind,
  grafanaKind,
  grafanaOnCallKind,
  healthchecksKind,
  incidentIoKind,
  jsmKind,
  icinga2Kind,
  keepKind,
  localKind,
  nagiosKind,
  opsgenieKind,
  pagerdutyKind,
  prometheusKind,
  sentryKind,
  statusFeedKind,
  statuspageKind,
  uptimeKumaKind,
  zabbixKind,
];
