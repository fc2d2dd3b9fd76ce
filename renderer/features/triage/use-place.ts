/** Filter, grouping and cursor live in the address, but do not wait for it. */
import { useEffect, useRef, useState } from 'react';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { keepInAddress, useHashSearch } from '../../app/hash-location.ts';
import { readPlace, writePlace, type TriagePlace } from './place.ts';

/** Browsers refuse more than some hundred changes of the address in a row, and a held `j` makes thirty a second. */
const writeMs = 250;

const isTriage = (path: string): boolean => /^\/($|alarm\/)/.test(path);

export function usePlace(
  alarmId: AlarmId | null,
): [TriagePlace, (change: Partial<TriagePlace>) => void] {
  const search = useHashSearch();
  const address = writePlace(readPlace(alarmId, search));
  const [place, setPlace] = useState(() => readPlace(alarmId, search));
  const written = useRef(address);

  // Somebody else changed the address: a link, a clicked notification, back.
  const [followed, setFollowed] = useState(address);
  if (followed !== address) {
    setFollowed(address);
    setPlace((now) =>
      address === writePlace(now) ? now : keepAlarm(readPlace(alarmId, search), now),
    );
  }

  useEffect(() => {
    const next = writePlace(place);
    if (next === written.current) return;
    const timer = window.setTimeout(() => {
      written.current = next;
      keepInAddress(next, isTriage);
    }, writeMs);
    return () => window.clearTimeout(timer);
  }, [place]);

  return [place, (change) => setPlace((now) => ({ ...now, ...change }))];
}

/** A link to plain triage does not take the cursor away. */
const keepAlarm = (next: TriagePlace, now: TriagePlace): TriagePlace =>
  next.alarmId === null ? { ...next, alarmId: now.alarmId } : next;
