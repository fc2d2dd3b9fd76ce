/** The file changed on disk while it was edited: both texts, and nothing lost. */
import { useState } from 'react';
import type { TextConflict } from '../../../preload/contract/editing.ts';
import { Button } from '../../ui/Button.tsx';
import { ConflictPart, type Choice } from '../../ui/ConflictPart.tsx';
import { chosenText, contestedParts } from './conflict-text.ts';
import classes from '../../ui/conflict.module.css';

export interface ConflictProps {
  readonly conflict: TextConflict;
  /** As it stands in the editor now: typing goes on. */
  readonly mine: string;
  readonly onChoose: (text: string) => void;
}

export function Conflict({ conflict, mine, onChoose }: ConflictProps) {
  const [choices, setChoices] = useState<Readonly<Record<number, Choice>>>({});
  const isGone = conflict.version === '';
  const contested = contestedParts(conflict.parts);
  const { merged } = conflict;
  // The parts are of the text that was compared; what was typed since would be lost with them.
  const isCurrent = mine === conflict.mine;
  return (
    <section className={classes.conflict} aria-label="Changed on disk" role="alert">
      <h2>
        {isGone
          ? 'The file was deleted while you edited it.'
          : 'The file was changed by somebody else while you edited it.'}
      </h2>
      <p>
        {isGone
          ? 'Your text is below, and kept. Write it again, or give it up.'
          : merged !== null
            ? 'Nothing is lost: you changed different lines, so both changes fit together.'
            : 'Nothing is lost: both texts are here, yours is also below. Choose where both of you changed the same lines; the rest is put together.'}
      </p>
      {!isGone &&
        merged === null &&
        isCurrent &&
        contested.map(({ index, after, ...part }, count) => (
          <ConflictPart
            key={index}
            {...part}
            label={
              after === ''
                ? `Place ${count + 1}, at the beginning`
                : `Place ${count + 1}, after “${after.slice(0, 60)}”`
            }
            isContested
            options={['theirs', 'mine', 'both']}
            choice={choices[index] ?? 'both'}
            onChoose={(choice) => setChoices({ ...choices, [index]: choice })}
          />
        ))}
      <div className={classes.buttons}>
        {!isGone && isCurrent && (
          <Button kind="primary" onClick={() => onChoose(merged ?? chosenText(conflict, choices))}>
            {merged === null ? 'Save it like this' : 'Save both changes'}
          </Button>
        )}
        <Button onClick={() => onChoose(mine)}>
          {isGone ? 'Write it again' : 'Keep all of mine'}
        </Button>
        {!isGone && <Button onClick={() => onChoose(conflict.theirs)}>Keep all of theirs</Button>}
      </div>
    </section>
  );
}
