/** Saved from somewhere else meanwhile: both texts, part by part, and nothing lost. */
import { useState } from 'react';
import type { PostmortemText } from '../../../preload/contract/postmortems.ts';
import { Button } from '../../ui/Button.tsx';
import { ConflictPart, type Choice } from '../../ui/ConflictPart.tsx';
import { Moment } from '../../ui/Time.tsx';
import type { Stored } from './autosave.ts';
import { merge, mergeParts } from './merge.ts';
import classes from '../../ui/conflict.module.css';

export interface ConflictProps {
  readonly base: PostmortemText;
  readonly mine: PostmortemText;
  readonly theirs: Stored;
  readonly onChoose: (text: PostmortemText) => void;
}

/** Where the head leads while nothing is saved. */
export const conflictId = 'conflict';

type Choices = Partial<Record<keyof PostmortemText, Choice>>;

export function Conflict({ base, mine, theirs, onChoose }: ConflictProps) {
  const parts = mergeParts(base, mine, theirs.text);
  const [own, setOwn] = useState<Choices>({});
  const choices: Choices = Object.fromEntries(
    parts.map(({ name, suggestion }) => [name, own[name] ?? suggestion]),
  );
  return (
    <section
      id={conflictId}
      className={classes.conflict}
      aria-label="Saved from somewhere else"
      role="alert"
    >
      <h2>
        This postmortem was saved from another window at <Moment at={theirs.savedAt} />.
      </h2>
      <p>
        Nothing is lost: both texts are here, yours is also below. Choose for each part that
        differs; what only one of you changed is chosen already.
      </p>
      {parts.map((part) => (
        <ConflictPart
          key={part.name}
          label={part.label}
          mine={part.mine}
          theirs={part.theirs}
          isContested={part.isContested}
          options={part.canBeBoth ? ['theirs', 'mine', 'both'] : ['theirs', 'mine']}
          choice={choices[part.name] ?? part.suggestion}
          onChoose={(choice) => setOwn({ ...own, [part.name]: choice })}
        />
      ))}
      <div className={classes.buttons}>
        <Button kind="primary" onClick={() => onChoose(merge(base, mine, theirs.text, choices))}>
          Save it like this
        </Button>
        <Button onClick={() => onChoose(mine)}>Keep all of mine</Button>
        <Button onClick={() => onChoose(theirs.text)}>Keep all of theirs</Button>
      </div>
    </section>
  );
}
