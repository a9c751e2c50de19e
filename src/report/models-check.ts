/** `rushes models check`: changes at the gateways, for people. */
import type { CheckedGateway, ModelsCheck, MovedModel } from '../gateways/catalogue/compare.ts';
import { sealed } from './text/escape.ts';
import { plural } from './text/format.ts';
import { columns, paint, type Terminal, wrap } from './text/terminal.ts';

export const MOVED_WORDS: Readonly<Record<MovedModel['what'], string>> = {
  gone: 'gone',
  lifecycle: 'lifecycle',
  price: 'price',
  field: 'values',
};
/** More names do not help on a screen; `--json` has all. */
const MOST_OTHERS = 12;

export function modelsCheckText({ moved, gateways }: ModelsCheck, terminal: Terminal): string {
  const c = paint(terminal);
  const rows = moved.map(({ what, model, of = '', ours, theirs }) => [
    MOVED_WORDS[what],
    model,
    of,
    `${ours} → ${theirs}`,
  ]);
  const table = columns(rows, [{ style: c.yellow }, { style: c.bold }, {}, {}]);
  const fits = table.every((line) => line.length <= terminal.width || terminal.color);
  const lines = fits
    ? table
    : moved.flatMap(({ what, model, of, ours, theirs }) => [
        `${c.yellow(MOVED_WORDS[what])}  ${c.bold(model)}${of === undefined ? '' : `  ${of}`}`,
        `  ${wrap(`${ours} → ${theirs}`, terminal.width, '  ')}`,
      ]);
  return sealed(
    [
      ...(moved.length === 0 ? [] : [...lines, '']),
      ...gateways.flatMap((gateway) => gatewayLines(gateway, terminal)),
      moved.length === 0
        ? gateways.some(({ unanswered }) => unanswered.length > 0)
          ? 'No change was found, but some requests had no answer.'
          : 'Nothing has changed.'
        : wrap(
            `${plural(new Set(moved.map(({ model }) => model)).size, 'model')} changed (card → gateway). A newer version of rushes may have the new facts; until then, state prices under prices: in the manifest.`,
            terminal.width,
          ),
      '',
    ].join('\n'),
  );
}

function gatewayLines(
  { gateway, models, prices, others, unanswered }: CheckedGateway,
  terminal: Terminal,
): readonly string[] {
  const c = paint(terminal);
  const shown = others.slice(0, MOST_OTHERS).join(', ');
  const more =
    others.length > MOST_OTHERS ? ` and ${others.length - MOST_OTHERS} more (--json)` : '';
  return [
    `${c.bold(gateway)}: ${plural(models, 'model')} and ${plural(prices, 'price')} compared`,
    ...(others.length === 0
      ? []
      : [
          c.dim(
            `  ${wrap(`also there, and not in the catalogue: ${shown}${more}`, terminal.width, '  ')}`,
          ),
        ]),
    ...unanswered.map((why) => c.yellow(`  ${wrap(`no answer: ${why}`, terminal.width, '  ')}`)),
  ];
}
