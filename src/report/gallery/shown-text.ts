/** Texts of the page's data: untrusted, and shown as text nodes only. */
import type { JsonObject } from '../../scene.ts';

/** The prompt of a native body; of several shots, all of them, one a line. */
export function promptOf(request: JsonObject): string | undefined {
  const prompt = typeof request['prompt'] === 'string' ? [request['prompt']] : [];
  const all = [...prompt, ...shotsOf(request)];
  return all.length === 0 ? undefined : all.join('\n');
}

function shotsOf(request: JsonObject): string[] {
  const params = request['model_params'];
  const list: unknown =
    request['multi_prompt'] ??
    (typeof params === 'object' && params !== null && 'multi_prompt' in params
      ? params['multi_prompt']
      : undefined);
  if (!Array.isArray(list)) return [];
  return list.flatMap((shot: unknown) =>
    typeof shot === 'object' && shot !== null && 'prompt' in shot && typeof shot.prompt === 'string'
      ? [shot.prompt]
      : [],
  );
}

/** The request beside its prompt, which is shown on its own. */
export function withoutPrompt({ prompt: _prompt, ...rest }: JsonObject): JsonObject {
  return rest;
}
