import type { Span } from '../../../preload/contract/postmortems.ts';
import { Moment } from '../../ui/Time.tsx';
import { spanWords } from './span-words.ts';
import classes from './postmortem.module.css';

/** The measured spans, each with the two times between which it lies. */
export function Spans({ spans }: { readonly spans: readonly Span[] }) {
  return (
    <dl className={classes.spans} id="part-times">
      {spans.map(({ name, label, from, to, durationMs }) => (
        <div key={name}>
          <dt>{label}</dt>
          <dd>{durationMs === null ? 'not known' : spanWords(durationMs)}</dd>
          <dd className={classes.ends}>
            {from === null ? '?' : <Moment at={from} />} – {to === null ? '?' : <Moment at={to} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}
