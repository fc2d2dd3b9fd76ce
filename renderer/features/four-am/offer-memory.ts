/** For which night the offer was refused or taken; kept in this browser, so that a reload asks nothing twice. */
const dismissedKey = 'nightdesk.four-am.dismissed';
const takenKey = 'nightdesk.four-am.taken';

function read(key: string): string | null {
  try {
    return window.localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, night: string): void {
  try {
    window.localStorage.setItem(key, night);
  } catch {
    // It will be offered once more.
  }
}

export const dismissedNight = (): string | null => read(dismissedKey);
export const dismissNight = (night: string): void => write(dismissedKey, night);
export const wasTaken = (night: string): boolean => read(takenKey) === night;
export const markTaken = (night: string): void => write(takenKey, night);
