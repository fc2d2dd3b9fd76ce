/** Ages, durations and moments that keep themselves right. */
import { useNow, useTimeZone } from './clock.ts';
import { ageText, durationText, momentText } from './time-text.ts';

/** How long ago: `6 min`. */
export function Age({ since }: { readonly since: string | number }) {
  const now = useNow();
  return (
    <time
      dateTime={new Date(since).toISOString()}
      title={momentText(since, now, useTimeZone(), true)}
    >
      {ageText(now - new Date(since).getTime())}
    </time>
  );
}

/** A length of time: `1 h 12 min`. With `since` it is still running. */
export function Duration(props: { readonly ms: number } | { readonly since: string | number }) {
  const now = useNow();
  return <>{durationText('ms' in props ? props.ms : now - new Date(props.since).getTime())}</>;
}

/** A moment: `04:07` today, `Thu 22:14` this week, `12 Nov 04:07` before. */
export function Moment({
  at,
  hasSeconds = false,
}: {
  readonly at: string | number;
  readonly hasSeconds?: boolean;
}) {
  const now = useNow(60_000);
  const zone = useTimeZone();
  return <time dateTime={new Date(at).toISOString()}>{momentText(at, now, zone, hasSeconds)}</time>;
}
