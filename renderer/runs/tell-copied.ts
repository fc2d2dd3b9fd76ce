import type { Step } from '../../preload/contract/runbooks.ts';
import { toast } from '../app/toasts.tsx';
import { missingText } from '../ui/CommandBlock.tsx';

/** For who pressed the key: it is on the clipboard, and what it lacks. */
export function tellCopied({ commands }: Step, index: number): void {
  const command = commands[index];
  if (command === undefined) return;
  const missing = missingText(command.parts) ?? 'A value is missing';
  toast({
    title:
      commands.length === 1
        ? 'Command copied'
        : `Command ${index + 1} of ${commands.length} copied`,
    ...(command.hasMissing ? { text: `${missing}: fill it in before you run it.` } : {}),
  });
}
