/**
 * What people decided about joins: these two are one condition, or they are not. Kept by what the alarms are, not by
 * their identity, so that a decision holds for their next episodes too.
 */
import type { Instant, SourceId } from '../../preload/contract/common.ts';
import type { WritableDb } from '../store/database.ts';

export interface Decided {
  readonly sourceId: SourceId;
  readonly signature: string;
}

export interface JoinDecision {
  readonly state: 'joined' | 'separated';
  readonly at: Instant;
}

interface Row {
  a_source: string;
  a_signature: string;
  b_source: string;
  b_signature: string;
  state: JoinDecision['state'];
  at: string;
}

export interface JoinDecisions {
  readonly size: number;
  between(a: Decided, b: Decided): JoinDecision | null;
  /** Those that a person joined with it. */
  partnersOf(one: Decided): readonly Decided[];
  /** Inside a transaction; null takes back what was decided. */
  decide(a: Decided, b: Decided, decision: JoinDecision | null): void;
  reload(): void;
}

const keyOf = ({ sourceId, signature }: Decided): string => `${sourceId}\n${signature}`;

/** The same pair the same way round, whoever asks. */
const inOrder = (a: Decided, b: Decided): readonly [Decided, Decided] =>
  keyOf(a) <= keyOf(b) ? [a, b] : [b, a];

const pairKey = (a: Decided, b: Decided): string => inOrder(a, b).map(keyOf).join('\n\n');

export function createJoinDecisions(db: WritableDb): JoinDecisions {
  const selectAll = db.read<Row>(
    'SELECT a_source, a_signature, b_source, b_signature, state, at FROM join_decision',
  );
  const upsert = db.write(
    `INSERT INTO join_decision (a_source, a_signature, b_source, b_signature, state, at)
     VALUES (@aSource, @aSignature, @bSource, @bSignature, @state, @at)
     ON CONFLICT (a_source, a_signature, b_source, b_signature)
     DO UPDATE SET state = excluded.state, at = excluded.at`,
  );
  const remove = db.write(
    `DELETE FROM join_decision WHERE a_source = @aSource AND a_signature = @aSignature
        AND b_source = @bSource AND b_signature = @bSignature`,
  );
  const decisions = new Map<string, JoinDecision>();
  const partners = new Map<string, Map<string, Decided>>();

  const keep = (a: Decided, b: Decided, decision: JoinDecision | null): void => {
    const key = pairKey(a, b);
    if (decision === null) decisions.delete(key);
    else decisions.set(key, decision);
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const known = partners.get(keyOf(one)) ?? new Map<string, Decided>();
      partners.set(keyOf(one), known);
      if (decision?.state === 'joined') known.set(keyOf(other), other);
      else known.delete(keyOf(other));
      if (known.size === 0) partners.delete(keyOf(one));
    }
  };

  const reload = (): void => {
    decisions.clear();
    partners.clear();
    for (const row of selectAll.all({})) {
      keep(
        { sourceId: row.a_source as SourceId, signature: row.a_signature },
        { sourceId: row.b_source as SourceId, signature: row.b_signature },
        { state: row.state, at: row.at },
      );
    }
  };
  reload();

  return {
    get size() {
      return decisions.size;
    },
    between: (a, b) => decisions.get(pairKey(a, b)) ?? null,
    partnersOf: (one) => [...(partners.get(keyOf(one))?.values() ?? [])],
    decide(a, b, decision) {
      const [first, second] = inOrder(a, b);
      const pair = {
        aSource: first.sourceId,
        aSignature: first.signature,
        bSource: second.sourceId,
        bSignature: second.signature,
      };
      if (decision === null) remove.run(pair);
      else upsert.run({ ...pair, ...decision });
      keep(a, b, decision);
    },
    reload,
  };
}
