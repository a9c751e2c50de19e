/**
 * The view in the address, and in the history of the browser: what opens over the page is a step of
 * it, which closing goes back from.
 */
import type { Signal } from '@preact/signals';
import { decodeView, encodeView, type View } from '../model/view.ts';

/** `push`: the way back leads to what was shown before. */
export type Step = 'push' | 'replace';

/** Kept with an entry of the history that this page has added: before it is one of this page. */
interface Added {
  readonly isAdded: true;
}
const ADDED: Added = { isAdded: true };
const isAdded = (): boolean => (history.state as Added | null)?.isAdded === true;

/** Milliseconds after the last key of a search. */
const TYPED_MS = 150;
let typing: ReturnType<typeof setTimeout> | undefined;

/** Steps that are still to be gone back. A browser goes back later, and answers with `popstate`. */
let closings = 0;
/** What was shown before something opened again meanwhile. */
let below: View | undefined;

function write(view: View, step: Step): void {
  // An empty one would be the whole address without its `#`, which a page from a disk may not set.
  const address = `#${encodeView(view)}`;
  if (address === (location.hash || '#')) return;
  if (step === 'push') history.pushState(ADDED, '', address);
  else history.replaceState(history.state, '', address);
}

/** Each way of changing the view; `view` follows the address in turn. */
export function viewInAddress(view: Signal<View>) {
  function goBack(): void {
    if (closings > 0 && isAdded()) {
      history.back();
      return;
    }
    // Closed as it was opened by its address: there is nothing of this page before it.
    closings = 0;
    write(below ?? view.value, 'replace');
    if (below !== undefined) write(view.value, 'push');
    below = undefined;
  }

  addEventListener('popstate', () => {
    if (closings === 0) {
      view.value = decodeView(location.hash);
      return;
    }
    closings -= 1;
    goBack();
  });

  return {
    show(next: View, step: Step): void {
      clearTimeout(typing);
      if (closings > 0) {
        if (step === 'push') below ??= view.value;
        view.value = next;
        return;
      }
      view.value = next;
      write(next, step);
    },

    /** Back to the step before what is closed. */
    close(next: View): void {
      clearTimeout(typing);
      view.value = next;
      if (below !== undefined) {
        below = undefined;
        return;
      }
      closings += 1;
      if (closings === 1) goBack();
    },

    /**
     * The address follows once the typing rests: a browser takes long to change it, and limits how
     * often.
     */
    type(next: View): void {
      view.value = next;
      clearTimeout(typing);
      typing = setTimeout(() => {
        if (closings === 0) write(view.value, 'replace');
      }, TYPED_MS);
    },
  };
}
