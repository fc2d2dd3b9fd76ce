import { useEffect, useState } from 'react';
import classes from './loading.module.css';

const patienceMs = 300;

/** Says that something is being read, once it takes long enough to be noticed. */
export function Loading({ what }: { readonly what: string }) {
  const [isShown, setIsShown] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setIsShown(true), patienceMs);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <output className={classes.loading} aria-busy="true">
      {isShown ? `Reading ${what}…` : ''}
    </output>
  );
}
