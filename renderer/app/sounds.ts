/**
 * The sounds of page and notice. A browser may forbid sound until the person has clicked once; a page that would be
 * silent is worth a line on the screen, so it is known beforehand and not when the first alarm comes.
 */
import { createWindowState } from '../window-state.ts';

type Sound = 'page' | 'notice';

const players = new Map<Sound, HTMLAudioElement>();

/** `isArmed`: a sound would be heard now, as far as the browser tells. */
export const useSounds = createWindowState<{ isArmed: boolean; problem: string | null }>({
  isArmed: true,
  problem: null,
});

function player(sound: Sound): HTMLAudioElement {
  let found = players.get(sound);
  if (found === undefined) {
    found = new Audio(`./sounds/${sound}.wav`);
    players.set(sound, found);
  }
  return found;
}

export async function playSound(sound: Sound): Promise<void> {
  const audio = player(sound);
  audio.currentTime = 0;
  try {
    await audio.play();
    useSounds.setState({ isArmed: true, problem: null });
  } catch (error) {
    const isForbidden = error instanceof DOMException && error.name === 'NotAllowedError';
    if (isForbidden) useSounds.setState({ isArmed: false });
    // Interrupted by the next sound is no problem.
    else if (!(error instanceof DOMException && error.name === 'AbortError')) {
      useSounds.setState({ problem: 'The sound could not be played on this machine.' });
    }
  }
}

/** Asks the browser whether it would let us, and arms the sound at the first press of a key or button. */
export function armSounds(): void {
  const context = new AudioContext();
  const settle = (): void => {
    if (context.state !== 'running') return;
    useSounds.setState({ isArmed: true });
    for (const event of gestures) window.removeEventListener(event, arm, true);
    // It was only a question; a running context costs power.
    void context.close();
  };
  const arm = (): void => {
    if (context.state === 'closed') return;
    void context.resume().then(settle, () => {});
  };
  context.addEventListener('statechange', settle);
  for (const event of gestures) window.addEventListener(event, arm, true);
  if (context.state === 'suspended') useSounds.setState({ isArmed: false });
  player('page').preload = 'auto';
  player('notice').preload = 'auto';
}

const gestures = ['pointerdown', 'keydown'] as const;
