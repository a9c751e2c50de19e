/** `rushes models`: the catalogue, who can do what, and one model's page. */
import { defined } from '../../defined.ts';
import { nearest } from '../../algorithms/nearest.ts';
import { catalogue } from '../../models/catalogue.ts';
import type { Model } from '../../models/model.ts';
import { priceSamples } from '../../models/price-samples.ts';
import { modelTerminal } from '../../report/models-terminal.ts';
import { castTable } from '../../report/cast-table.ts';
import { modelsTable } from '../../report/models-table.ts';
import { type Word, WORDS } from '../../scene.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';
import { document, terminalOf } from '../shared/print.ts';

export interface ModelsOptions {
  readonly json?: boolean;
  /** `duration:15,audio`: words, with a value where one is meant. */
  readonly offers?: string;
  /** `cast`: the form of a member on each model. */
  readonly takes?: string;
}

// oxlint-disable-next-line require-await -- every command is a promise of an exit code
export async function models(
  io: Io,
  name: string | undefined,
  options: ModelsOptions,
): Promise<number> {
  const today = new Date(io.clock.now()).toISOString().slice(0, 10);
  const wanted = offering(namedModels(name), options.offers);
  if (options.takes !== undefined && options.takes !== 'cast')
    throw new UsageError(
      `--takes ${JSON.stringify(options.takes)} is not known`,
      'Write --takes cast; for words of a scene, --offers first_frame.',
    );
  if (options.json === true) document(io, wanted.map(modelDocument));
  else if (wanted.length === 0)
    io.stdout.write(`No model offers ${options.offers ?? ''} together.\n`);
  else if (options.takes === 'cast') io.stdout.write(castTable(wanted, terminalOf(io, io.stdout)));
  else
    io.stdout.write(
      name === undefined
        ? modelsTable(wanted, terminalOf(io, io.stdout), today)
        : wanted
            .map((model) => modelTerminal(model, terminalOf(io, io.stdout), undefined, today))
            .join('\n'),
    );
  return EXIT.done;
}

/** All models, or those of that name at any gateway. */
export function namedModels(name: string | undefined): readonly Model[] {
  const all = [...catalogue.values()];
  if (name === undefined) return all;
  const found = all.filter((model) => model.name === name || model.native === name);
  if (found.length > 0) return found;
  const near = nearest(name, [...catalogue.keys()]);
  throw new UsageError(
    `there is no model ${JSON.stringify(name)}`,
    near === undefined ? 'rushes models lists them.' : `Did you mean ${near}?`,
  );
}

/** The models that offer everything that is asked for, translated as a scene would say it. */
function offering(models: readonly Model[], offers: string | undefined): readonly Model[] {
  if (offers === undefined) return models;
  const demands = offers.split(',').map((demand) => {
    const [word = '', value] = demand.trim().split(/:(.*)/s);
    if (!isWord(word)) {
      const near = nearest(word, WORDS);
      throw new UsageError(
        `--offers: ${JSON.stringify(word)} is not a word of a scene`,
        near === undefined ? `The words are ${WORDS.join(', ')}.` : `Did you mean ${near}?`,
      );
    }
    return { word, value };
  });
  return models.filter(({ offers: has }) =>
    demands.every(({ word, value }) => {
      if (has.unsupported.includes(word)) return false;
      if (value === undefined) return true;
      if (word === 'duration') return has.duration.includes(Number(value));
      if (word === 'resolution') return has.resolution.some((one) => one === value);
      return word === 'aspect_ratio' ? has.aspect_ratio.some((one) => one === value) : true;
    }),
  );
}

const isWord = (text: string): text is Word => WORDS.some((word) => word === text);

function modelDocument(model: Model): object {
  const { name, gateway, native, title, lifecycle, offers, defaults, profiles, readings } = model;
  const { rules, sources } = model;
  return {
    name,
    gateway,
    native,
    title,
    lifecycle,
    offers,
    defaults,
    profiles,
    ...defined({ readings }),
    cast: model.cast,
    rules,
    prices: priceSamples(model).map(({ what, seconds, price }) => ({ what, seconds, price })),
    sources,
  };
}
