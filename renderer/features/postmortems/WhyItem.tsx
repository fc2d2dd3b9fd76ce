/** One why: its text, its evidence, and what can be asked from here. */
import { CornerDownRight, Plus, Trash2, X } from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';
import type { Entry } from '../../../preload/contract/incidents.ts';
import { Button } from '../../ui/Button.tsx';
import { useTimeZone } from '../../ui/clock.ts';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { clockText } from '../../ui/time-text.ts';
import { entryType } from './EvidenceCard.tsx';
import type { TreeKey, WhyLine } from './why-tree.ts';
import classes from './whys.module.css';

export interface WhyItemProps {
  readonly line: WhyLine;
  readonly evidence: readonly Entry[];
  readonly isTabStop: boolean;
  readonly isCursor: boolean;
  readonly isEditing: boolean;
  readonly onFocus: () => void;
  readonly onEdit: () => void;
  readonly onLeave: () => void;
  readonly onStep: (key: TreeKey) => void;
  readonly onText: (text: string) => void;
  readonly onAddChild: () => void;
  readonly onAddSibling: () => void;
  readonly onRemove: () => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onAttach: (entryId: number) => void;
  readonly onDetach: (entryId: number) => void;
}

const treeKeys: ReadonlySet<string> = new Set<TreeKey>([
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'Home',
  'End',
]);

/** The one behind the key, or null where it means nothing here. */
function commandOf(props: WhyItemProps, event: KeyboardEvent): (() => void) | null {
  const { key } = event;
  if (key === 'Enter') return event.shiftKey ? props.onAddSibling : props.onAddChild;
  if (event.altKey && key === 'ArrowUp') return () => props.onMove(-1);
  if (event.altKey && key === 'ArrowDown') return () => props.onMove(1);
  if (treeKeys.has(key)) return () => props.onStep(key as TreeKey);
  if (key === 'Delete') return props.onRemove;
  return key === 'F2' || key === ' ' ? props.onEdit : null;
}

const deepest = 12;

export function WhyItem(props: WhyItemProps) {
  const { line, isTabStop, isEditing } = props;
  const { why, depth, place, siblings } = line;
  const [isOver, setIsOver] = useState(false);
  const tab = isTabStop ? 0 : -1;
  return (
    <div
      role="treeitem"
      data-why={why.id}
      className={classes.why}
      aria-level={depth + 1}
      aria-posinset={place}
      aria-setsize={siblings}
      aria-selected={props.isCursor}
      tabIndex={tab}
      data-over={isOver || undefined}
      style={{ paddingLeft: Math.min(depth, deepest) * 22 }}
      onFocus={props.onFocus}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return;
        const command = commandOf(props, event);
        if (command === null) return;
        event.preventDefault();
        event.stopPropagation();
        command();
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(entryType)) return;
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        setIsOver(false);
        const id = Number(event.dataTransfer.getData(entryType));
        if (!Number.isInteger(id) || id <= 0) return;
        event.preventDefault();
        props.onAttach(id);
      }}
    >
      <div className={classes.line}>
        <span className={classes.branch} aria-hidden="true">
          {depth === 0 ? '●' : '└'}
        </span>
        {isEditing ? (
          <TextField {...props} />
        ) : (
          // The keyboard edits with F2, on the item.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
          <span
            className={classes.text}
            data-empty={why.text.trim() === '' || undefined}
            onClick={props.onEdit}
          >
            {why.text.trim() === '' ? (
              'Not written yet'
            ) : (
              <ForeignText text={why.text} max={1_000} />
            )}
          </span>
        )}
        <span className={classes.buttons}>
          <Button kind="quiet" isSmall tabIndex={tab} onClick={props.onAddChild}>
            <CornerDownRight aria-hidden="true" />
            Why?
          </Button>
          {depth > 0 && (
            <Button
              kind="quiet"
              isSmall
              tabIndex={tab}
              aria-label="Another why beside this one"
              title="Another why beside this one"
              onClick={props.onAddSibling}
            >
              <Plus aria-hidden="true" />
            </Button>
          )}
          <Button
            kind="quiet"
            isSmall
            tabIndex={tab}
            aria-label="Remove this why"
            title="Remove this why"
            onClick={props.onRemove}
          >
            <Trash2 aria-hidden="true" />
          </Button>
        </span>
      </div>
      {props.evidence.length > 0 && <Evidence {...props} tab={tab} />}
    </div>
  );
}

function TextField(props: WhyItemProps) {
  const { text } = props.line.why;
  return (
    <textarea
      className={classes.field}
      aria-label={props.line.depth === 0 ? 'The problem' : 'Why'}
      placeholder={props.line.depth === 0 ? 'The problem' : 'Because…'}
      rows={1}
      maxLength={5_000}
      value={text}
      onChange={(event) => props.onText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        const command =
          event.key === 'Enter'
            ? event.shiftKey
              ? props.onAddSibling
              : props.onAddChild
            : event.key === 'Escape' || event.key === 'F2'
              ? props.onLeave
              : event.key === 'Backspace' && text === ''
                ? props.onRemove
                : null;
        if (command === null) return;
        event.preventDefault();
        event.stopPropagation();
        command();
      }}
    />
  );
}

function Evidence(props: WhyItemProps & { readonly tab: number }) {
  const zone = useTimeZone();
  return (
    <ul className={classes.evidence} aria-label="Evidence">
      {props.evidence.map((entry) => (
        <li key={entry.id}>
          <time dateTime={entry.at}>{clockText(entry.at, zone, true)}</time>{' '}
          <ForeignText text={entry.text} isOneLine max={120} />
          <button
            type="button"
            tabIndex={props.tab}
            aria-label={`Take this evidence away: ${clockText(entry.at, zone, true)}`}
            onClick={() => props.onDetach(entry.id)}
          >
            <X aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}
