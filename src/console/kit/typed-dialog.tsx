import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../texts/texts.js';
import { Submit, TextField } from './form.js';

/** A native modal dialog; its heading takes the focus, Escape closes it, and the focus goes back where it was. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    heading.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="dialog-title"
      onCancel={(event) => (event.preventDefault(), onClose())}
    >
      <h2 id="dialog-title" tabIndex={-1} ref={heading}>
        {title}
      </h2>
      {children}
    </dialog>
  );
}

/** The phrase as typed, whatever the width of its characters and the spaces around it. */
export function isPhrase(typed: string, phrase: string): boolean {
  const plain = (text: string): string => text.normalize('NFKC').replaceAll(/\s+/g, '').toLowerCase();
  return plain(typed) === plain(phrase);
}

interface TypedProps {
  title: string;
  phrase: string;
  confirm: string;
  isSending: boolean;
  kind?: 'primary' | 'danger';
  /** What is at stake: areas, people, end, who is told; and what went wrong at the last press. */
  children: ComponentChildren;
  onConfirm: () => void;
  onClose: () => void;
}

/** The last question before declaring, lifting and revoking all (rule 3): Enter that ends an input method's word sends nothing. */
export function TypedDialog(props: TypedProps): JSX.Element {
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<string>();
  const isComposing = useRef(false);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (isComposing.current) return;
    if (!isPhrase(typed, props.phrase)) {
      setError(t().phrase.wrong(props.phrase));
      return;
    }
    setError(undefined);
    props.onConfirm();
  };
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form
        onSubmit={submit}
        noValidate
        onCompositionStart={() => (isComposing.current = true)}
        onCompositionEnd={() => (isComposing.current = false)}
      >
        {props.children}
        <TextField
          label={t().phrase.label(props.phrase)}
          value={typed}
          onChange={setTyped}
          isRequired
          error={error}
        />
        <div class="buttons">
          <Submit isSending={props.isSending} kind={props.kind ?? 'primary'}>
            {props.confirm}
          </Submit>
          <button type="button" onClick={props.onClose}>
            {t().cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
