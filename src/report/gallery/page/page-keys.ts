/** Keys that work anywhere on the page while no dialog is open. */

export function listenForKeys(): void {
  addEventListener('keydown', (event) => {
    if (
      document.querySelector('dialog[open]') !== null ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey
    )
      return;
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
