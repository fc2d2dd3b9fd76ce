/** What can be done on the triage screen. One list for buttons, keys, palette and help. */
import { useState } from 'react';
import type { AlarmDetail, AlarmRow } from '../../../preload/contract/alarms.ts';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { client } from '../../api/client.ts';
import { openLink } from '../../api/links.ts';
import type { Action } from '../../app/actions/action.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { navigate } from '../../app/hash-location.ts';
import { toast } from '../../app/toasts.tsx';
import { whileAsked } from './asked.ts';
import type { Triage } from './use-triage.ts';
import { countOf, countText } from '../../ui/count-text.ts';

export type Dialog =
  | { readonly kind: 'silence'; readonly id: AlarmId }
  | { readonly kind: 'comment'; readonly id: AlarmId }
  | { readonly kind: 'resolve'; readonly ids: readonly AlarmId[] }
  | { readonly kind: 'incident'; readonly ids: readonly AlarmId[] }
  /** Many at once: asks first. */
  | { readonly kind: 'acknowledge'; readonly ids: readonly AlarmId[] };

export interface DialogState {
  readonly dialog: Dialog | null;
  readonly open: (dialog: Dialog) => void;
  readonly close: () => void;
}

export function useDialog(): DialogState {
  const [dialog, setDialog] = useState<Dialog | null>(null);
  return { dialog, open: setDialog, close: () => setDialog(null) };
}

/** More than this at once is broad, and shows first what it will touch. */
const broadFrom = 10;
/** More are not one condition. */
const mostJoined = 20;
/** As the built-in view has it. */
const unseenQuery = 'is:unseen';

const alarmsText = (count: number): string => countOf(count, 'alarm');

/** Sends the intents; the list says "acknowledging…" until the source agrees. */
export async function acknowledge(
  ids: readonly AlarmId[],
  { note = '', isOnlyThese = false } = {},
): Promise<void> {
  const { intents, refused } = await whileAsked(ids, () =>
    client.alarms.acknowledge({ ids: [...ids], note, isOnlyThese }),
  );
  const [first] = refused;
  const refusal = first === undefined ? '' : `${alarmsText(refused.length)} not: ${first.why}`;
  if (intents === 0) {
    toast({ title: 'Nothing was acknowledged', text: refusal });
    return;
  }
  toast({
    title: `Acknowledging ${alarmsText(intents)}`,
    text: refusal || 'It shows as acknowledged when the source agrees.',
    undo: async () => {
      await client.alarms.unacknowledge({ ids: [...ids], isOnlyThese });
    },
  });
}

/** Two that no rule joins are one condition all the same, also when they fire again. */
async function join(ids: readonly AlarmId[]): Promise<void> {
  const row = await client.alarms.join({ ids: [...ids] });
  const added = row.origins.find(({ rule }) => rule === 'you')?.alarmId ?? ids.at(-1);
  toast({
    title: `One row for ${alarmsText(ids.length)}`,
    text: 'It shows the worst of them, pages once, and is acknowledged at every source.',
    ...(added === undefined
      ? {}
      : {
          undo: async () => {
            await client.alarms.separate({ id: added });
          },
        }),
  });
}

/** It counts as resolved only when a poll shows it. */
export async function resolve(ids: readonly AlarmId[], note: string): Promise<void> {
  const { intents, refused } = await client.alarms.resolve({ ids: [...ids], note });
  const [first] = refused;
  const refusal = first === undefined ? '' : `${alarmsText(refused.length)} not: ${first.why}`;
  toast(
    intents === 0
      ? { title: 'Nothing was resolved', text: refusal }
      : {
          title: `Resolving ${alarmsText(intents)}`,
          text: refusal || 'It counts as resolved when the source shows it.',
        },
  );
}

async function unacknowledge(ids: readonly AlarmId[]): Promise<void> {
  const { intents, refused } = await client.alarms.unacknowledge({ ids: [...ids] });
  const [first] = refused;
  toast({
    title:
      intents === 0
        ? 'Nothing was taken back'
        : `Taking back the acknowledgement of ${alarmsText(intents)}`,
    ...(first === undefined ? {} : { text: `${alarmsText(refused.length)} not: ${first.why}` }),
  });
}

export interface TriageActions {
  readonly acknowledge: Action;
  readonly unacknowledge: Action;
  readonly silence: Action;
  readonly comment: Action;
  readonly resolve: Action;
  readonly incident: Action;
  readonly open: Action;
  readonly markSeen: Action;
  readonly join: Action;
}

export interface TriageActionsInput {
  readonly triage: Triage;
  readonly row: AlarmRow | undefined;
  readonly detail: AlarmDetail | undefined;
  readonly dialogs: DialogState;
  readonly focusFilter: () => void;
  readonly focusDetail: () => void;
  readonly focusList: () => void;
  /** The focus is on the list or nowhere, so that arrows may move the cursor. */
  readonly isListFocused: () => boolean;
}

export function useTriageActions(input: TriageActionsInput): TriageActions {
  const { triage, row, detail, dialogs } = input;
  const { targets, cursor, marked } = triage;
  const group = 'Alarm';
  const hasTarget = targets.length > 0;
  const isMany = marked.size > 0;
  const inState = (status: AlarmRow['status']): boolean => row?.status === status;
  const own: TriageActions = {
    acknowledge: {
      id: 'alarm.acknowledge',
      label: isMany ? `Acknowledge ${countText(targets.length)}` : 'Acknowledge',
      group,
      keys: ['a'],
      when: () =>
        hasTarget &&
        (isMany ||
          (!inState('acknowledged') &&
            !inState('resolved') &&
            detail?.actions.acknowledge !== false)),
      run: async () => {
        triage.hold.touch();
        if (targets.length > broadFrom) dialogs.open({ kind: 'acknowledge', ids: targets });
        else {
          await acknowledge(targets);
          triage.clearMarks();
        }
      },
    },
    unacknowledge: {
      id: 'alarm.unacknowledge',
      label: 'Take the acknowledgement back',
      group,
      keys: ['Shift+A'],
      when: () => hasTarget && (isMany || inState('acknowledged')),
      run: () => unacknowledge(targets),
    },
    silence: {
      id: 'alarm.silence',
      label: 'Silence',
      group,
      keys: ['s'],
      when: () => cursor !== null && detail?.actions.silence !== false,
      run: () => {
        if (cursor !== null) dialogs.open({ kind: 'silence', id: cursor });
      },
    },
    comment: {
      id: 'alarm.comment',
      label: 'Comment',
      group,
      keys: ['c'],
      when: () => cursor !== null,
      run: () => {
        if (cursor !== null) dialogs.open({ kind: 'comment', id: cursor });
      },
    },
    resolve: {
      id: 'alarm.resolve',
      label: isMany
        ? `Resolve ${countText(targets.length)} at the source`
        : 'Resolve at the source',
      group,
      keys: ['Shift+D'],
      when: () =>
        hasTarget && (isMany || (!inState('resolved') && detail?.actions.resolve === true)),
      run: () => dialogs.open({ kind: 'resolve', ids: targets }),
    },
    incident: {
      id: 'alarm.incident',
      label: isMany
        ? `Incident from ${countText(targets.length)}`
        : row?.incidentId == null
          ? 'Incident'
          : `Incident ${row.incidentId}`,
      group,
      keys: ['i'],
      when: () => hasTarget,
      run: () => {
        if (!isMany && row?.incidentId != null) navigate(`/incidents/${row.incidentId}`);
        else dialogs.open({ kind: 'incident', ids: targets });
      },
    },
    open: {
      id: 'alarm.open',
      label: 'Open at the source',
      group,
      keys: ['o'],
      when: () => detail?.url != null,
      run: async () => {
        if (detail?.url != null) await openLink(detail.url);
      },
    },
    markSeen: {
      id: 'alarm.markSeen',
      label: isMany ? `Mark ${countText(targets.length)} as seen` : 'Mark as seen',
      group,
      keys: ['m'],
      when: () => hasTarget && (isMany || row?.isUnseen === true),
      run: async () => {
        await client.alarms.markSeen({ ids: [...targets] });
        triage.clearMarks();
      },
    },
    join: {
      id: 'alarm.join',
      label: isMany ? `Join ${countText(targets.length)} into one condition` : 'Join marked alarms',
      group,
      keys: ['Shift+O'],
      when: () => marked.size > 1 && marked.size <= mostJoined,
      run: async () => {
        await join(targets);
        triage.clearMarks();
      },
    },
  };
  const moving = 'List';
  useActions([
    ...Object.values(own),
    {
      id: 'list.down',
      label: 'Next alarm',
      group: moving,
      keys: ['j'],
      isKeyOnly: true,
      run: () => triage.move(1),
    },
    {
      id: 'list.up',
      label: 'Previous alarm',
      group: moving,
      keys: ['k'],
      isKeyOnly: true,
      run: () => triage.move(-1),
    },
    {
      id: 'list.arrowDown',
      label: 'Next alarm',
      group: moving,
      keys: ['ArrowDown'],
      isKeyOnly: true,
      when: input.isListFocused,
      run: () => triage.move(1),
    },
    {
      id: 'list.arrowUp',
      label: 'Previous alarm',
      group: moving,
      keys: ['ArrowUp'],
      isKeyOnly: true,
      when: input.isListFocused,
      run: () => triage.move(-1),
    },
    {
      id: 'list.first',
      label: 'First alarm',
      group: moving,
      keys: ['Home'],
      isKeyOnly: true,
      when: input.isListFocused,
      run: () => triage.move(-triage.ids.length),
    },
    {
      id: 'list.last',
      label: 'Last alarm',
      group: moving,
      keys: ['End'],
      isKeyOnly: true,
      when: input.isListFocused,
      run: () => triage.move(triage.ids.length),
    },
    {
      id: 'list.mark',
      label: 'Mark this alarm',
      group: moving,
      keys: ['x'],
      isKeyOnly: true,
      when: () => cursor !== null,
      run: () => {
        if (cursor !== null) triage.toggle(cursor);
      },
    },
    {
      id: 'list.markDown',
      label: 'Mark and go down',
      group: moving,
      keys: ['Shift+J', 'Shift+ArrowDown'],
      isKeyOnly: true,
      run: () => triage.move(1, true),
    },
    {
      id: 'list.markUp',
      label: 'Mark and go up',
      group: moving,
      keys: ['Shift+K', 'Shift+ArrowUp'],
      isKeyOnly: true,
      run: () => triage.move(-1, true),
    },
    {
      id: 'list.markAll',
      label: `Mark all ${countText(triage.ids.length)} matching`,
      group: moving,
      keys: ['$mod+a'],
      when: () => triage.ids.length > 0,
      run: triage.markAll,
    },
    {
      id: 'list.clear',
      label: 'Clear the marks',
      group: moving,
      keys: ['Escape'],
      run: () => {
        triage.clearMarks();
        input.focusList();
      },
    },
    {
      id: 'list.unseen',
      label:
        triage.place.query === unseenQuery
          ? 'Every alarm again'
          : 'What happened while nobody looked',
      group: moving,
      keys: ['Shift+U'],
      run: () => triage.setQuery(triage.place.query === unseenQuery ? '' : unseenQuery),
    },
    { id: 'list.filter', label: 'Filter', group: moving, keys: ['/'], run: input.focusFilter },
    {
      id: 'list.enter',
      label: 'Into the alarm',
      group: moving,
      keys: ['Enter'],
      isKeyOnly: true,
      when: () => cursor !== null,
      run: input.focusDetail,
    },
    {
      id: 'list.apply',
      label: 'Show waiting changes',
      group: moving,
      keys: ['.'],
      when: () => triage.waiting > 0,
      run: triage.applyWaiting,
    },
  ]);
  return own;
}
