/** Asks twice before a broad command is copied by somebody who was just woken. */
import type { Step } from '../../preload/contract/runbooks.ts';
import { CommandBlock } from '../ui/CommandBlock.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';

export interface BroadDialogProps {
  readonly step: Step;
  /** Which of its commands; null: nothing is asked. */
  readonly command: number | null;
  readonly onSure: (command: number) => Promise<unknown>;
  readonly onClose: () => void;
}

export function BroadDialog({ step, command, onSure, onClose }: BroadDialogProps) {
  return (
    <ConfirmDialog
      isOpen={command !== null}
      title="This one is broad. Read it once more."
      confirmLabel="I have read it, copy it"
      isDangerous
      onClose={onClose}
      onConfirm={async () => {
        if (command !== null) await onSure(command);
        onClose();
      }}
    >
      <p>
        It deletes, drains or forces something, and you have just been woken. Say to yourself what
        it will touch: which cluster, which namespace, how many.
      </p>
      <CommandBlock parts={step.commands[command ?? 0]?.parts ?? []} />
    </ConfirmDialog>
  );
}
