/** Saved from somewhere else meanwhile: both texts, part by part, and nothing lost. */
import { useState } from 'react';
import type { PostmortemText } from '../../../preload/contract/postmortems.ts';
import { Button } from '../../ui/Button.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Moment } from '../../ui/Time.tsx';
import type { Stored } from './autosave.ts';
import { merge, mergeParts, type Choice, type MergePart } from './merge.ts';
import classes from './conflict.module.css';

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
        <PartChoice
          key={part.name}
          part={part}
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

const choiceWords: Readonly<Record<Choice, string>> = {
  mine: 'Mine',
  theirs: 'Theirs',
  both: 'Both',
};

function PartChoice(props: {
  readonly part: MergePart;
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
}) {
  const { part, choice } = props;
  const options: readonly Choice[] = part.canBeBoth
    ? ['theirs', 'mine', 'both']
    : ['theirs', 'mine'];
  return (
    <fieldset className={classes.part}>
      <legend>
        {part.label}
        {part.isContested && <span className={classes.contested}>both of you changed it</span>}
      </legend>
      <div className={classes.texts}>
        <Side name="Theirs" text={part.theirs} isChosen={choice !== 'mine'} />
        <Side name="Mine" text={part.mine} isChosen={choice !== 'theirs'} />
      </div>
      <div className={classes.options}>
        {options.map((option) => (
          <label key={option}>
            <input
              type="radio"
              name={`conflict-${part.name}`}
              checked={choice === option}
              onChange={() => props.onChoose(option)}
            />
            {choiceWords[option]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Side(props: { readonly name: string; readonly text: string; readonly isChosen: boolean }) {
  return (
    <div
      data-chosen={props.isChosen || undefined}
      // A long text scrolls, so the keyboard must reach it.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="group"
      aria-label={props.name}
    >
      <h3>{props.name}</h3>
      <ForeignText text={props.text || 'Nothing written.'} />
    </div>
  );
}
