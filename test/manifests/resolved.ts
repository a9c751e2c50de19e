/** A manifest of the manifests folder, read and resolved as the commands do it. */
import { fileURLToPath } from 'node:url';
import type { Diagnostic } from '../../src/diagnostic.ts';
import type { SceneSpec } from '../../src/scene.ts';
import { loadManifest } from '../../src/manifest/read.ts';
import { catalogue } from '../../src/models/catalogue.ts';
import type { ResolvedRender } from '../../src/plan/plan.ts';
import { resolveProject } from '../../src/plan/resolve/resolve.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `unskipped`: scenes that users skip, as their pictures are examples, count like all others. */
export async function resolved(
  name: string,
  { unskipped = false }: { readonly unskipped?: boolean } = {},
): Promise<{
  readonly renders: readonly ResolvedRender[];
  readonly problems: readonly Diagnostic[];
}> {
  const { project, diagnostics } = await loadManifest(`manifests/${name}.yaml`, { cwd: root });
  if (project === undefined) return { renders: [], problems: diagnostics };
  const scenes = unskipped ? project.scenes.map(withoutSkip) : project.scenes;
  const plan = resolveProject({ ...project, scenes }, catalogue);
  return {
    renders: plan.renders,
    problems: [...diagnostics, ...plan.diagnostics].filter(({ severity }) => severity !== 'note'),
  };
}

function withoutSkip(scene: SceneSpec): SceneSpec {
  const { skip: _skipped, ...kept } = scene;
  return kept;
}
