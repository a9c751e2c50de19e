/** A gateway may make a clip with another model than the one that was asked for. */
import { manifestName, type ModelName, type RenderId } from '../../ids.ts';
import type { RunContext } from '../context.ts';

interface About {
  readonly manifest: string;
  readonly id: RenderId;
  readonly model: ModelName;
}

/**
 * The model that an answer names, for the journal, if it is not the requested one;
 * reported once per render.
 */
export function answeredModel(
  ctx: RunContext,
  { manifest, id, model }: About,
  answered: string | undefined,
): { readonly answeredModel?: string } {
  const [gateway = '', native = ''] = model.replace(/\.unchecked$/, '').split('/');
  if (answered === undefined || answered === native) return {};
  ctx.once(`model ${manifest} ${id}`, () =>
    ctx.deps.emit({
      event: 'run.notice',
      severity: 'warning',
      message: `${manifestName(manifest)}:${id}: ${gateway} answers that the model is ${answered}, and ${native} was asked for; the lock has it as answeredModel`,
    }),
  );
  return { answeredModel: answered };
}
