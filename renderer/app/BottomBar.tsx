import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api } from '../api/client.ts';
import { useDesk, useWindowBlind } from '../api/desk.ts';
import { useNow, useTimeZone } from '../ui/clock.ts';
import { clockText } from '../ui/time-text.ts';
import { outboxLine } from './outbox-line.ts';
import { sourceLines } from './source-line.ts';
import classes from './frame.module.css';

const shownMax = 6;
/** Ages in this bar come from the core's answers: asked for every few seconds, and at every change. */
const refreshMs = 5_000;

export function BottomBar() {
  return (
    <footer className={classes.bottom}>
      <Sources />
      <div className={classes.ends}>
        <Outbox />
        <Runbooks />
      </div>
    </footer>
  );
}

function Sources() {
  const { data: sources = [] } = useQuery(
    api.sources.list.queryOptions({ input: {}, refetchInterval: refreshMs }),
  );
  const lines = sourceLines(sources, useNow(), useWindowBlind());
  const rest = lines.slice(shownMax);
  return (
    <ul className={classes.sources} aria-label="Sources">
      {lines.slice(0, shownMax).map((line) => (
        <li key={line.id} className={classes.source} data-sight={line.sight} title={line.detail}>
          <Link href="/sources">
            <i className={classes.dot} />
            <bdi>{line.text}</bdi>
          </Link>
        </li>
      ))}
      {rest.length > 0 && (
        <li>
          <Link href="/sources">and {rest.length} more</Link>
        </li>
      )}
    </ul>
  );
}

function Outbox() {
  const state = useDesk((desk) => desk.state);
  const { text, failedText } = outboxLine(state);
  return (
    <Link href="/outbox">
      {text}
      {failedText !== '' && <span className={classes.failed}>{failedText}</span>}
    </Link>
  );
}

function Runbooks() {
  const zone = useTimeZone();
  const { data } = useQuery(api.runbooks.list.queryOptions({ input: {} }));
  if (data === undefined) return null;
  const copied = data.sources
    .flatMap(({ copiedAt }) => (copiedAt === null ? [] : [copiedAt]))
    .sort()
    .at(-1);
  // Pages may be out of reach one by one; the library says which.
  const problem = data.sources.find(({ isAway }) => isAway);
  return (
    <Link href="/runbooks" title={problem?.problem ?? ''}>
      Runbooks: {data.runbooks.length} offline
      {copied !== undefined && `, ${clockText(copied, zone)}`}
      {problem !== undefined && (
        <span className={classes.failed}>
          , {problem.kind === 'folder' ? 'a folder cannot be read' : 'a copy is old'}
        </span>
      )}
    </Link>
  );
}
