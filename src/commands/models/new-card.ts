/** `rushes models new <gateway>/<name>`: a model card of a project's own, to start from. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseModelName } from '../../ids.ts';
import { newCard } from '../../report/card-example.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';

/** Writes `models/<name>.yaml` in the working folder; a file that is there stays. */
export async function newModelCard(io: Io, id: string | undefined): Promise<number> {
  const model = id === undefined ? undefined : parseModelName(id);
  if (model === undefined)
    throw new UsageError(
      id === undefined
        ? 'models new needs a model'
        : `${JSON.stringify(id)} is not a model name like apimart/kling-v3`,
      'Write rushes models new apimart/wan3.0-video: a gateway and its id of the model.',
    );
  const file = `models/${model.native}.yaml`;
  const absolute = path.join(io.cwd, file);
  const today = new Date(io.clock.now()).toISOString().slice(0, 10);
  await mkdir(path.dirname(absolute), { recursive: true });
  try {
    await writeFile(absolute, newCard(model.gateway, model.native, today), { flag: 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new UsageError(`${file} exists`, 'Delete it, or edit it.');
    throw error;
  }
  io.stdout.write(`wrote ${file}\n  use it: models: { mine: { use: ./${file} } }\n`);
  return EXIT.done;
}
