/** `rushes models check`: the catalogue against the gateways' free endpoints. */
import type { ModelsCheck } from '../../gateways/catalogue/compare.ts';
import { catalogue } from '../../models/catalogue.ts';
import { modelsCheckText } from '../../report/models-check.ts';
import { checkModels } from '../../workflow/check-models.ts';
import { namedModels } from './models.ts';
import { EXIT, type Io } from '../shared/io.ts';
import { document, terminalOf } from '../shared/print.ts';

/** 2: something has moved; 69: a gateway gave no answer at all; else 0. */
export async function modelsCheck(
  io: Io,
  name: string | undefined,
  options: { readonly json?: boolean },
): Promise<number> {
  const check = await checkModels(io, namedModels(name), catalogue);
  if (options.json === true) document(io, check);
  else printCheck(io, check);
  return exitOfCheck(check);
}

export const printCheck = (io: Io, check: ModelsCheck): void =>
  io.stdout.write(modelsCheckText(check, terminalOf(io, io.stdout)));

export function exitOfCheck({ moved, gateways }: ModelsCheck): number {
  if (moved.length > 0) return EXIT.somethingToDo;
  return gateways.some(({ models, unanswered }) => models === 0 && unanswered.length > 0)
    ? EXIT.unreachable
    : EXIT.done;
}
