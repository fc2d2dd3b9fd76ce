/** Any address that answers with a list of alarms as JSON, read by rules that a person writes. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import type { Connector, ConnectorContext, ConnectorKind } from '../connector.ts';
import { failureSteps, clockStep, step, tlsStep } from '../test-steps.ts';
import { createJudge } from './judge.ts';
import { createPages } from './pages.ts';
import { compileRules } from './rules.ts';
import { GenericJsonSettings, genericJsonSecrets } from './settings.ts';
import { readSteps } from './test-report.ts';

function createGenericJson(context: ConnectorContext): Connector {
  const settings = GenericJsonSettings.parse(context.settings);
  const { clock, severityMap, memory, http, secrets } = context;
  const rules = compileRules(settings);
  const pages = createPages({ settings, secrets, http, rules });
  const newJudge = () =>
    createJudge({
      rules,
      kind: 'generic-json',
      title: 'Generic JSON',
      sourceName: context.name,
      severityMap,
      clock,
      memory,
    });
  const judge = newJudge();

  return {
    actions: judge.actions,

    async poll(signal) {
      return judge.judge(await pages.read(signal), pages.host);
    },

    async test(signal): Promise<TestReport> {
      try {
        const read = await pages.read(signal);
        const { isUsable, steps } = readSteps(newJudge(), read, pages.host);
        return {
          isUsable,
          steps: [
            step('reach', 'ok', `${pages.host} answers.`),
            tlsStep(settings.url, settings.login !== 'none'),
            step(
              'login',
              'ok',
              settings.login === 'none' ? 'Asked without a login.' : 'The login was taken.',
            ),
            ...steps,
            clockStep(read.clockSkewMs),
          ],
        };
      } catch (error) {
        return { isUsable: false, steps: failureSteps(error, pages.host) };
      }
    },

    close: () => http.close(),
  };
}

export const genericJsonKind: ConnectorKind = {
  kind: 'generic-json',
  title: 'Generic JSON',
  description:
    'Anything that lists its alarms as JSON at an address: you say where the list is and which field means what.',
  settings: GenericJsonSettings,
  secrets: genericJsonSecrets,
  create: createGenericJson,
};
