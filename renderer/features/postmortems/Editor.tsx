/** The editor of a postmortem: its parts, and where evidence goes that is inserted now. */
import { useCallback, useRef, useState } from 'react';
import type { Entry } from '../../../preload/contract/incidents.ts';
import type { Postmortem, PostmortemText } from '../../../preload/contract/postmortems.ts';
import { client } from '../../api/client.ts';
import { saveFile } from '../../api/files.ts';
import type { Action } from '../../app/actions/action.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { toast } from '../../app/toasts.tsx';
import { incidentState } from '../../ui/incident-words.ts';
import { ActionsCard } from './ActionsCard.tsx';
import { Conflict } from './Conflict.tsx';
import { EditorHead } from './EditorHead.tsx';
import { EvidenceCard } from './EvidenceCard.tsx';
import { evidenceText, insertAt } from './evidence-text.ts';
import { FindingsCard } from './FindingsCard.tsx';
import {
  afterWhys,
  impactPart,
  mitigationPart,
  summaryPart,
  textParts,
  type Part,
} from './parts.ts';
import { Spans } from './Spans.tsx';
import { TextPart } from './TextPart.tsx';
import { useEditing } from './use-editing.ts';
import { WhyTree } from './WhyTree.tsx';
import { attach } from './why-tree.ts';
import classes from './postmortem.module.css';

/** Where evidence goes: into a part at its cursor, or to a why. */
export type Target =
  | { readonly kind: 'part'; readonly name: Part['name'] }
  | { readonly kind: 'why'; readonly id: string };

export function Editor({ postmortem }: { readonly postmortem: Postmortem }) {
  const { incident, timeline, findings } = postmortem;
  const { editing, change, flush, choose } = useEditing(postmortem);
  const { text } = editing;
  const [target, setTarget] = useState<Target>({ kind: 'part', name: 'summary' });
  const [isPreview, setIsPreview] = useState(false);
  const fields = useRef(new Map<Part['name'], HTMLTextAreaElement>());
  const touched = useRef(new Set<Part['name']>());

  const actions: readonly Action[] = [
    {
      id: 'postmortem.export',
      label: 'Export as Markdown',
      group: 'Postmortem',
      keys: ['e'],
      async run() {
        await flush();
        const place = await saveFile(await client.postmortems.export({ incidentId: incident.id }));
        if (place !== null) toast({ title: 'Exported', text: place });
      },
    },
    {
      id: 'postmortem.preview',
      label: isPreview ? 'Write' : 'Preview',
      group: 'Postmortem',
      keys: ['v'],
      run: () => setIsPreview(!isPreview),
    },
    {
      id: 'postmortem.understand',
      label: 'Understood',
      group: 'Postmortem',
      keys: ['w'],
      when: () => incidentState(incident.times) === 'resolved',
      async run() {
        await client.incidents.understand({ id: incident.id });
        toast({
          title: 'Understood',
          undo: async () => {
            const { summary } = await client.incidents.get({ id: incident.id });
            if (summary.times.understoodAt !== null) {
              await client.incidents.reopen({ id: incident.id });
            }
          },
        });
      },
    },
  ];
  useActions(actions);

  const insert = (entry: Entry): void => {
    if (target.kind === 'why') {
      change(({ whys }) => ({ whys: attach(whys, target.id, entry.id) }));
      return;
    }
    const field = fields.current.get(target.name);
    const isTouched = touched.current.has(target.name);
    insertInto(
      target.name,
      entry,
      isTouched && field !== undefined ? field.selectionStart : text[target.name].length,
    );
  };
  const insertInto = (name: Part['name'], entry: Entry, cursor: number): void => {
    const field = fields.current.get(name);
    const after = insertAt(text[name], cursor, evidenceText(entry));
    if (field === undefined || !typeInto(field, after.place, after.text)) {
      change(() => ({ [name]: after.text }));
    }
  };

  const part = (one: Part) => (
    <TextPart
      key={one.name}
      part={one}
      value={text[one.name]}
      isPreview={isPreview}
      isTarget={target.kind === 'part' && target.name === one.name}
      onChange={(value) => change(() => ({ [one.name]: value }))}
      onFocus={() => {
        touched.current.add(one.name);
        setTarget({ kind: 'part', name: one.name });
      }}
      onDropEntry={(entryId, place) => {
        const entry = timeline.find(({ id }) => id === entryId);
        if (entry !== undefined) insertInto(one.name, entry, place);
      }}
      register={(field) => {
        if (field === null) fields.current.delete(one.name);
        else fields.current.set(one.name, field);
      }}
    >
      {one.name === 'impact' && <Spans spans={postmortem.spans} />}
    </TextPart>
  );
  const changeWhys = useCallback(
    (to: (whys: PostmortemText['whys']) => PostmortemText['whys']) =>
      change(({ whys }) => ({ whys: to(whys) })),
    [change],
  );

  return (
    <div className={classes.screen}>
      <EditorHead
        incident={incident}
        title={text.title}
        editing={editing}
        actions={actions}
        onTitle={(title) => change(() => ({ title }))}
        onRetry={() => void flush().catch(() => {})}
      />
      <div className={classes.draft}>
        {editing.theirs !== null && (
          <Conflict
            base={editing.base.text}
            mine={text}
            theirs={editing.theirs}
            onChoose={choose}
          />
        )}
        {[summaryPart, impactPart, mitigationPart].map(part)}
        <WhyTree
          whys={text.whys}
          title={text.title}
          timeline={timeline}
          cursor={target.kind === 'why' ? target.id : null}
          onCursor={(id) => setTarget({ kind: 'why', id })}
          onChange={changeWhys}
        />
        {afterWhys.map(part)}
        <ActionsCard incidentId={incident.id} actions={postmortem.actions} />
      </div>
      <aside className={classes.aside} aria-label="Findings and evidence">
        <FindingsCard findings={findings} incidentId={incident.id} />
        <EvidenceCard timeline={timeline} target={targetText(target, text)} onInsert={insert} />
      </aside>
    </div>
  );
}

/** As if the person typed it, so that their own undo takes it back. Chromium does it; false: it must be set instead. */
function typeInto(field: HTMLTextAreaElement, place: number, wanted: string): boolean {
  field.focus();
  const added = wanted.length - field.value.length;
  field.setSelectionRange(place, place);
  // oxlint-disable-next-line typescript/no-deprecated -- nothing else keeps the field's own undo
  return document.execCommand('insertText', false, wanted.slice(place, place + added));
}

/** `Summary`, or the beginning of the why. */
function targetText(target: Target, text: PostmortemText): string {
  if (target.kind === 'why') {
    const why = text.whys.find(({ id }) => id === target.id);
    return why === undefined
      ? 'the why'
      : `the why “${why.text.slice(0, 60) || 'not written yet'}”`;
  }
  return textParts.find(({ name }) => name === target.name)?.label ?? target.name;
}
