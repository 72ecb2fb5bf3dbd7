import { Component, type ComponentChildren, h, type VNode } from "../vendor/preact.js";

interface Contents {
  readonly title: string;
  readonly close: () => void;
  readonly children?: ComponentChildren;
}

/** A dialog over the page: the browser keeps the focus inside, closes it by Escape, and gives the focus back. */
export class Modal extends Component<Contents> {
  #dialog: HTMLDialogElement | null = null;

  override componentDidMount(): void {
    this.#dialog?.showModal();
  }

  /** What had the focus may be gone with the step before. */
  override componentDidUpdate(): void {
    if (this.#dialog && !this.#dialog.contains(document.activeElement)) {
      this.#dialog.querySelector<HTMLElement>("input, .main")?.focus();
    }
  }

  override componentWillUnmount(): void {
    this.#dialog?.close(); // while it is still in the page: else the focus would not return
  }

  override render({ title, close, children }: Contents): VNode {
    const keep = (dialog: HTMLDialogElement | null): void => {
      this.#dialog = dialog;
    };
    const cancel = (event: Event): void => {
      event.preventDefault();
      close();
    };
    return (
      <dialog ref={keep} aria-labelledby="modal-title" onCancel={cancel}>
        <header>
          <h2 id="modal-title">{title}</h2>
          <button type="button" class="quiet" aria-label="Close" onClick={close}>
            ✕
          </button>
        </header>
        {children}
      </dialog>
    );
  }
}
