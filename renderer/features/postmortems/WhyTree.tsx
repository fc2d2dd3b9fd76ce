/** The whys: one problem, and below it what made it happen, as often and as broad as it takes. */
import { useLayoutEffect, useRef, useState } from 'react';
import type { Entry } from '../../../preload/contract/incidents.ts';
import type { Why } from '../../../preload/contract/postmortems.ts';
import { toast } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { Kbd } from '../../ui/Kbd.tsx';
import { WhyItem } from './WhyItem.tsx';
import {
  addChild,
  addSibling,
  attach,
  begin,
  change,
  detach,
  move,
  putBack,
  remove,
  subtree,
  treeOrder,
  treeStep,
  type TreeChange,
} from './why-tree.ts';
import classes from './whys.module.css';

export interface WhyTreeProps {
  readonly whys: readonly Why[];
  /** The problem, if nobody began yet. */
  readonly title: string;
  readonly timeline: readonly Entry[];
  /** The why to which evidence goes. */
  readonly cursor: string | null;
  readonly onCursor: (id: string) => void;
  readonly onChange: (to: (whys: Why[]) => Why[]) => void;
}

interface Place {
  readonly id: string;
  readonly isEditing: boolean;
}

const newId = (): string =>
  `why-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;

export function WhyTree(props: WhyTreeProps) {
  const { whys, timeline, onChange } = props;
  const tree = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Place | null>(null);
  /** A new object each time, so that the same place can get the focus again. */
  const [wanted, setWanted] = useState<Place | null>(null);
  const lines = treeOrder(whys);
  const entries = new Map(timeline.map((entry) => [entry.id, entry]));
  const current = lines.some(({ why }) => why.id === place?.id) ? place : null;
  const tabStop = current?.id ?? lines[0]?.why.id;

  const go = (id: string, isEditing = false): void => {
    setPlace({ id, isEditing });
    setWanted({ id, isEditing });
    props.onCursor(id);
  };
  useLayoutEffect(() => {
    if (wanted === null) return;
    const item = tree.current?.querySelector<HTMLElement>(`[data-why="${CSS.escape(wanted.id)}"]`);
    (wanted.isEditing ? item?.querySelector('textarea') : item)?.focus();
  }, [wanted]);

  const apply = ({ whys: next, cursor }: TreeChange, isEditing: boolean): void => {
    onChange(() => next);
    if (cursor !== null) go(cursor, isEditing);
  };
  const removeWhy = (id: string): void => {
    const before = whys;
    const count = subtree(before, id).size;
    apply(remove(before, id), false);
    toast({
      title: count === 1 ? 'Why removed' : `Why removed, with ${count - 1} below it`,
      undo: () => onChange((now) => putBack(now, before, id)?.whys ?? now),
    });
  };

  return (
    <section className={classes.section} id="part-whys" aria-labelledby="whys-title">
      <div className={classes.head}>
        <h2 id="whys-title">Whys</h2>
        <p>
          Each line answers “why?” for the one above it. <Kbd>Enter</Kbd> asks below,{' '}
          <Kbd>Shift Enter</Kbd> beside, <Kbd>F2</Kbd> edits, <Kbd>Del</Kbd> removes,{' '}
          <Kbd>Alt ↑</Kbd> <Kbd>Alt ↓</Kbd> move, arrows walk.
        </p>
      </div>
      {lines.length === 0 ? (
        <Button onClick={() => apply(begin(newId(), props.title), true)}>
          Begin with the problem
        </Button>
      ) : (
        <div ref={tree} role="tree" aria-label="Whys" className={classes.tree}>
          {lines.map((line) => {
            const { id } = line.why;
            return (
              <WhyItem
                key={id}
                line={line}
                evidence={line.why.evidence.flatMap((entryId) => entries.get(entryId) ?? [])}
                isTabStop={id === tabStop}
                isCursor={id === props.cursor}
                isEditing={current?.id === id && current.isEditing}
                onFocus={() => {
                  if (place?.id !== id) setPlace({ id, isEditing: false });
                  if (props.cursor !== id) props.onCursor(id);
                }}
                onEdit={() => go(id, true)}
                onLeave={() => go(id)}
                onStep={(key) => go(treeStep(lines, id, key))}
                onText={(text) => onChange((now) => change(now, id, { text }))}
                onAddChild={() => apply(addChild(whys, id, newId()), true)}
                onAddSibling={() => apply(addSibling(whys, id, newId()), true)}
                onRemove={() => removeWhy(id)}
                onMove={(by) => apply(move(whys, id, by), false)}
                onAttach={(entryId) => onChange((now) => attach(now, id, entryId))}
                onDetach={(entryId) => onChange((now) => detach(now, id, entryId))}
              />
            );
          })}
        </div>
      )}
    </section>
  );
}
