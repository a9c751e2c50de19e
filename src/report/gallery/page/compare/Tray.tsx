/** The clips that were chosen to be compared, at the foot of the page. */
import type { JSX } from 'preact';
import { CrossIcon } from '../icons.tsx';
import { enterGrid } from '../matrix/keyboard.ts';
import { clearCompared, compared, setCompareMode, toggleCompared } from '../state/view.ts';
import { QuietButton } from '../QuietButton.tsx';

export function Tray(): JSX.Element | null {
  const items = compared.value;
  if (items.length === 0) return null;
  return (
    <aside class="tray" aria-label="Clips to compare">
      <ul>
        {items.map((item) => (
          <li key={item.key}>
            <QuietButton
              aria-label={`Do not compare ${item.key}`}
              onClick={() => toggleCompared(item)}
            >
              <bdi dir="ltr">{item.key}</bdi>
              <CrossIcon />
            </QuietButton>
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="strong"
        disabled={items.length < 2}
        onClick={() => setCompareMode('side')}
      >
        Compare {items.length}
      </button>
      <QuietButton
        onClick={() => {
          clearCompared();
          enterGrid();
        }}
      >
        Clear
      </QuietButton>
    </aside>
  );
}
