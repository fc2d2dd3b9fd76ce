/** The review of a week: how heavy it was, what was noisy, what is still to do. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { api, client } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { saveFile } from '../../api/files.ts';
import type { Action } from '../../app/actions/action.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { useActions } from '../../app/actions/use-actions.ts';
import { navigate, useHashSearch } from '../../app/hash-location.ts';
import { toast } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { useNow, useTimeZone } from '../../ui/clock.ts';
import { Failure } from '../../ui/Failure.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Page } from '../../ui/Page.tsx';
import { wallDay } from '../../ui/zoned-time.ts';
import { ReviewParts } from './ReviewParts.tsx';
import { addDays, isDay, weekText } from './review-view.ts';

/** Pages are counted as they are sent; nothing announces one of them. */
const refreshMs = 60_000;

const group = 'Review';
const go = (day: string | null): void =>
  navigate(day === null ? '/reviews' : `/reviews?day=${day}`, { replace: true });

export function ReviewsScreen() {
  const zone = useTimeZone();
  const now = useNow(60_000);
  const today = wallDay(now, zone);
  const asked = new URLSearchParams(useHashSearch()).get('day') ?? '';
  const day = isDay(asked) ? asked : today;
  const { data, error, refetch } = useQuery(
    api.reviews.get.queryOptions({
      input: { day },
      placeholderData: keepPreviousData,
      refetchOnMount: 'always',
      refetchInterval: refreshMs,
    }),
  );
  const weekOf = data?.weekOf ?? day;
  const isThisWeek = addDays(weekOf, 7) > today;
  const previous: Action = {
    id: 'review.previous',
    label: 'Week before',
    group,
    keys: ['[', 'ArrowLeft'],
    run: () => go(addDays(weekOf, -7)),
  };
  const next: Action = {
    id: 'review.next',
    label: 'Week after',
    group,
    keys: [']', 'ArrowRight'],
    when: () => !isThisWeek,
    run: () => go(addDays(weekOf, 7)),
  };
  const current: Action = {
    id: 'review.current',
    label: 'This week',
    group,
    keys: ['t'],
    when: () => !isThisWeek,
    run: () => go(null),
  };
  const save: Action = {
    id: 'review.export',
    label: 'Export as Markdown',
    group,
    keys: ['e'],
    async run() {
      const place = await saveFile(await client.reviews.export({ day }));
      if (place !== null) toast({ title: 'Exported', text: place });
    },
  };
  useActions([previous, next, current, save]);

  return (
    <Page
      title={isThisWeek ? 'This week' : 'Review of a week'}
      intro={weekText(weekOf)}
      actions={
        <>
          <Button
            aria-label="Week before"
            title="Week before"
            keyHint="["
            onClick={() => go(addDays(weekOf, -7))}
          >
            <ChevronLeft aria-hidden="true" />
          </Button>
          <ActionButton action={current} />
          <Button
            aria-label="Week after"
            title="Week after"
            keyHint="]"
            disabled={isThisWeek}
            onClick={() => go(addDays(weekOf, 7))}
          >
            <ChevronRight aria-hidden="true" />
          </Button>
          <Button keyHint="g then a" onClick={() => navigate('/actions')}>
            All actions
          </Button>
          <ActionButton kind="primary" action={save} />
        </>
      }
    >
      {data !== undefined ? (
        <ReviewParts review={data} />
      ) : error === null ? (
        <Loading what="the review" />
      ) : (
        <Failure
          title="The review could not be read"
          message={describeError(error).message}
          next={describeError(error).next}
          onRetry={() => void refetch()}
        />
      )}
    </Page>
  );
}
