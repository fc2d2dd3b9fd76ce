/** Ages, durations and moments that keep themselves right. */
import { useTicking, useTimeZone } from './clock.ts';
import { ageText, durationText, momentText } from './time-text.ts';

/** How long ago: `6 min`. */
export function Age({ since }: { readonly since: string | number }) {
  const zone = useTimeZone();
  const at = new Date(since).getTime();
  const age = useTicking((now) => ageText(now - at));
  const moment = useTicking((now) => momentText(at, now, zone, true));
  return (
    <time dateTime={instantText(at)} title={moment}>
      {age}
    </time>
  );
}

/** A length of time: `1 h 12 min`. With `since` it is still running. */
export function Duration(props: { readonly ms: number } | { readonly since: string | number }) {
  return (
    <>
      {useTicking((now) =>
        durationText('ms' in props ? props.ms : now - new Date(props.since).getTime()),
      )}
    </>
  );
}

/** For machines; empty for what is no time, which text from outside may be. */
const instantText = (when: string | number): string => {
  const date = new Date(when);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
};

/** A moment: `04:07` today, `Thu 22:14` this week, `12 Nov 04:07` before. */
export function Moment({
  at,
  hasSeconds = false,
}: {
  readonly at: string | number;
  readonly hasSeconds?: boolean;
}) {
  const zone = useTimeZone();
  const text = useTicking((now) => momentText(at, now, zone, hasSeconds));
  return <time dateTime={instantText(at)}>{text}</time>;
}
