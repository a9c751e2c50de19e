/** `rushes models`: every model with its lengths, sizes, words, prices and lifecycle. */
import type { Lifecycle, Model } from '../models/model.ts';
import { toUsd } from '../money.ts';
import { type Word, WORDS } from '../scene.ts';
import { priceSamples } from '../models/price-samples.ts';
import { ranges } from './models-terminal.ts';
import { sealed } from './text/escape.ts';
import { columns, paint, type Terminal, wrap } from './text/terminal.ts';

/** Words that every model has something for are not worth a column. */
const EVERYWHERE: ReadonlySet<Word> = new Set(['prompt', 'duration', 'aspect_ratio', 'resolution']);
const WIDE = 150;

export const wordsTaken = ({ offers }: Model): readonly Word[] =>
  WORDS.filter((word) => !EVERYWHERE.has(word) && !offers.unsupported.includes(word));

/** `$0.0672 to $0.43 a second`: the lowest and the highest price of the typical clips. */
export function priceSpan(model: Model): string {
  const perSecond = priceSamples(model).flatMap(({ price, seconds }) =>
    price.kind === 'unknown' ? [] : [toUsd(price.usd) / seconds],
  );
  if (perSecond.length === 0) return 'price unknown';
  const [least, most] = [Math.min(...perSecond), Math.max(...perSecond)].map(dollars);
  return least === most ? `${least} a second` : `${least} to ${most} a second`;
}

const dollars = (usd: number): string => `$${usd.toFixed(usd < 0.1 ? 3 : 2)}`;

/** `today`: ISO date. A table where the screen is wide enough, else three lines a model. */
export function modelsTable(models: readonly Model[], terminal: Terminal, today: string): string {
  const c = paint(terminal);
  const [first] = models;
  const more = `\nMore about a model: ${c.bold(`rushes models ${first?.name ?? '<model>'}`)}\nModels by ability: ${c.bold('rushes models --offers duration:15,audio,last_frame')}\n`;
  if (terminal.width >= WIDE) {
    const rows = models.map((model) => [
      model.name,
      ranges(model.offers.duration, 's'),
      model.offers.resolution.join(', '),
      priceSpan(model),
      wordsTaken(model).join(', '),
      lifecycleWords(model.lifecycle, today),
    ]);
    const head = ['model', 'duration', 'resolution', 'price', 'also takes', ''];
    const table = columns(
      [head, ...rows],
      [{ style: c.bold }, {}, {}, {}, { style: c.dim }, { style: c.yellow }],
    );
    return sealed(`${table.join('\n')}\n${more}`);
  }
  const lines = models.flatMap((model) => {
    const life = lifecycleWords(model.lifecycle, today);
    const facts = [
      ranges(model.offers.duration, 's'),
      model.offers.resolution.join(', '),
      priceSpan(model),
    ];
    return [
      `${c.bold(model.name)}${life === '' ? '' : `  ${c.yellow(life)}`}`,
      `  ${wrap(facts.filter((fact) => fact !== '').join(' · '), terminal.width, '  ')}`,
      c.dim(
        `  ${wrap(`also takes ${wordsTaken(model).join(', ') || 'nothing'}`, terminal.width, '  ')}`,
      ),
    ];
  });
  return sealed(`${lines.join('\n')}\n${more}`);
}

export function lifecycleWords(lifecycle: Lifecycle, today: string): string {
  switch (lifecycle.state) {
    case 'listed':
      return '';
    case 'retiring':
      if (lifecycle.goneOn === undefined) return 'retiring';
      return lifecycle.goneOn < today
        ? `end date ${lifecycle.goneOn} has passed`
        : `retiring ${lifecycle.goneOn}`;
    case 'gone':
      return 'gone';
  }
}
