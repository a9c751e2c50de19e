/** All renders again. */
import type { JSX } from 'preact';
import { enterGrid } from '../matrix/keyboard.ts';
import { clearFilters } from '../state/view.ts';
import { QuietButton } from '../QuietButton.tsx';

export function ClearFilters(): JSX.Element {
  return (
    <QuietButton
      onClick={() => {
        clearFilters();
        // The button goes, and would take the focus with it.
        enterGrid();
      }}
    >
      Clear filters
    </QuietButton>
  );
}
