/** Keys that work anywhere on the page while no player is open. */
import { opened } from './state/view.ts';

export function listenForKeys(): void {
  addEventListener('keydown', (event) => {
    if (opened.value !== undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement)
      return;
    if (event.key !== '/') return;
    const input = document.getElementById('search');
    if (!(input instanceof HTMLInputElement)) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}
