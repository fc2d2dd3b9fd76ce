import type { Source } from '../../../preload/contract/sources.ts';
import { attempt } from '../../app/attempt.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { FormStack, Note } from '../../ui/Dialog.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { removeSource } from './source-actions.ts';

/** Removing is for good, so it says what goes, and names the way that keeps it. */
export function RemoveDialog({
  source,
  onClose,
}: {
  readonly source: Source | null;
  readonly onClose: () => void;
}) {
  if (source === null) return null;
  const { alarmCount } = source;
  const active =
    alarmCount === 0
      ? 'its alarms'
      : alarmCount === 1
        ? 'its alarm that is active now'
        : `its ${alarmCount.toLocaleString('en-GB')} active alarms`;
  return (
    <ConfirmDialog
      isOpen
      title="Remove this source"
      confirmLabel="Remove the source and its history"
      isDangerous
      onClose={onClose}
      onConfirm={async () => {
        if (await attempt('Removing the source', () => removeSource(source))) onClose();
      }}
    >
      <FormStack>
        <p>
          <strong>
            <ForeignText text={source.name} isOneLine max={120} />
          </strong>
        </p>
        <Note tone="critical">
          Its entry in the configuration file goes, its secrets in the keychain, and {active} with
          their whole history: episodes, notes and what was done about them. This cannot be undone.
        </Note>
        <p>
          Incidents and postmortems stay. To stop polling it and keep its history, pause it instead.
        </p>
      </FormStack>
    </ConfirmDialog>
  );
}
