import type { Intent } from '../../../preload/contract/outbox.ts';
import { attempt } from '../../app/attempt.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { FormStack, Note } from '../../ui/Dialog.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { giveUpText } from './intent-words.ts';
import { giveUp } from './use-outbox.ts';

/** Nobody tries it again afterwards, so it says first what may have happened at the source. */
export function GiveUpDialog({
  intent,
  onClose,
}: {
  readonly intent: Intent | null;
  readonly onClose: () => void;
}) {
  if (intent === null) return null;
  return (
    <ConfirmDialog
      isOpen
      title="Give up this intent"
      confirmLabel="Give it up"
      isDangerous
      onClose={onClose}
      onConfirm={async () => {
        if (await attempt('Giving it up', () => giveUp(intent))) onClose();
      }}
    >
      <FormStack>
        <p>
          <strong>
            <ForeignText text={intent.title} isOneLine />
          </strong>
        </p>
        <Note tone="warning">{giveUpText(intent)}</Note>
      </FormStack>
    </ConfirmDialog>
  );
}
