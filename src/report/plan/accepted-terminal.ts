/** `accept --all-changed`: the changed renders that are kept, shown before writing. */
import type { PlannedRender } from '../../plan/plan.ts';
import { sealed } from '../text/escape.ts';
import { money, plural } from '../text/format.ts';
import { paint, type Terminal, wrap } from '../text/terminal.ts';
import { changeClusters, moneyOf, plannedChanges } from './plan-groups.ts';
import { changeLines } from './plan-submits.ts';

/** Every id, and under the renders that changed alike what changed. */
export function acceptedTerminal(renders: readonly PlannedRender[], terminal: Terminal): string {
  const c = paint(terminal);
  const heading = `${plural(renders.length, 'render')} changed; rendering again would cost ${money(moneyOf(renders))}. Their clips are kept for the changed manifest:`;
  const clusters = changeClusters(renders, plannedChanges).flatMap(
    ({ items, changes, otherPlaces }) => [
      `    ${wrap(items.map(({ render }) => c.bold(render.id)).join(', '), terminal.width, '    ')}`,
      ...changes.flatMap((change, index) => changeLines(change, otherPlaces[index] ?? 0, terminal)),
    ],
  );
  return sealed(`${[wrap(heading, terminal.width), ...clusters].join('\n')}\n`);
}
