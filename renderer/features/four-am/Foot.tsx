/** The line at the bottom: the way out, and what can be seen. */
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { useWindowBlind } from '../../api/desk.ts';
import { navigate } from '../../app/hash-location.ts';
import { sourceLines } from '../../app/source-line.ts';
import { useDeskWords } from '../../app/use-desk-words.ts';
import { useNow } from '../../ui/clock.ts';
import { Kbd } from '../../ui/Kbd.tsx';
import classes from './four-am.module.css';

/** Ages come from the core's answers. */
const refreshMs = 5_000;
const shownMax = 3;

export function Foot({ onLeave = () => navigate('/') }: { readonly onLeave?: () => void }) {
  const { data: sources = [] } = useQuery(
    api.sources.list.queryOptions({ input: {}, refetchInterval: refreshMs }),
  );
  const { sight, blindText } = useDeskWords();
  const lines = sourceLines(sources, useNow(), useWindowBlind());
  const isToldBelow = lines.slice(0, shownMax).some((line) => line.sight === 'blind');
  return (
    <footer className={classes.foot}>
      <button type="button" className={classes.textButton} onClick={onLeave}>
        All alarms <Kbd>Esc</Kbd>
      </button>
      <span>Everything you do is on the timeline.</span>
      <ul className={classes.sources} aria-label="Sources">
        {sight === 'blind' && !isToldBelow && (
          <li data-sight="blind">
            ? <bdi>{blindText}</bdi>
          </li>
        )}
        {lines.slice(0, shownMax).map((line) => (
          <li key={line.id} data-sight={line.sight} title={line.detail}>
            {line.sight === 'blind' && '? '}
            <bdi>{line.text}</bdi>
          </li>
        ))}
        {lines.length > shownMax && <li>and {lines.length - shownMax} more</li>}
      </ul>
    </footer>
  );
}
