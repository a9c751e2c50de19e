/**
 * `rushes models` and `rushes models <model>`: the models, with rules, prices and how
 * far to trust them.
 */
import type { Lifecycle, Model, Price } from '../models/model.ts';
import { type PriceSample, priceSamples } from '../models/price-samples.ts';
import { limitWords } from '../pictures/limits.ts';
import { type Json, WORDS } from '../scene.ts';
import { exampleOf } from './model-example.ts';
import { safeJson, sealed } from './text/escape.ts';
import { columns, paint, type Terminal, wrap } from './text/terminal.ts';
import { usd } from './text/format.ts';

/** `3-15 s` where nothing is left out, else `4, 8, 12 s`. */
export function ranges(values: readonly number[], unit: string): string {
  const [first, last] = [values[0], values.at(-1)];
  if (first === undefined || last === undefined) return '';
  return values.length > 2 && last - first === values.length - 1
    ? `${first}-${last} ${unit}`
    : `${values.join(', ')} ${unit}`;
}

function lifecycleWord(lifecycle: Lifecycle, today?: string): string {
  switch (lifecycle.state) {
    case 'listed':
      return '';
    case 'retiring':
      if (lifecycle.goneOn === undefined) return 'retiring';
      return today !== undefined && lifecycle.goneOn < today
        ? `end date ${lifecycle.goneOn} has passed`
        : `retiring ${lifecycle.goneOn}`;
    case 'gone':
      return 'gone';
  }
}

type ShownPrice = Pick<PriceSample, 'what' | 'seconds' | 'price'>;

/** Words, native defaults, rules, prices and sources of one model. */
export function modelTerminal(
  model: Model,
  terminal: Terminal,
  prices: readonly ShownPrice[] = priceSamples(model),
  today?: string,
): string {
  const c = paint(terminal);
  const { offers, lifecycle } = model;
  const heading = (text: string): string => `\n${c.bold(text)}`;
  const facts: (readonly [string, string])[] = [
    ['duration', ranges(offers.duration, 's')],
    ['resolution', offers.resolution.join(', ')],
    ['aspect_ratio', offers.aspect_ratio.join(', ')],
    ...(offers.promptCodePoints === undefined
      ? []
      : [['prompt', `up to ${offers.promptCodePoints} characters`] as const]),
    [
      'also',
      WORDS.filter((word) => !SHOWN.has(word) && !offers.unsupported.includes(word)).join(', '),
    ],
    ['not offered', offers.unsupported.join(', ')],
    [
      'pictures',
      model.pictures === undefined ? '' : `${limitWords(model.pictures)} (${model.pictures.rule})`,
    ],
    ['notify', `sets ${model.notifyField}`],
    [
      'profiles',
      Object.entries(model.profiles)
        .map(([name, text]) => `${name}: ${text}`)
        .join('; '),
    ],
    [
      'send',
      Object.entries(model.readings ?? {})
        .map(([field, text]) => `${field}: ${text}`)
        .join(' '),
    ],
    [
      'defaults',
      Object.entries(model.defaults)
        .map(([field, value]) => `${field} ${jsonWord(value)}`)
        .join(', '),
    ],
  ];
  const margin = ' '.repeat(16);
  const ruleCells = Math.max(0, ...model.rules.map(({ rule }) => rule.length));
  const lines = [
    `${c.bold(model.name)}  ${model.title}`,
    ...(lifecycle.state === 'listed'
      ? [c.dim(`listed, as of ${lifecycle.asOf}`)]
      : [
          c.yellow(
            wrap(
              `${lifecycleWord(lifecycle, today)}: ${lifecycle.why} (as of ${lifecycle.asOf})`,
              terminal.width,
            ),
          ),
        ]),
    heading('Words that a scene can use'),
    ...facts
      .filter(([, text]) => text !== '')
      .map(([name, text]) => `  ${name.padEnd(12)}  ${wrap(text, terminal.width, margin)}`),
    heading('Rules'),
    ...model.sources
      .slice(0, 1)
      .map(({ text, read }) =>
        c.dim(`  ${wrap(`documented: ${text}, ${read}`, terminal.width, '  ')}`),
      ),
    ...model.rules.map(({ rule, text, verdict, mark, source }) => {
      const from = source === undefined ? undefined : model.sources[source];
      // The page itself is named once, above.
      const known =
        from === undefined || source === 0 ? mark : `${mark}: ${from.text}, ${from.read}`;
      const trust = c.dim(`(${verdict === 'refuse' ? '' : `${VERDICTS[verdict]}; `}${known})`);
      return `  ${rule.padEnd(ruleCells)}  ${wrap(`${text} ${trust}`, terminal.width, ' '.repeat(ruleCells + 4))}`;
    }),
    heading('Prices'),
    ...priceLines(prices, terminal),
    heading('Example'),
    ...exampleOf(model)
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
    heading('Sources'),
    ...model.sources.map(
      ({ text, read }) => `  ${wrap(`${text}, read ${read}`, terminal.width, '    ')}`,
    ),
  ];
  return sealed(`${lines.join('\n')}\n`);
}

const SHOWN: ReadonlySet<string> = new Set(['prompt', 'duration', 'resolution', 'aspect_ratio']);
const VERDICTS = { warn: 'warns', note: 'a note in the plan' } as const;

const jsonWord = (value: Json): string => (typeof value === 'string' ? value : safeJson(value));

const priceWords = (price: Price): string =>
  price.kind === 'unknown'
    ? 'unknown'
    : price.kind === 'exact'
      ? usd(price.usd)
      : `≈ ${price.from === undefined ? '' : `${usd(price.from)} to `}${usd(price.usd)}`;

/** Each source once, under the prices that it gives. */
function priceLines(prices: readonly ShownPrice[], terminal: Terminal): string[] {
  if (prices.length === 0) return ['  unknown: state one under prices: in the manifest'];
  const c = paint(terminal);
  const rows = withoutSound(prices);
  const table = columns(
    rows.map(({ what, price }) => [what, priceWords(price)]),
    [{}, { align: 'right' }],
  );
  const sources = rows.map(({ price }) => priceSource(price));
  return table.flatMap((line, index) => [
    `  ${line}`,
    ...(sources[index] === sources[index + 1]
      ? []
      : [c.dim(`    ${wrap(sources[index] ?? '', terminal.width, '    ')}`)]),
  ]);
}

const SOUND = /, (?:silent|with sound)$/;

/** Where sound costs nothing, one line for both. */
function withoutSound(prices: readonly ShownPrice[]): readonly ShownPrice[] {
  return prices.flatMap((one, index) => {
    const what = one.what.replace(SOUND, '');
    const isLike = (other: ShownPrice | undefined): boolean =>
      other?.what.replace(SOUND, '') === what && priceWords(other.price) === priceWords(one.price);
    if (isLike(prices[index - 1])) return [];
    return isLike(prices[index + 1]) ? [{ ...one, what }] : [one];
  });
}

const priceSource = (price: Price): string =>
  price.kind === 'unknown'
    ? price.why
    : [price.source, price.asOf === undefined ? '' : `as of ${price.asOf}`]
        .filter((part) => part !== '')
        .join(', ');
