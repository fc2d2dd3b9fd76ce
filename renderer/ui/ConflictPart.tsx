/** One part of two texts that grew from one: both sides in full, and which of them to take. */
import { useId } from 'react';
import { ForeignText } from './ForeignText.tsx';
import classes from './conflict.module.css';

export type Choice = 'mine' | 'theirs' | 'both';

export interface ConflictPartProps {
  readonly label: string;
  readonly mine: string;
  readonly theirs: string;
  /** Both changed it, each in their way. */
  readonly isContested: boolean;
  readonly options: readonly Choice[];
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
}

const choiceWords: Readonly<Record<Choice, string>> = {
  mine: 'Mine',
  theirs: 'Theirs',
  both: 'Both',
};

export function ConflictPart(props: ConflictPartProps) {
  const { label, mine, theirs, choice } = props;
  const name = useId();
  return (
    <fieldset className={classes.part}>
      <legend>
        {label}
        {props.isContested && <span className={classes.contested}>both of you changed it</span>}
      </legend>
      <div className={classes.texts}>
        <Side name="Theirs" text={theirs} isChosen={choice !== 'mine'} />
        <Side name="Mine" text={mine} isChosen={choice !== 'theirs'} />
      </div>
      <div className={classes.options}>
        {props.options.map((option) => (
          <label key={option}>
            <input
              type="radio"
              name={name}
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
