/** Keys that work anywhere on the page: the search, and the help, also over a clip. */
import { openPanel, panel } from './state/view.ts';

export function listenForKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === '?' && panel.value === undefined) {
      event.preventDefault();
      openPanel('help');
    }
    if (event.key !== '/' || document.querySelector('dialog[open]') !== null) return;
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
