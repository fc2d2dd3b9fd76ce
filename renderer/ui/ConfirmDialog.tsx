/** Asks before something broad: what it will do, and what it will touch. */
import { Modal } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Button } from './Button.tsx';
import { DialogButtons } from './Dialog.tsx';

export interface ConfirmDialogProps {
  readonly isOpen: boolean;
  readonly title: string;
  readonly children: ReactNode;
  /** A verb and its object: "Remove source". */
  readonly confirmLabel: string;
  readonly isDangerous?: boolean;
  /** What it throws is shown by the caller; the dialog stays open. */
  readonly onConfirm: () => void | Promise<void>;
  readonly onClose: () => void;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const [isBusy, setIsBusy] = useState(false);
  const confirm = async (): Promise<void> => {
    setIsBusy(true);
    try {
      await props.onConfirm();
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title={props.title}>
      {props.children}
      <DialogButtons>
        <Button onClick={props.onClose} data-autofocus>
          Cancel
        </Button>
        <Button
          kind={props.isDangerous === true ? 'plain' : 'primary'}
          isDangerous={props.isDangerous ?? false}
          disabled={isBusy}
          onClick={() => void confirm()}
        >
          {props.confirmLabel}
        </Button>
      </DialogButtons>
    </Modal>
  );
}
