/**
 * Which pictures of a plan have a link of an earlier upload, so that nothing must be sent for them.
 */
import { uploadAccounts } from '../../gateways/open.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import type { Resolved, ResolvedRender } from '../../plan/plan.ts';
import { openUploadCache, uploadKey } from '../../run/uploads/upload-cache.ts';
import { hasLife } from '../../run/uploads/upload-once.ts';
import { filesOf, type Surroundings } from '../open/surroundings.ts';

/**
 * The same renders with what is uploaded marked. Without a key it is not known whose links they
 * are, and a draft has none.
 */
export async function withKnownUploads(
  at: Pick<Surroundings, 'clock' | 'env' | 'files'>,
  resolved: readonly Resolved[],
): Promise<readonly Resolved[]> {
  const [first] = resolved;
  if (first === undefined || resolved.every(({ project }) => project.pictures.size === 0))
    return resolved;
  const accounts = uploadAccounts(at.env);
  const nowMs = at.clock.now();
  const cache = await openUploadCache(pathsOf(first.project.manifestPath).uploads, filesOf(at), {
    nowMs,
    problem: () => undefined,
  });
  const marked = (render: ResolvedRender): ResolvedRender => {
    const account = accounts.get(render.model.gateway);
    if (account === undefined || render.pictures === undefined) return render;
    const pictures = render.pictures.map((used) => {
      const key = uploadKey(render.model.gateway, account, used.picture.sha256);
      return hasLife(cache.get(key), nowMs) ? { ...used, uploaded: true as const } : used;
    });
    return { ...render, pictures };
  };
  return resolved.map((one) => ({ ...one, renders: one.renders.map(marked) }));
}
