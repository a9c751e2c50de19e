/** All renders again. */
import type { JSX } from 'preact';
import { enterGrid } from '../matrix/keyboard.ts';
import { clearFilters } from '../state/view.ts';

export function ClearFilters(): JSX.Element {
  return (
    <button
      type="button"
      class="quiet"
      onClick={() => {
        clearFilters();
        // The button goes, and would take the focus with it.
        enterGrid();
      }}
    >
      Clear filters
    </button>
  );
}
