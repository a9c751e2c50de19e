/** Frames of clips for a run: from the clip on this machine, else from the one in the store. */
import { join } from 'node:path';
import { manifestWords } from '../../command-words.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import { readAgain } from '../../lock/clips-on-disk.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import { decoderHere } from '../../pictures/frames/decoder.ts';
import { type FrameFiles, openFrameFiles } from '../../pictures/frames/frame-files.ts';
import { isPaidFor, type Plan } from '../../plan/plan.ts';
import { systemFiles } from '../../ports/files/files.ts';
import type { RunFrames } from '../../run/context.ts';
import { pullIntoPlace } from '../../run/store/pull-into-place.ts';
import { clipsOfLocks } from '../store/clips-of-locks.ts';
import { storeOf } from '../open/open-store.ts';
import type { ManifestFile } from '../open/ledger-problems.ts';
import type { Ledgers } from '../open/open-ledgers.ts';
import type { Network } from '../open/open-network.ts';
import type { Surroundings } from '../open/surroundings.ts';

interface OpenForFrames {
  readonly manifests: readonly ManifestFile[];
  readonly ledgers: Ledgers;
  readonly network: Pick<Network, 'http'>;
  readonly draft?: boolean | undefined;
}

export function framesOfRun(at: Surroundings, open: OpenForFrames): RunFrames {
  const { manifests, ledgers, network, draft } = open;
  const folders = new Map<string, FrameFiles>();
  const framesOf = (manifest: string): FrameFiles | undefined => {
    const file = manifests.find((one) => one.manifest === manifest);
    if (file === undefined) return undefined;
    const { folder } = pathsOf(file.manifestPath, { draft: draft === true });
    let frames = folders.get(folder);
    if (frames === undefined)
      folders.set(folder, (frames = openFrameFiles(join(folder, 'frames'), systemFiles)));
    return frames;
  };
  /**
   * Brings the clip from the store to its place; gives the error, or nothing on success. `missing`:
   * why the one here is of no use.
   */
  const pull = async (
    manifest: string,
    sha256: string,
    missing: string,
  ): Promise<string | undefined> => {
    const file = manifests.find((one) => one.manifest === manifest);
    const ledger = ledgers.byManifest.get(manifest);
    if (file === undefined || ledger === undefined) return missing;
    const { lock } = ledger;
    const paths = pathsOf(file.manifestPath, { draft: draft === true });
    // So far its size was believed.
    await readAgain(sha256, lock, paths, systemFiles);
    if (draft === true) return missing;
    const opened = await storeOf(at, network.http);
    if (opened.kind === 'none') return missing;
    if (opened.kind !== 'open') return `${missing}, and ${opened.problem}`;
    const clips = await clipsOfLocks([{ ...file, lock, paths }]);
    const wanted = clips.filter((clip) => clip.sha256 === sha256 && clip.disk !== 'present');
    const { pulled, wrong, failure } = await pullIntoPlace(opened.store, wanted);
    if (pulled.length > 0) return undefined;
    if (wrong.length > 0)
      return `${missing}, and the object in ${opened.store.address} is not the clip (rushes store verify --deep ${manifestWords([manifest])})`;
    return failure === undefined || failure.kind === 'aborted'
      ? `${missing}, and it is not in ${opened.store.address}`
      : `${missing}, and ${opened.store.address}: ${failure.reason}`;
  };
  return {
    take: async (manifest, clip, frame) => {
      const frames = framesOf(manifest);
      if (frames === undefined)
        return { kind: 'problem', message: `${manifest} is not part of this run` };
      const taken = await frames.take(clip, frame);
      if (taken.kind !== 'no-clip') return taken;
      const problem = await pull(manifest, clip.sha256, taken.message);
      return problem === undefined
        ? frames.take(clip, frame)
        : { kind: 'no-clip', message: problem };
    },
  };
}

/**
 * What is missing on this machine for the frames that a plan needs: nothing decodes clips.
 * `undefined`: no frame is needed, or there is a decoder.
 */
export async function missingDecoder(plan: Plan): Promise<Diagnostic | undefined> {
  const needing = plan.projects.flatMap(({ renders }) =>
    renders.filter(({ action, render }) => isPaidFor(action) && render.frames !== undefined),
  );
  const [first] = needing;
  if (first === undefined) return undefined;
  const here = await decoderHere();
  if (here.kind !== 'none') return undefined;
  const { render } = first;
  return {
    code: 'no-decoder',
    severity: 'warning',
    message: `${needing.length === 1 ? `${render.id} needs` : `${needing.length} renders need`} a frame of another clip, and nothing on this machine can take one`,
    place: render.placeOf(render.frames?.[0]?.at ?? []),
    hint: here.hint,
    renders: needing.map((one) => one.render.id),
  };
}
