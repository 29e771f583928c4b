import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";

import { Action } from "./Action";

interface ConfirmProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly back: string;
  readonly onConfirm: () => void;
}

/** Asks before something that cannot be undone; the way back comes first. */
export function Confirm({ isOpen, onClose, title, text, confirm, back, onConfirm }: ConfirmProps) {
  const onOpenChange = (open: boolean) => {
    if (!open) onClose();
  };
  return (
    <ModalOverlay className="veil" isOpen={isOpen} onOpenChange={onOpenChange} isDismissable>
      <Modal className="modal">
        <Dialog role="alertdialog" className="dialog">
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          <p>{text}</p>
          <div className="dialog-actions">
            {/* The dialog moves the focus to where a stray press does no harm. */}
            {/* eslint-disable-next-line jsx-a11y/no-autofocus */}
            <Action autoFocus onPress={onClose}>
              {back}
            </Action>
            <Action
              kind="danger"
              onPress={() => {
                onClose();
                onConfirm();
              }}
            >
              {confirm}
            </Action>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
