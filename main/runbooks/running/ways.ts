/** How a command of a runbook is carried out on this computer: by a shell, or as a GET by Nightdesk itself. */
import type { Language } from '../model.ts';
import { beginGet, readGet } from './get-request.ts';
import { launch, type Launch, type Running } from './process.ts';
import { chooseShell, type Machine } from './shells.ts';
import type { Terminals } from './terminal.ts';

export interface Way {
  readonly kind: 'shell' | 'get';
  readonly hasTerminal: boolean;
  /** For people: who reads the command. */
  readonly shown: string;
  begin(
    text: string,
    how: Pick<Launch, 'folder' | 'environment' | 'timeoutMs' | 'onOutput'>,
  ): Running;
}

export type WayOrNot = Way | { readonly why: string; readonly next: string };

export function wayOf(
  command: { readonly quoting: Language; readonly language: string; readonly text: string },
  options: {
    readonly machine: Machine;
    /** Null: commands run without one. */
    readonly terminals: Terminals | null;
    readonly findProxy: ((url: string) => Promise<string | null>) | undefined;
  },
): WayOrNot {
  if (command.quoting === 'http') {
    const request = readGet(command.text);
    if ('why' in request) return { ...request, next: 'Copy it, and send it from elsewhere.' };
    return {
      kind: 'get',
      hasTerminal: false,
      shown: 'Nightdesk itself: a GET without any login',
      begin: (_text, { timeoutMs, onOutput }) =>
        beginGet(request, { timeoutMs, onOutput, findProxy: options.findProxy }),
    };
  }
  const choice = chooseShell(command.quoting, command.language, options.machine);
  if ('why' in choice) return choice;
  const { file, args, shown } = choice.shell;
  const { terminals } = options;
  return {
    kind: 'shell',
    hasTerminal: terminals !== null,
    shown,
    begin: (text, how) => (terminals ?? { launch }).launch({ file, args: args(text), ...how }),
  };
}
