/** A week's review as one page of Markdown. Pure. */
import type { ExportedFile } from '../../preload/contract/common.ts';
import type { Review } from '../../preload/contract/reviews.ts';
import { countWords, durationWords } from '../incidents/words.ts';
import { actionLine } from '../postmortems/export.ts';
import { escapeText, frontMatter, utcWords } from '../postmortems/markdown.ts';
import { since, toMs } from '../clock.ts';
import { addDays, localTime, zoneName } from '../local-time.ts';

const mostListed = 10;

function section(title: string, lines: readonly string[], none: string): string {
  if (lines.length === 0) return `## ${title}\n\n${none}\n`;
  const more = lines.length - mostListed;
  const shown = [...lines.slice(0, mostListed), ...(more > 0 ? [`- and ${more} more`] : [])];
  return `## ${title}\n\n${shown.join('\n')}\n`;
}

const compared = (now: number, before: number): string =>
  now === before ? 'as in the week before' : `${before} in the week before`;

export function exportReview(review: Review, timeZone: string): ExportedFile {
  const over = review.shifts.filter(({ isOverBar }) => isOverBar);
  const lastDay = addDays(review.weekOf, 6);
  const shift = (from: string): string => {
    const { day, minutes } = localTime(toMs(from), timeZone);
    return `${day}, ${minutes < 12 * 60 ? 'first' : 'second'} half`;
  };
  const body = [
    `# Week of ${review.weekOf}\n`,
    `${review.weekOf} to ${lastDay}, ${zoneName(timeZone)}.\n`,
    section(
      'Load',
      [
        `- ${countWords(review.pages, 'page')} (${compared(review.pages, review.previous.pages)})`,
        `- ${review.pagesInSleepHours} of them in sleep hours (${compared(review.pagesInSleepHours, review.previous.pagesInSleepHours)})`,
        `- ${over.length} of ${review.shifts.length} shifts above the bar of ${review.bar} in 12 hours`,
        ...over.slice(0, 5).map(({ from, pages }) => `- ${shift(from)}: ${pages} pages`),
        `- ${countWords(review.notices, 'notice')}`,
      ],
      '',
    ),
    'A page is a notification that may wake a person. Reminders of the same page, recoveries and tests are not counted again.\n',
    section(
      'Most frequent alarms',
      review.frequent.map(
        ({ title, episodes, pages, hasRunbook }) =>
          `- ${escapeText(title, 200)}: fired ${episodes === 1 ? 'once' : `${episodes} times`}, ${countWords(pages, 'page')}${hasRunbook ? '' : ', no runbook'}`,
      ),
      'None fired.',
    ),
    section(
      'Alarms without a runbook',
      review.withoutRunbook.map(
        ({ title, pages }) => `- ${escapeText(title, 200)}: ${countWords(pages, 'page')}`,
      ),
      'Every alarm that fired had one.',
    ),
    section(
      'Incidents',
      review.incidents.map(({ title, severity, times, hasPostmortem }) => {
        const began = times.impactBeganAt ?? times.detectedAt;
        const lasted =
          began === null || times.mitigatedAt === null
            ? 'not mitigated yet'
            : `mitigated after ${durationWords(since(toMs(began), toMs(times.mitigatedAt)))}`;
        return `- ${escapeText(title, 200)} (${severity}, ${began === null ? 'time unknown' : utcWords(began)}, ${lasted}, ${hasPostmortem ? 'with' : 'without'} postmortem)`;
      }),
      'None.',
    ),
    section('Overdue actions', review.overdueActions.map(actionLine), 'None.'),
    section('Open actions', review.openActions.map(actionLine), 'None.'),
    section(
      'Blind',
      review.blind.map(
        ({ source, durationMs }) => `- ${escapeText(source, 200)}: ${durationWords(durationMs)}`,
      ),
      'Every source was in sight while this computer looked.',
    ),
  ];
  const matter = frontMatter({
    title: `Week of ${review.weekOf}`,
    type: 'review',
    week_of: review.weekOf,
    from: review.from,
    to: review.to,
    time_zone: zoneName(timeZone),
    pages: review.pages,
    pages_in_sleep_hours: review.pagesInSleepHours,
    shifts_over_bar: over.length,
    incidents: review.incidents.length,
    open_actions: review.openActions.length,
    overdue_actions: review.overdueActions.length,
  });
  return {
    fileName: `review-${review.weekOf}.md`,
    mediaType: 'text/markdown',
    text: `${matter}\n${body.join('\n')}`,
  };
}
