/** `rushes models`: the catalogue. */
import { nearest } from '../nearest.ts';
import { catalogue } from '../models/catalogue.ts';
import { modelsTerminal, modelTerminal, priceSamples } from '../report/models-terminal.ts';
import { EXIT, type Io, UsageError } from './shared/io.ts';
import { document, terminalOf } from './shared/print.ts';

// oxlint-disable-next-line require-await -- every command is a promise of an exit code
export async function models(
  io: Io,
  name: string | undefined,
  options: { readonly json?: boolean },
): Promise<number> {
  const wanted =
    name === undefined
      ? [...catalogue.values()]
      : [...catalogue.values()].filter((model) => model.name === name || model.native === name);
  if (wanted.length === 0) {
    const near = nearest(name ?? '', [...catalogue.keys()]);
    throw new UsageError(
      `there is no model ${JSON.stringify(name)}`,
      near === undefined ? 'rushes models lists them.' : `Did you mean ${near}?`,
    );
  }
  if (options.json === true) {
    document(
      io,
      wanted.map(
        ({
          name,
          gateway,
          native,
          title,
          sources,
          lifecycle,
          profiles,
          offers,
          defaults,
          rules,
          ...model
        }) => ({
          name,
          gateway,
          native,
          title,
          lifecycle,
          offers,
          defaults,
          profiles,
          rules,
          prices: priceSamples({
            name,
            gateway,
            native,
            title,
            sources,
            lifecycle,
            profiles,
            offers,
            defaults,
            rules,
            ...model,
          }),
          sources,
        }),
      ),
    );
  } else
    io.stdout.write(
      name === undefined
        ? modelsTerminal(catalogue, terminalOf(io, io.stdout))
        : wanted.map((model) => modelTerminal(model, terminalOf(io, io.stdout))).join('\n'),
    );
  return EXIT.done;
}
