/** A program of your own that prints its alarms as JSON. Off until a person allowed exactly this command on this computer. */
import { basename } from 'node:path';
import type { TestReport } from '../../../preload/contract/sources.ts';
import type { Connector, ConnectorContext, ConnectorKind } from '../connector.ts';
import { createJudge, type Read } from '../generic-json/judge.ts';
import { itemsOf } from '../generic-json/mapping.ts';
import { compileRules } from '../generic-json/rules.ts';
import { readSteps } from '../generic-json/test-report.ts';
import { SourceError } from '../source-error.ts';
import { step } from '../test-steps.ts';
import { commandText, requirePermission } from './permission.ts';
import { runProgram } from './run.ts';
import { CommandSettings, commandSecrets } from './settings.ts';

function createCommand(context: ConnectorContext): Connector {
  const settings = CommandSettings.parse(context.settings);
  const { clock, severityMap, memory, secrets } = context;
  const rules = compileRules(settings);
  const name = basename(settings.command[0] ?? '');
  const closing = new AbortController();
  const atWork = new Set<Promise<unknown>>();
  const newJudge = () =>
    createJudge({
      rules,
      kind: 'command',
      title: 'A command',
      sourceName: context.name,
      severityMap,
      clock,
      memory,
    });
  const judge = newJudge();

  const environment = (): Record<string, string> => {
    const given = settings.environment.map((line): [string, string] => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    });
    if (settings.passes === 'token') given.push([settings.tokenVariable, secrets['token'] ?? '']);
    return Object.fromEntries(given);
  };

  async function run(signal: AbortSignal): Promise<Read> {
    requirePermission(settings, secrets['code']);
    const work = runProgram(
      {
        argv: settings.command,
        folder: settings.folder,
        environment: environment(),
        timeoutMs: settings.timeoutSeconds * 1_000,
        maxBytes: settings.maxMegabytes * 1_048_576,
        secrets: Object.values(secrets),
      },
      AbortSignal.any([signal, closing.signal]),
    );
    atWork.add(work);
    const output = await work.finally(() => atWork.delete(work));
    const root = parsed(output.toString('utf8'));
    return { ...itemsOf(rules, root, name), roots: [root], filledPages: 1, incompleteReason: null };
  }

  function parsed(text: string): unknown {
    const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    if (body.trim() === '') {
      throw new SourceError('source.unreachable', `${name} printed nothing at all.`, {
        next: 'Run it in a terminal to see why.',
      });
    }
    try {
      return JSON.parse(body);
    } catch {
      // The engine's message quotes the output; ours does not.
      const size = `${body.length.toLocaleString('en')} characters`;
      throw new SourceError(
        'source.unreachable',
        `${name} printed broken or incomplete JSON (${size}).`,
        {
          next: 'It must print one JSON document to its standard output, and nothing else.',
        },
      );
    }
  }

  return {
    actions: judge.actions,

    async poll(signal) {
      return judge.judge(await run(signal), name);
    },

    async test(signal): Promise<TestReport> {
      try {
        const read = await run(signal);
        const { isUsable, steps } = readSteps(newJudge(), read, name);
        const ran = step('reach', 'ok', `Ran, and ended with 0: ${commandText(settings)}`);
        return { isUsable, steps: [ran, ...steps] };
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        const isForbidden = error.code === 'source.unauthorized' || !settings.isAllowed;
        return {
          isUsable: false,
          steps: [step(isForbidden ? 'login' : 'reach', 'failed', error.message, error.next)],
        };
      }
    },

    async close() {
      closing.abort();
      await Promise.allSettled(atWork);
      await context.http.close();
    },
  };
}

export const commandKind: ConnectorKind = {
  kind: 'command',
  title: 'Command',
  description:
    'A program of your own that prints its alarms as JSON. Nothing is run until you allowed exactly that command on this computer.',
  settings: CommandSettings,
  secrets: commandSecrets,
  create: createCommand,
};
