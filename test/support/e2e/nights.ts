/** Where the alarms of a night come from: the simulator of a drill, or Prometheus and Alertmanager. The same night. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AlertingRule, SilenceThere } from '../prometheus-stack.ts';
import { startWebApp, type WebApp } from '../web-app.ts';
import { quietless, watching } from './configuration.ts';
import { startMonitoring } from './monitoring.ts';
import { temporaryFolder } from '../store.ts';

export interface Night {
  readonly app: WebApp;
  readonly isReal: boolean;
  /** Past Nightdesk: the silences that the source itself holds. `address` as the sources screen shows it. */
  silences(address: string): Promise<readonly SilenceThere[]>;
  /** The fault goes away, if it does not by itself once it is mitigated. */
  end(): Promise<void>;
  close(): Promise<void>;
}

/** What the sources of a night have in common. */
export const pager = {
  title: 'Checkout error rate above 5 %',
  alertname: 'CheckoutErrorRateHigh',
  namespace: 'checkout',
  deployment: 'checkout-api',
} as const;

const fires = (isFailing: boolean): AlertingRule => ({
  alert: pager.alertname,
  expr: `vector(${isFailing ? '0.084' : '0.001'}) > 0.05`,
  labels: {
    severity: 'critical',
    service: 'checkout',
    namespace: pager.namespace,
    deployment: pager.deployment,
    region: 'eu-west-1',
  },
  annotations: {
    summary: pager.title,
    description: '{{ $value | humanizePercentage }} of checkout requests fail.',
    impact: 'Customers in eu-west-1 cannot pay',
    runbook_url: 'runbooks/checkout-error-rate.md',
  },
});

const watchdog: AlertingRule = {
  alert: 'Watchdog',
  expr: 'vector(1)',
  labels: { severity: 'none' },
};

async function silencesAt(address: string): Promise<readonly SilenceThere[]> {
  const reply = await fetch(`${address}/api/v2/silences`);
  return (await reply.json()) as SilenceThere[];
}

/** The script of the drill, faster than it is told. */
export async function startDrillNight(factor: number): Promise<Night> {
  const folder = temporaryFolder();
  const config = join(folder.path, 'nightdesk.json');
  writeFileSync(config, JSON.stringify(quietless));
  const flags = ['--drill', '--drill-factor', String(factor), '--config', config];
  const app = await startWebApp({ flags });
  return {
    app,
    isReal: false,
    silences: silencesAt,
    // The script ends the outage itself when the incident is mitigated.
    end: () => Promise.resolve(),
    async close() {
      await app.dispose();
      folder.remove();
    },
  };
}

export async function startRealNight(): Promise<Night> {
  const monitoring = await startMonitoring([watchdog, fires(true)]);
  // Long enough to see what the desk says until the source has agreed.
  monitoring.proxy.writeDelayMs = 1_500;
  const runbooks = resolve('dist/main/drill-runbooks');
  const app = await startWebApp({
    config: watching(monitoring.proxy.url, { runbookFolders: [runbooks] }),
  });
  return {
    app,
    isReal: true,
    silences: () => monitoring.alertmanager.silences(),
    end: () => monitoring.prometheus.setRules([watchdog, fires(false)]),
    async close() {
      await app.dispose();
      await monitoring.close();
    },
  };
}
