/** The filter: typed text with its tokens drawn, what cannot be understood below it, and the grouping. */
import { Menu, Modal, TextInput } from '@mantine/core';
import { ChevronDown, X } from 'lucide-react';
import { useMemo, useRef, useState, type RefObject } from 'react';
import { Button } from '../../ui/Button.tsx';
import { DialogButtons } from '../../ui/Dialog.tsx';
import { Kbd } from '../../ui/Kbd.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { filterParts } from './filter-parts.ts';
import classes from './filter-bar.module.css';

interface Problem {
  readonly token: string;
  readonly message: string;
}

export interface FilterBarProps {
  readonly query: string;
  readonly groupBy: string;
  readonly problems: readonly Problem[];
  /** Labels that the alarm under the cursor has: what one may want to group by. */
  readonly labels: readonly string[];
  readonly inputRef: RefObject<HTMLInputElement | null>;
  readonly onQuery: (query: string) => void;
  readonly onGroupBy: (groupBy: string) => void;
  /** Down from the field, back to the list. */
  readonly onLeave: () => void;
}

export function FilterBar(props: FilterBarProps) {
  const { query, problems, inputRef } = props;
  const under = useRef<HTMLDivElement>(null);
  const parts = useMemo(
    () => filterParts(query, new Set(problems.map(({ token }) => token))),
    [query, problems],
  );
  return (
    <div className={classes.bar}>
      <div className={classes.field}>
        <Kbd>/</Kbd>
        <div className={classes.typing}>
          <div ref={under} className={classes.under} aria-hidden="true">
            {parts.map((part, index) => (
              <span key={index} data-kind={part.kind}>
                {part.text}
              </span>
            ))}
          </div>
          <input
            ref={inputRef}
            className={classes.input}
            value={query}
            maxLength={2_000}
            spellCheck={false}
            autoComplete="off"
            aria-label="Filter alarms"
            aria-describedby={problems.length > 0 ? 'filter-problems' : undefined}
            placeholder="Filter: checkout severity>=high -status:suppressed"
            onChange={(event) => props.onQuery(event.currentTarget.value)}
            onScroll={(event) => {
              if (under.current !== null) under.current.scrollLeft = event.currentTarget.scrollLeft;
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' && event.key !== 'Enter' && event.key !== 'ArrowDown')
                return;
              event.preventDefault();
              event.stopPropagation();
              props.onLeave();
            }}
          />
        </div>
        {query !== '' && (
          <button
            type="button"
            className={classes.clear}
            aria-label="Clear the filter"
            onClick={() => {
              props.onQuery('');
              inputRef.current?.focus();
            }}
          >
            <X aria-hidden="true" />
          </button>
        )}
      </div>
      <GroupMenu {...props} />
      {problems.length > 0 && (
        <ul id="filter-problems" className={classes.problems} role="status">
          {problems.slice(0, 3).map(({ token, message }, index) => (
            <li key={index}>
              <code>{visibleText(token, true).slice(0, 60)}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const groupings = ['service', 'severity', 'source', 'status', 'none'];
const shownLabels = 12;

function GroupMenu({
  groupBy,
  labels,
  onGroupBy,
}: Pick<FilterBarProps, 'groupBy' | 'labels' | 'onGroupBy'>) {
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <Button isSmall>
            Group: {visibleText(groupBy, true).slice(0, 30)}
            <ChevronDown aria-hidden="true" />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {groupings.map((name) => (
            <Menu.Item key={name} onClick={() => onGroupBy(name)}>
              {name === 'none' ? 'No groups' : `By ${name}`}
            </Menu.Item>
          ))}
          {labels.length > 0 && <Menu.Label>By a label of the alarm</Menu.Label>}
          {labels.slice(0, shownLabels).map((name) => (
            <Menu.Item key={name} onClick={() => onGroupBy(name)}>
              {visibleText(name, true).slice(0, 60)}
            </Menu.Item>
          ))}
          <Menu.Item onClick={() => setIsAsking(true)}>By another label…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <OtherLabel isOpen={isAsking} onClose={() => setIsAsking(false)} onGroupBy={onGroupBy} />
    </>
  );
}

function OtherLabel({
  isOpen,
  onClose,
  onGroupBy,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onGroupBy: (groupBy: string) => void;
}) {
  const [name, setName] = useState('');
  return (
    <Modal opened={isOpen} onClose={onClose} title="Group by a label">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() === '') return;
          onGroupBy(name.trim());
          setName('');
          onClose();
        }}
      >
        <TextInput
          label="Name of the label"
          placeholder="cluster"
          value={name}
          maxLength={200}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isSubmit disabled={name.trim() === ''}>
            Group
          </Button>
        </DialogButtons>
      </form>
    </Modal>
  );
}
