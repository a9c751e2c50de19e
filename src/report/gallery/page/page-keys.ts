/** Keys that work anywhere on the page: the search, and the help, also over a clip. */
import { isForBrowser } from './key-events.ts';
import { enterGrid } from './matrix/keyboard.ts';
import { openPanel, panel } from './state/view.ts';

const ARROWS: ReadonlySet<string> = new Set(['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']);

export function listenForKeys(): void {
  addEventListener('keydown', (event) => {
    if (isForBrowser(event) || isTyping(event.target)) return;
    if (event.key === '?' && panel.value === undefined) {
      event.preventDefault();
      openPanel('help');
    }
    if (document.querySelector('dialog[open]') !== null) return;
    // Nothing has the focus yet, and only the matrix scrolls.
    const isFree = event.target === document.body && document.querySelector('.matrix') !== null;
    if (isFree && ARROWS.has(event.key)) {
      event.preventDefault();
      enterGrid();
    }
    if (event.key !== '/') return;
    const input = document.getElementById('search');
    if (!(input instanceof HTMLInputElement)) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLSelectElement ||
  (target instanceof HTMLInputElement && target.type !== 'range' && target.type !== 'checkbox');
