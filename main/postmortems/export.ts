/** A postmortem as one Markdown document that any other tool can read. Pure. */
import type { Entry, EntryKind } from '../../preload/contract/incidents.ts';
import type { ExportedFile } from '../../preload/contract/common.ts';
import type { Action, Postmortem } from '../../preload/contract/postmortems.ts';
import { durationWords } from '../incidents/words.ts';
import {
  closeBlocks,
  codeBlock,
  escapeLines,
  escapeText,
  frontMatter,
  slug,
  utcWords,
} from './markdown.ts';
import { inTreeOrder } from './whys.ts';

const kindWords: Readonly<Record<EntryKind, string>> = {
  alarm_fired: 'alarm',
  alarm_resolved: 'cleared',
  alarm_joined: 'joined',
  acknowledged: 'acknowledged',
  silenced: 'silenced',
  notified: 'notified',
  step: 'runbook',
  command: 'command',
  note: 'note',
  decision: 'decision',
  status_update: 'status update',
  mitigated: 'mitigated',
  resolved: 'resolved',
  understood: 'understood',
  reopened: 'reopened',
  severity: 'severity',
  source_blind: 'blind',
  source_live: 'live again',
};

const clock = (entry: Entry): string => `${entry.at.slice(0, 10)} ${entry.at.slice(11, 19)} UTC`;

function timelineItem(entry: Entry, person: string): string {
  const origin = entry.origin === 'you' && person.trim() !== '' ? person : entry.origin;
  const line = `- ${clock(entry)} · **${kindWords[entry.kind]}** · ${escapeLines(entry.text, '  ')} (${escapeText(origin, 200)})`;
  return entry.code === null ? line : `${line}\n\n${codeBlock(entry.code, '  ')}\n`;
}

export function actionLine(action: Action): string {
  const facts = [
    action.owner.trim() === '' ? 'no owner' : escapeText(action.owner, 200),
    action.dueOn === null
      ? 'no due date'
      : `due ${action.dueOn}${action.isOverdue ? ', overdue' : ''}`,
  ];
  return `- [${action.doneAt === null ? ' ' : 'x'}] ${escapeText(action.title, 1_000)} (${facts.join(', ')})`;
}

function whyItems(postmortem: Postmortem): string {
  const entries = new Map(postmortem.timeline.map((entry) => [entry.id, entry]));
  return inTreeOrder(postmortem.text.whys)
    .map(({ why, depth }) => {
      // Markdown readers lose count somewhere; a tree that deep is still a list.
      const indent = '  '.repeat(Math.min(depth, 30));
      const shown = why.evidence.flatMap((id) => entries.get(id) ?? []);
      const text = escapeLines(why.text, `${indent}  `) || 'not written yet';
      return [
        `${indent}- ${text}`,
        ...shown.map(
          (entry) => `${indent}  - evidence: ${clock(entry)}, ${escapeText(entry.text, 500)}`,
        ),
      ].join('\n');
    })
    .join('\n');
}

const section = (title: string, body: string): string =>
  `## ${title}\n\n${body.trim() === '' ? '_Nothing written._' : body}\n`;

export function exportPostmortem(postmortem: Postmortem, person: string): ExportedFile {
  const { incident, text, spans, timeline, actions } = postmortem;
  const { times } = incident;
  const day = (times.impactBeganAt ?? times.detectedAt ?? postmortem.savedAt).slice(0, 10);
  const name = slug(text.title) || 'incident';
  const measured = spans.map(({ label, from, to, durationMs }) => {
    const took = durationMs === null ? 'unknown' : durationWords(durationMs);
    const ends = [from, to].map((at) => (at === null ? 'unknown' : utcWords(at)));
    return `| ${label} | ${took} | ${ends[0]} | ${ends[1]} |`;
  });
  const matter = frontMatter({
    title: text.title,
    type: 'postmortem',
    incident: incident.id,
    severity: incident.severity,
    impact_began: times.impactBeganAt,
    detected: times.detectedAt,
    acknowledged: times.acknowledgedAt,
    mitigated: times.mitigatedAt,
    resolved: times.resolvedAt,
    understood: times.understoodAt,
    saved: postmortem.savedAt,
    revision: postmortem.revision,
  });
  const table = ['| from, to | duration | began | ended |', '|---|---|---|---|', ...measured];
  const body = [
    `# ${escapeText(text.title, 500) || 'Incident'}\n`,
    section('Summary', closeBlocks(text.summary)),
    section('Impact', `${closeBlocks(text.impact)}\n\n${table.join('\n')}`),
    section('Mitigation', closeBlocks(text.mitigation)),
    section('Whys', whyItems(postmortem)),
    section('Contributing factors', closeBlocks(text.contributingFactors)),
    section('What went well', closeBlocks(text.wentWell)),
    section('What went badly', closeBlocks(text.wentBadly)),
    section('Where we got lucky', closeBlocks(text.gotLucky)),
    section('Actions', actions.map(actionLine).join('\n')),
    section('Timeline', timeline.map((entry) => timelineItem(entry, person)).join('\n')),
  ];
  return {
    fileName: `postmortem-${day}-${name}.md`,
    mediaType: 'text/markdown',
    text: `${matter}\n${body.join('\n')}`,
  };
}
