/**
 * An unchanged poll: the processor time from the answer's bytes in memory to "nothing changed", through the source
 * service, the connector, validation and the alarm service, beside that of `JSON.parse` of the same text.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemClock } from '../../../main/clock.ts';
import { parseBody } from '../../../main/sources/http-body.ts';
import { standingConfiguration } from '../../../main/sources/source-configuration.ts';
import { createSourceService } from '../../../main/sources/source-service.ts';
import { createRunSecrets } from '../../../main/shells/run-secrets.ts';
import { answerBytes } from '../answers.ts';
import { alertmanagerOn, openCoreParts, sourceId, temporaryFolder } from '../core-parts.ts';
import { median, numberText, type Figure } from '../figure.ts';

const rounds = 21;
/** What the compiler needs to see before it settles; a desk polls all night. */
const warmUp = 6;

const spent = (from: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1_000;
};

export const figure: Figure = {
  title: 'unchanged poll of 10,000 alarms, CPU beside JSON.parse of the answer',
  most: 3,
  unit: 'x',
  async measure() {
    const bornAtMs = Date.now();
    // Two answers in turn, of which only the times of sending differ, as in life.
    const answers = [0, 15_000].map((laterMs) =>
      answerBytes({ count: 10_000, bornAtMs, sentAtMs: bornAtMs + laterMs }),
    );
    let bytes = answers[0]!;
    const kind = alertmanagerOn(() => parseBody(bytes, 'application/json', 'prod', String));
    const folder = temporaryFolder();
    const parts = await openCoreParts(folder.path);
    let applied = (_changes: number): void => {};
    const service = createSourceService({
      db: parts.store.db,
      clock: systemClock,
      bus: parts.bus,
      windows: parts.windows,
      settings: standingConfiguration([
        {
          id: sourceId,
          kind: kind.kind,
          name: 'prod',
          isEnabled: true,
          intervalMs: 3_600_000,
          settings: { urls: ['http://prod'] },
          severityMap: {},
        },
      ]),
      secrets: createRunSecrets('A benchmark keeps nothing.'),
      alarms: {
        ...parts.alarms,
        apply(...args) {
          const found = parts.alarms.apply(...args);
          applied(found.length);
          return found;
        },
      },
      kinds: [kind],
    });
    const polled = async (begin: () => void): Promise<number> => {
      const done = new Promise<number>((resolve) => {
        applied = resolve;
      });
      begin();
      const changes = await done;
      // What follows from the answer (health, events to windows) is part of the poll.
      await nextTurn();
      await nextTurn();
      return changes;
    };
    try {
      const first = await polled(() => service.start());
      if (first !== 10_000) throw new Error(`the first poll found ${first} alarms`);
      const ratios: number[] = [];
      const polls: number[] = [];
      const parses: number[] = [];
      for (let round = 0; round < warmUp + rounds; round += 1) {
        bytes = answers[round % 2]!;
        const text = bytes.toString('utf8');
        globalThis.gc?.();
        let from = process.cpuUsage();
        const parsed: unknown = JSON.parse(text);
        const parse = spent(from);
        if (!Array.isArray(parsed)) throw new Error('not a list');
        globalThis.gc?.();
        from = process.cpuUsage();
        const changes = await polled(() => service.poll(sourceId));
        const poll = spent(from);
        if (changes !== 0) throw new Error(`an unchanged poll found ${changes} changes`);
        if (round < warmUp) continue;
        ratios.push(poll / parse);
        polls.push(poll);
        parses.push(parse);
      }
      return {
        values: ratios,
        notes: [
          `${numberText(median(polls))} ms for a poll, ${numberText(median(parses))} ms for JSON.parse, answer of ${numberText(bytes.length / 1e6)} MB`,
        ],
      };
    } finally {
      await service.stop();
      await parts.close();
      folder.remove();
    }
  },
};
