/** The clips that were chosen to be compared, at the foot of the page. */
import type { JSX } from 'preact';
import { CrossIcon } from '../icons.tsx';
import { enterGrid } from '../matrix/keyboard.ts';
import { clearCompared, compared, setCompareMode, toggleCompared } from '../state/view.ts';

export function Tray(): JSX.Element | null {
  const items = compared.value;
  if (items.length === 0) return null;
  return (
    <aside class="tray" aria-label="Clips to compare">
      <ul>
        {items.map((item) => (
          <li key={item.key}>
            <button
              type="button"
              class="quiet"
              aria-label={`Do not compare ${item.key}`}
              onClick={() => toggleCompared(item)}
            >
              <bdi>{item.key}</bdi>
              <CrossIcon />
            </button>
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
      <button
        type="button"
        class="quiet"
        onClick={() => {
          clearCompared();
          enterGrid();
        }}
      >
        Clear
      </button>
    </aside>
  );
}
