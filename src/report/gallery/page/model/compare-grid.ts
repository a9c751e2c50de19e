/** How clips that are seen side by side share a window. */

/** Name and buttons below each clip, and the gaps, in CSS pixels. */
const BELOW = 44;
const GAP = 8;

/** The number of columns that shows the clips, by their width to height, largest in all. */
export function columnsFor(
  ratios: readonly number[],
  { width, height }: { readonly width: number; readonly height: number },
): number {
  const shown = (columns: number): number => {
    const rows = Math.ceil(ratios.length / columns);
    const wide = (width - GAP * (columns + 1)) / columns;
    const tall = (height - GAP * (rows + 1)) / rows - BELOW;
    return ratios.reduce((sum, ratio) => sum + Math.min(wide, tall * ratio) ** 2 / ratio, 0);
  };
  let best = 1;
  for (let columns = 2; columns <= ratios.length; columns += 1)
    if (shown(columns) > shown(best)) best = columns;
  return best;
}
