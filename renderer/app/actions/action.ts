/** One thing a person can do here: what buttons, keys, the palette and the help all read. */
export interface Action {
  /** `alarm.acknowledge`: noun, dot, verb. Unique among those registered at a time. */
  readonly id: string;
  readonly label: string;
  /** Heading in palette and help, e.g. `Alarm`. */
  readonly group: string;
  /** As tinykeys writes them: `a`, `Shift+J`, `$mod+k`, `g t`, `?`. The first is shown, all work. */
  readonly keys?: readonly string[];
  /** When it applies; left out: always. */
  readonly when?: () => boolean;
  /** What fails is told in a toast. */
  readonly run: () => void | Promise<void>;
  /** Broad or destructive: drawn so, and it must show first what it will touch. */
  readonly isDangerous?: boolean;
  /** Its keys also work while the person types, and under a dialog. */
  readonly isEverywhere?: boolean;
  /** Not listed in the palette: it only makes sense as a key (move, select). */
  readonly isKeyOnly?: boolean;
}

export const applies = (action: Action): boolean => action.when?.() ?? true;
