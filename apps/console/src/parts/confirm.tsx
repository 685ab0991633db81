import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useSession } from "../client/use-session.ts";

export interface ConfirmProps {
  title: string;
  /** The button's text: the change in one or two words. */
  action: string;
  children: ComponentChildren;
  /** @param environment the environment's name as it was typed */
  onConfirm(environment: string): void;
  onCancel(): void;
}

/** Asks before a change. On AWS the user types the environment's name. Escape cancels. */
export function Confirm({ title, action, children, onConfirm, onCancel }: ConfirmProps) {
  const { session } = useSession();
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState("");
  const heading = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const isConfirmed = session !== undefined && (session.isLocal || typed === session.environment);
  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={onCancel}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          if (isConfirmed) onConfirm(typed);
        }}
      >
        <h2 id={heading}>{title}</h2>
        {children}
        {session && !session.isLocal && (
          <label class="field">
            Type <strong>{session.environment}</strong> to confirm
            <input
              value={typed}
              autocomplete="off"
              spellcheck={false}
              onInput={({ currentTarget }) => setTyped(currentTarget.value)}
            />
          </label>
        )}
        <p class="buttons">
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={!isConfirmed}>
            {action}
          </button>
        </p>
      </form>
    </dialog>
  );
}
