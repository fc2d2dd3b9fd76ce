/**
 * A team's monitoring: Prometheus with rules that fire, Alertmanager, and a proxy in front of it as most teams have one.
 * The proxy passes everything on; only the start of Alertmanager is said to be long ago, because after a real start a
 * desk is rightly blind for more than a minute.
 */
import {
  startAlertmanager,
  startPrometheus,
  type AlertingRule,
  type AlertmanagerProgram,
  type PrometheusProgram,
} from '../prometheus-stack.ts';
import { startFaultyProxy, type FaultyProxy } from '../upstream-faults.ts';

export interface Monitoring {
  readonly alertmanager: AlertmanagerProgram;
  readonly proxy: FaultyProxy;
  readonly prometheus: PrometheusProgram;
  close(): Promise<void>;
}

export const longAgoMs = 3_600_000;

export async function startMonitoring(rules: readonly AlertingRule[]): Promise<Monitoring> {
  const alertmanager = await startAlertmanager();
  const proxy = await startFaultyProxy(alertmanager.url);
  proxy.olderMs = longAgoMs;
  const prometheus = await startPrometheus({ alertmanagers: [alertmanager], rules });
  return {
    alertmanager,
    proxy,
    prometheus,
    async close() {
      await prometheus.remove();
      await proxy.close();
      await alertmanager.remove();
    },
  };
}
