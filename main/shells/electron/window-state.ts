/** Where the window was, and which hints its person has seen. Pure, but for reading and writing one small file. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const Bounds = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1).max(100_000),
  height: z.int().min(1).max(100_000),
});
export type Bounds = z.infer<typeof Bounds>;

const WindowState = z.object({
  bounds: Bounds.nullable().catch(null),
  isMaximized: z.boolean().catch(false),
  hasSeenTrayHint: z.boolean().catch(false),
});
export type WindowState = z.infer<typeof WindowState>;

const fresh: WindowState = { bounds: null, isMaximized: false, hasSeenTrayHint: false };
export const minSize = { width: 760, height: 520 };
const usualSize = { width: 1_360, height: 860 };
/** How much of a remembered window must still be on a screen to be found with the mouse. */
const visiblePixels = 120;

export function readWindowState(file: string): WindowState {
  try {
    return WindowState.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return fresh;
  }
}

export function writeWindowState(file: string, state: WindowState): void {
  writeFileSync(`${file}.new`, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The remembered place if it is on a screen that is still there, else the middle of the first screen. */
export function placeWindow(saved: Bounds | null, screens: readonly Bounds[]): Bounds {
  if (saved !== null && screens.some((screen) => isReachable(saved, screen))) {
    return {
      ...saved,
      width: Math.max(saved.width, minSize.width),
      height: Math.max(saved.height, minSize.height),
    };
  }
  const screen = screens[0] ?? { x: 0, y: 0, ...usualSize };
  const width = Math.min(usualSize.width, screen.width);
  const height = Math.min(usualSize.height, screen.height);
  return {
    x: screen.x + Math.round((screen.width - width) / 2),
    y: screen.y + Math.round((screen.height - height) / 2),
    width,
    height,
  };
}

/** Its upper edge, by which windows are moved, must be on the screen. */
function isReachable(window: Bounds, screen: Bounds): boolean {
  const across =
    Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  return (
    across >= visiblePixels &&
    window.y >= screen.y &&
    window.y <= screen.y + screen.height - visiblePixels
  );
}
