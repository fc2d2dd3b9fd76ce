/**
 * A connector that says nothing of what it logs in with. An upstream may send a login back in whatever it answers, also in an
 * error that came with success (JSON-RPC, GraphQL), and what it says goes to screens, histories and the log.
 */
import type { TestReport } from '../../preload/contract/sources.ts';
import type { Connector, ConnectorActions, PollResult } from './connector.ts';
import { SourceError } from './source-error.ts';

/** A shorter one would tear words apart, and is no secret. */
const shortest = 4;

export function createDiscreet(secrets: readonly string[]) {
  const hidden = secrets
    .filter((secret) => secret.length >= shortest)
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
    // The longest first: one may be a part of another.
    .toSorted((a, b) => b.length - a.length);

  const text = (said: string): string =>
    hidden.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), said);
  const textOrNull = (said: string | null): string | null => (said === null ? null : text(said));

  function error<Thrown>(thrown: Thrown): Thrown | SourceError {
    if (!(thrown instanceof SourceError)) return thrown;
    const { code, message, next, retryAfterMs, isRetryable } = thrown;
    const [said, then] = [text(message), text(next)];
    if (said === message && then === next) return thrown;
    return new SourceError(code, said, { next: then, retryAfterMs, isRetryable });
  }

  async function asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (thrown) {
      throw error(thrown);
    }
  }

  function result(given: PollResult): PollResult {
    const { snapshot, remarks, blind = null } = given;
    const incompleteReason = textOrNull(snapshot.incompleteReason);
    const isSame = incompleteReason === snapshot.incompleteReason;
    return {
      ...given,
      snapshot: isSame ? snapshot : { ...snapshot, incompleteReason },
      remarks: remarks.map(text),
      blind: blind === null ? null : (error(blind) ?? blind),
    };
  }

  const report = ({ isUsable, steps }: TestReport): TestReport => ({
    isUsable,
    steps: steps.map((step) => ({ ...step, text: text(step.text), next: textOrNull(step.next) })),
  });

  /** Inherits what it does not change: some of it is computed when it is asked for. */
  function actionsOf(actions: ConnectorActions): ConnectorActions {
    const changed: Pick<ConnectorActions, 'send' | 'confirm' | 'extend' | 'silences'> = {
      send: (...parts) => asked(actions.send(...parts)),
      confirm: (...parts) => asked(actions.confirm(...parts)),
      extend: (...parts) => asked(actions.extend(...parts)),
      silences: (signal) => asked(actions.silences(signal)),
    };
    return Object.assign(Object.create(actions) as ConnectorActions, changed);
  }

  return {
    connector(connector: Connector): Connector {
      if (hidden.length === 0) return connector;
      const { passed, range, actions } = connector;
      return {
        actions: actions === null ? null : actionsOf(actions),
        poll: async (signal) => result(await asked(connector.poll(signal))),
        test: async (signal) => report(await asked(connector.test(signal))),
        close: () => connector.close(),
        ...(passed === undefined
          ? {}
          : {
              async passed(...parts) {
                const found = await asked(passed.apply(connector, parts));
                return { ...found, incompleteReason: textOrNull(found.incompleteReason) };
              },
            }),
        ...(range === undefined
          ? {}
          : { range: (...parts) => asked(range.apply(connector, parts)) }),
      };
    },
  };
}
