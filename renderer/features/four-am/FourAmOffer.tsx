/** In the hours of sleep, while a page fires: offers the screen that is made for it. "Not tonight" holds for the night. */
import { useQuery } from '@tanstack/react-query';
import { Moon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { api } from '../../api/client.ts';
import { useDesk } from '../../api/desk.ts';
import type { Action } from '../../app/actions/action.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { useActions } from '../../app/actions/use-actions.ts';
import { navigate } from '../../app/hash-location.ts';
import { Button } from '../../ui/Button.tsx';
import { useNow, useTimeZone } from '../../ui/clock.ts';
import { SeverityShape } from '../../ui/SeverityMark.tsx';
import { clockText } from '../../ui/time-text.ts';
import { fourAmOffer } from './night.ts';
import { dismissNight, dismissedNight, markTaken, wasTaken } from './offer-memory.ts';
import classes from './offer.module.css';

const go = (): void => navigate('/four-am');

export function FourAmOffer() {
  const [path] = useLocation();
  const [dismissed, setDismissed] = useState(dismissedNight);
  const state = useDesk((desk) => desk.state);
  const now = useNow(60_000);
  const zone = useTimeZone();
  const { data } = useQuery(api.settings.get.queryOptions({ input: {} }));
  const offer = fourAmOffer({
    state,
    settings: data?.settings,
    now,
    dismissedNight: dismissed,
  });
  const isTriage = path === '/' || path.startsWith('/alarm/');
  // Nobody is carried away from a field or a dialog, and each night only once.
  const night = offer?.isDefault === true && isTriage ? offer.night : null;
  useEffect(() => {
    if (night === null || wasTaken(night) || isBusyHere()) return;
    markTaken(night);
    go();
  }, [night]);
  const open: Action = {
    id: 'night.begin',
    label: 'One alarm at a time: 4 AM mode',
    group: '4 AM',
    run: go,
  };
  const dismiss: Action = {
    id: 'night.dismiss',
    label: 'Do not offer 4 AM mode tonight',
    group: '4 AM',
    when: () => offer !== null,
    run: () => {
      if (offer === null) return;
      dismissNight(offer.night);
      setDismissed(offer.night);
    },
  };
  useActions(offer === null ? [] : [open, dismiss]);
  if (offer === null || !isTriage) return null;
  return (
    <aside className={classes.offer} aria-label="4 AM mode">
      <Moon aria-hidden="true" />
      <span className={classes.words}>
        It is {clockText(now, zone)}.{' '}
        <span className={classes.count}>
          <SeverityShape severity={offer.severity} />
          {offer.count} {offer.severity}
        </span>
        <span className={classes.what}>
          {' '}
          One alarm, one step, one button, in large type and dim colours.
        </span>
      </span>
      <Button kind="primary" isSmall keyHint="g 4" onClick={go}>
        4 AM mode
      </Button>
      <ActionButton action={dismiss} kind="quiet" isSmall label="Not tonight" />
    </aside>
  );
}

function isBusyHere(): boolean {
  const { activeElement } = document;
  return (
    document.querySelector('[aria-modal="true"]') !== null ||
    activeElement?.matches('input, textarea, select, [contenteditable="true"]') === true
  );
}
