/** Whether a moment ago something went well, so that the button of it may say so. */
import { useEffect, useState } from 'react';

const thanksMs = 1_500;

export function useThanks(): [isThanking: boolean, thank: () => void] {
  const [isThanking, setIsThanking] = useState(false);
  useEffect(() => {
    if (!isThanking) return;
    const timer = window.setTimeout(() => setIsThanking(false), thanksMs);
    return () => window.clearTimeout(timer);
  }, [isThanking]);
  return [isThanking, () => setIsThanking(true)];
}
