/**
 * Runs commands of runbooks on this computer: only what a person was shown, only where they switched it on, once each.
 *
 * A preview is remembered under its digest. Starting looks at everything again: a runbook that was edited meanwhile, another
 * label, another answer make another command, and that one was not shown.
 */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import type { AlarmId, IncidentId, RunId } from '../../../preload/contract/common.ts';
import type { CommandPart } from '../../../preload/contract/runbooks.ts';
import type {
  Execution,
  ExecutionEvent,
  ExecutionId,
  ExecutionPreview,
} from '../../../preload/contract/running.ts';
import type { Bus } from '../../bus.ts';
import { toInstant, type Clock } from '../../clock.ts';
import type { Windows } from '../../desk/windows.ts';
import { AppError, errorText, notFound } from '../../errors.ts';
import { createLogger } from '../../logging.ts';
import type { WritableDb } from '../../store/database.ts';
import type { Language } from '../model.ts';
import { isDestructive } from '../destructive.ts';
import { confirmationOf, isConfirmed } from './danger.ts';
import { createExecutionStore, type StoredExecution } from './execution-store.ts';
import { createLive, type Live } from './live.ts';
import { missingWords } from './missing-words.ts';
import { shortened } from './output.ts';
import type { Ended } from './process.ts';
import { maskText, secretsOfParts } from './secrets.ts';
import { environmentFor, secretsOfEnvironment, type Machine } from './shells.ts';
import type { Terminals } from './terminal.ts';
import { thisMachine } from './this-machine.ts';
import { createShown } from './shown.ts';
import { unsetVariables } from './unset-variables.ts';
import { wayOf } from './ways.ts';
import { endWords, viewOf } from './words.ts';

const log = createLogger('running');

export interface WhichCommand {
  readonly runId: RunId;
  readonly stepId: string;
  readonly command: number;
}

/** A command of a run, filled in as it would be copied now. */
export interface RunCommand {
  readonly alarmId: AlarmId | null;
  readonly incidentId: IncidentId | null;
  readonly runbookTitle: string;
  /** Under which running it is switched on. */
  readonly switchName: string;
  readonly stepNumber: number;
  readonly quoting: Language;
  readonly language: string;
  readonly parts: readonly CommandPart[];
  readonly text: string;
  readonly expected: string | null;
}

export interface RunningDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly windows: Windows;
  readonly runs: { commandOf(which: WhichCommand): RunCommand };
  readonly settings: { current(): { readonly commandTimeoutMs: number } };
  /** Secrets of configured sources, which a command may print. */
  readonly secrets?: () => readonly string[];
  /** How the system would route an address. */
  readonly findProxy?: (url: string) => Promise<string | null>;
  /** What gives commands a terminal, where there is one. */
  readonly terminals?: Terminals | null;
  /** This computer; a test has its own. */
  readonly machine?: Machine;
}

const switchPrefix = 'run steps of ';
const mostRunning = 8;
/** What is printed is on the disk this much later. */
const keepEveryMs = 1_000;
const longestText = 20_000;

const pause = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, keepEveryMs);
  });

export type RunningService = ReturnType<typeof createRunningService>;

export function createRunningService(deps: RunningDeps) {
  const { db, clock, bus, windows, runs, settings } = deps;
  const machine = deps.machine ?? thisMachine;
  const store = createExecutionStore(db);
  const shown = createShown<WhichCommand>(clock);
  const live = new Map<ExecutionId, Live>();
  let isClosed = false;

  const isOn = (folder: string): boolean => store.switches(switchPrefix).includes(folder);
  const keyOf = ({ runId, stepId, command }: WhichCommand): string =>
    JSON.stringify([runId, stepId, command]);
  const isRunning = (which: WhichCommand): boolean =>
    [...live.values()].some(({ key }) => key === keyOf(which));

  type Problem = NonNullable<ExecutionPreview['problem']>;

  /** Everything that is shown, but for the digest. */
  function look(which: WhichCommand) {
    const command = runs.commandOf(which);
    const terminals = deps.terminals?.isUsable === true ? deps.terminals : null;
    const way = wayOf(command, { machine, terminals, findProxy: deps.findProxy });
    const hasTerminal = !('why' in way) && way.hasTerminal;
    const environment = environmentFor(machine, hasTerminal);
    const { text } = command;
    const because = (why: string, next: string, switchOn: string | null = null): Problem => ({
      text: why,
      next,
      switchOn,
    });
    const problem = (): Problem | null => {
      const missing = missingWords(command.parts);
      if (missing !== null) return because(missing, 'Fill it in first.');
      if ('why' in way) return because(way.why, way.next);
      if (text.includes('\u0000')) return because('It holds a NUL character.', 'Copy it instead.');
      if (text.length > longestText) {
        return because('It is too long to be read before it runs.', 'Copy it instead.');
      }
      const unset = command.quoting === 'sh' ? unsetVariables(text, environment) : [];
      if (unset.length > 0) {
        const names = unset.map((name) => `$${name}`).join(', ');
        return because(
          `${names} ${unset.length === 1 ? 'has' : 'have'} no value here: each command runs in a shell of its own, and what an earlier step set is gone.`,
          'Copy this one, and run it in the terminal in which you ran the steps before.',
        );
      }
      if (isRunning(which)) return because('It is running already.', 'Wait, or stop it.');
      if (live.size >= mostRunning) {
        return because(`${live.size} commands are running already.`, 'Wait, or stop one of them.');
      }
      if (!isOn(command.switchName)) {
        return because(
          `Running commands is switched off for the runbooks of ${command.switchName}.`,
          'Switch it on here, or copy the command.',
          command.switchName,
        );
      }
      return null;
    };
    const seen: Omit<ExecutionPreview, 'digest' | 'problem'> = {
      kind: 'why' in way ? 'shell' : way.kind,
      text,
      shell: 'why' in way ? '' : way.shown,
      folder: homedir(),
      environmentNames: Object.keys(environment).toSorted(),
      timeoutMs: settings.current().commandTimeoutMs,
      hasTerminal,
      isDestructive: isDestructive(text),
      confirm: confirmationOf(text, command.parts),
      expected: command.expected,
    };
    return { command, way: 'why' in way ? null : way, environment, seen, problem: problem() };
  }

  const contentOf = (which: WhichCommand, seen: object): string =>
    createHash('sha256')
      .update(JSON.stringify([keyOf(which), seen]))
      .digest('hex');

  const stored = (id: ExecutionId): StoredExecution => {
    const execution = store.get(id);
    if (execution === undefined) throw notFound('This command');
    return execution;
  };

  /** In one transaction: how it ended, the last of its output, and the lines that tell it elsewhere. */
  function finish(id: ExecutionId, of: RunCommand | null, ended: Ended | null): void {
    const printed = live.get(id);
    db.transaction(() => {
      const last = printed?.last() ?? '';
      if (last !== '') store.addOutput(id, last);
      store.end(id, {
        state: ended?.state ?? 'unknown',
        exitCode: ended?.exitCode ?? null,
        note: ended?.note ?? '',
        endedAt: ended === null ? null : toInstant(clock.now()),
      });
      const execution = stored(id);
      const { alarmId, incidentId } = of ?? whose(execution);
      bus.emit('command.ran', {
        executionId: id,
        runId: execution.runId,
        alarmId,
        incidentId,
        number: execution.stepNumber,
        how: endWords(execution),
        command: execution.text,
        output: shortened(store.output(id)),
        at: Date.parse(execution.startedAt),
      });
      db.afterCommit(() => windows.changed('runs', [execution.runId]));
    });
  }

  /** The run may be without its document by now, and still belongs to its alarm. */
  const ownerOf = db.read<
    { alarmId: AlarmId | null; incidentId: IncidentId | null },
    { id: number }
  >('SELECT alarm_id AS alarmId, incident_id AS incidentId FROM run WHERE id = @id');
  const whose = ({ runId }: StoredExecution) =>
    ownerOf.get({ id: runId }) ?? { alarmId: null, incidentId: null };

  /** Begins with a row, so that a crash at any later moment leaves a trace. */
  function begin(which: WhichCommand, looked: ReturnType<typeof look>): Execution {
    const { command, way, environment, seen } = looked;
    if (way === null) throw new Error('started what cannot be');
    const secrets = [
      ...secretsOfEnvironment(environment),
      ...secretsOfParts(command.parts),
      ...(deps.secrets?.() ?? []),
    ];
    const id = db.transaction(() => {
      const added = store.add({
        ...which,
        stepNumber: command.stepNumber,
        text: maskText(command.text, secrets),
        shell: seen.shell,
        folder: seen.folder,
        startedAt: toInstant(clock.now()),
      });
      db.afterCommit(() => windows.changed('runs', [which.runId]));
      return added;
    });
    const printed = createLive({ key: keyOf(which), secrets });
    live.set(id, printed);
    const child = way.begin(command.text, {
      folder: seen.folder,
      environment,
      timeoutMs: seen.timeoutMs,
      onOutput: (stream, chunk) => printed.take(stream, chunk),
    });
    printed.setChild(child);
    try {
      store.setPid(id, child.pid);
    } catch (error) {
      // It runs, whatever the disk says: to answer that it did not would be a lie.
      log.warn('the number of a process could not be kept', { execution: id, error });
    }
    log.info('command started', { execution: id, run: which.runId });
    const keeper = setInterval(() => {
      try {
        printed.keepNew((more) => store.addOutput(id, more));
      } catch (error) {
        log.warn('output could not be kept yet', { execution: id, error });
      }
    }, keepEveryMs);
    const settle = async (): Promise<void> => {
      const ended = await child.ended;
      clearInterval(keeper);
      printed.end();
      const isOurs = isClosed && ended.state === 'stopped';
      const told = isOurs ? { ...ended, note: 'Nightdesk was closed.' } : ended;
      await keepEnd(id, command, told);
      live.delete(id);
      printed.close();
      log.info('command ended', { execution: id, state: ended.state, exitCode: ended.exitCode });
    };
    printed.done = settle();
    return viewOf(stored(id), printed.takesInput());
  }

  /** While a full disk takes nothing, the output stays in sight and is kept as soon as there is room. */
  async function keepEnd(id: ExecutionId, command: RunCommand, ended: Ended): Promise<void> {
    try {
      finish(id, command, ended);
    } catch (error) {
      // The row still says that it runs; if nothing else comes, the next start says what is known.
      log.error('end of a command could not be kept yet', { execution: id, error });
      if (isClosed) return;
      await pause();
      await keepEnd(id, command, ended);
    }
  }

  const view = (execution: StoredExecution): Execution =>
    viewOf(execution, live.get(execution.id)?.takesInput());

  return {
    /** Names of the runbook sources for which it is switched on. */
    sources: (): { on: string[] } => ({ on: store.switches(switchPrefix) }),

    /** By the person, at this computer. */
    setSource(folder: string, on: boolean): { on: string[] } {
      db.transaction(() => {
        store.setSwitch(`${switchPrefix}${folder}`, on, toInstant(clock.now()));
        db.afterCommit(() => {
          windows.changed('settings');
          windows.changed('runs');
        });
      });
      return { on: store.switches(switchPrefix) };
    },

    preview(which: WhichCommand): ExecutionPreview {
      const { seen, problem } = look(which);
      if (problem !== null) return { ...seen, problem, digest: null };
      const digest = shown.add(which, contentOf(which, seen));
      return { ...seen, problem, digest };
    },

    /** @throws AppError */
    start(digest: string, typed: string): Execution {
      const known = shown.get(digest);
      if (known === undefined || isClosed) {
        throw new AppError('conflict', 'This was looked at too long ago, or was started already.', {
          next: 'Look at the command once more, then run it.',
        });
      }
      const looked = look(known.which);
      const { problem, seen } = looked;
      if (problem !== null) {
        throw new AppError('conflict', problem.text, { next: problem.next });
      }
      if (contentOf(known.which, seen) !== known.content) {
        shown.forget(digest);
        throw new AppError('conflict', 'The command is another one by now.', {
          next: 'Look at it once more, then run it.',
        });
      }
      if (!isConfirmed(seen.confirm, typed)) {
        throw new AppError('input.invalid', 'That is not what had to be typed.', {
          next: `Type ${seen.confirm?.typed ?? ''} exactly, or leave it.`,
        });
      }
      // Once: a key that is pressed twice must not run it twice.
      shown.forget(digest);
      return begin(known.which, looked);
    },

    async *watch(id: ExecutionId, signal?: AbortSignal): AsyncGenerator<ExecutionEvent, void> {
      const printed = live.get(id);
      if (printed === undefined) {
        const execution = stored(id);
        yield { type: 'output', keep: 0, text: store.output(id) };
        yield { type: 'ended', execution: viewOf(execution) };
        return;
      }
      for await (const event of printed.follow(signal)) yield event;
      if (signal?.aborted !== true) yield { type: 'ended', execution: viewOf(stored(id)) };
    },

    stop(id: ExecutionId): void {
      stored(id);
      live.get(id)?.stop();
    },

    /** @throws AppError when it takes no input, or not any more. */
    typeLine(id: ExecutionId, line: string | null, isSecret: boolean): void {
      stored(id);
      const printed = live.get(id);
      if (printed?.takesInput() !== true) {
        throw new AppError('conflict', 'This command takes no input any more.', {
          next: 'Look at what it printed.',
        });
      }
      printed.typeLine(line, isSecret);
    },

    list: (runId: RunId): Execution[] => store.ofRun(runId).map(view),

    get(id: ExecutionId): { execution: Execution; output: string } {
      const execution = stored(id);
      const printed = live.get(id);
      return { execution: view(execution), output: printed?.text() ?? store.output(id) };
    },

    /** What ran when Nightdesk itself ended: nobody saw how that went on. */
    begin(): void {
      for (const { id } of store.open()) {
        try {
          finish(id, null, null);
        } catch (error) {
          log.error('a command of the last time could not be settled', {
            reason: errorText(error),
          });
        }
      }
    },

    /** Ends what runs, and keeps how far it came. */
    async close(): Promise<void> {
      isClosed = true;
      const all = [...live.values()];
      for (const printed of all) printed.stop();
      await Promise.all(all.map((printed) => printed.done));
    },
  };
}
