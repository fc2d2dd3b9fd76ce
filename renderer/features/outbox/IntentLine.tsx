/** One intent: what it wants of which source, how far it is, what went wrong, and what can be done. */
import { Link } from 'wouter';
import type { Intent } from '../../../preload/contract/outbox.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { listLine } from '../../app/actions/use-list-keys.ts';
import { useNow } from '../../ui/clock.ts';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { OutcomeMark } from '../../ui/OutcomeMark.tsx';
import { intentFacts, isOpen, stateWords } from './intent-words.ts';
import type { Outbox } from './use-outbox.ts';
import classes from './outbox.module.css';

export interface IntentLineProps {
  readonly intent: Intent;
  readonly outbox: Outbox;
}

export function IntentLine({ intent, outbox }: IntentLineProps) {
  const { state, error } = intent;
  const { word, outcome } = stateWords[state];
  const isCurrent = intent.id === outbox.currentId;
  const choose = (): void => outbox.setCurrent(intent.id);
  return (
    // The line does nothing by itself: it notes which intent the keys mean.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      className={classes.line}
      data-state={state}
      data-current={isCurrent || undefined}
      onFocus={choose}
      onPointerDown={choose}
    >
      <OutcomeMark outcome={outcome}>{word}</OutcomeMark>
      <div className={classes.words}>
        <div className={classes.title}>
          <Title intent={intent} />
        </div>
        <Facts intent={intent} outbox={outbox} />
        {error !== null && (
          <div className={classes.error}>
            <ForeignText text={error} max={600} />
          </div>
        )}
      </div>
      {isOpen(state) && <Buttons intent={intent} outbox={outbox} />}
    </li>
  );
}

function Title({ intent: { title, alarmId } }: { readonly intent: Intent }) {
  const words = <ForeignText text={title} isOneLine />;
  // A silence is about no single alarm; `j` and `k` come to it all the same.
  return alarmId === null ? (
    <span tabIndex={-1} {...listLine}>
      {words}
    </span>
  ) : (
    <Link href={`/alarm/${alarmId}`} {...listLine}>
      {words}
    </Link>
  );
}

function Facts({ intent, outbox }: IntentLineProps) {
  const now = useNow();
  const source = outbox.sourceOf(intent);
  // Until the sources are known, nothing is said of them.
  const known = source ?? (outbox.areSourcesKnown ? undefined : unknownSource);
  return (
    <div className={classes.facts}>
      <ForeignText text={source?.name ?? intent.sourceId} isOneLine max={80} />
      {intentFacts(intent, known, now)
        .map((fact) => ` · ${fact}`)
        .join('')}
    </div>
  );
}

const unknownSource = { isEnabled: true, freshness: 'live' } as const;

function Buttons({ intent, outbox }: IntentLineProps) {
  const { retry, giveUp } = outbox.actionsFor(intent);
  return (
    <div className={classes.buttons}>
      <ActionButton action={retry} label="Retry" isSmall />
      <ActionButton action={giveUp} label="Give up…" kind="quiet" isSmall />
    </div>
  );
}
