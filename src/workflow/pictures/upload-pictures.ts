/** `rushes upload`: the pictures of renders get their links now, and nothing is submitted. */
import type { GatewayName } from '../../ids.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import type { Resolved } from '../../plan/plan.ts';
import type { Emit } from '../../run/events.ts';
import { Stops } from '../../run/limits/shutdown.ts';
import { pictureSources } from '../../run/task/queue-job.ts';
import { PictureLinks } from '../../run/uploads/picture-links.ts';
import { openUploadCache } from '../../run/uploads/upload-cache.ts';
import type { LinkOutcome, UploadSource } from '../../run/uploads/upload-once.ts';
import { openNetwork } from '../open/open-network.ts';
import { filesOf, type Surroundings } from '../open/surroundings.ts';
import { withKnownUploads } from './known-uploads.ts';

/** One picture at one gateway. */
interface PictureAtGateway {
  readonly gateway: GatewayName;
  /** From the root of the project. */
  readonly path: string;
  readonly bytes: number;
  readonly state: 'uploaded' | 'to-upload' | Exclude<LinkOutcome['kind'], 'link'>;
  /** Why there is no link. */
  readonly message?: string;
}

export interface UploadResult {
  readonly pictures: readonly PictureAtGateway[];
  /** Gateways that cannot be reached, with what to do: `set APIMART_API_KEY`. */
  readonly closed: ReadonlyMap<GatewayName, string>;
  /** 0; else 77 (key), 69 (service), 1 (a picture was refused) or 6 (not uploaded). */
  readonly exit: 0 | 1 | 6 | 69 | 77;
}

export interface UploadRequest {
  readonly resolved: readonly Resolved[];
  /** Looks only: nothing is sent. Default false. */
  readonly check: boolean;
  readonly emit: Emit;
}

export async function uploadPictures(
  at: Surroundings,
  { resolved, check, emit }: UploadRequest,
): Promise<UploadResult> {
  const wanted = wantedPictures(await withKnownUploads(at, resolved));
  const network = await openNetwork(at, {});
  try {
    const closed = new Map<GatewayName, string>();
    for (const { gateway } of wanted) {
      const remedy = network.closed.get(gateway)?.remedy;
      const uploads = network.gateways.get(gateway)?.uploads;
      if (remedy !== undefined) closed.set(gateway, remedy);
      else if (uploads !== undefined && 'remedy' in uploads) closed.set(gateway, uploads.remedy);
    }
    const [first] = resolved;
    if (check || closed.size > 0 || first === undefined)
      return { pictures: wanted.map(stateOf), closed, exit: exitOf(wanted.map(stateOf), closed) };
    const cache = await openUploadCache(pathsOf(first.project.manifestPath).uploads, filesOf(at), {
      nowMs: at.clock.now(),
      problem: (message) => emit({ event: 'run.notice', severity: 'warning', message }),
    });
    const links = new PictureLinks({ cache, clock: at.clock, emit, stops: new Stops() });
    for (const gateway of network.gateways.values())
      links.expect(
        gateway,
        wanted.filter((one) => one.gateway === gateway.name).map(({ source }) => source),
      );
    const pictures = await Promise.all(
      wanted.map(async (one): Promise<PictureAtGateway> => {
        const gateway = network.gateways.get(one.gateway);
        const outcome = gateway === undefined ? undefined : await links.link(gateway, one.source);
        if (outcome === undefined) return stateOf(one);
        return outcome.kind === 'link'
          ? { ...stateOf(one), state: 'uploaded' }
          : { ...stateOf(one), state: outcome.kind, message: outcome.message };
      }),
    );
    return { pictures, closed, exit: exitOf(pictures, closed) };
  } finally {
    await network.close();
  }
}

interface Wanted extends Omit<PictureAtGateway, 'state'> {
  readonly uploaded: boolean;
  readonly source: UploadSource;
}

const stateOf = ({ gateway, path, bytes, uploaded }: Wanted): PictureAtGateway => ({
  gateway,
  path,
  bytes,
  state: uploaded ? 'uploaded' : 'to-upload',
});

/** Each digest once for each gateway, in the order of the manifests. */
function wantedPictures(resolved: readonly Resolved[]): readonly Wanted[] {
  const found = new Map<string, Wanted>();
  for (const { renders } of resolved)
    for (const render of renders) {
      const sources = new Map(pictureSources(render).map((one) => [one.placeholder, one]));
      for (const { picture, placeholder, uploaded } of render.pictures ?? []) {
        const { gateway } = render.model;
        const key = `${gateway} ${picture.sha256}`;
        const source = sources.get(placeholder);
        if (source === undefined || found.has(key)) continue;
        const { path, bytes } = picture;
        found.set(key, { gateway, path, bytes, uploaded: uploaded === true, source });
      }
    }
  return [...found.values()];
}

function exitOf(
  pictures: readonly PictureAtGateway[],
  closed: ReadonlyMap<GatewayName, string>,
): UploadResult['exit'] {
  if (closed.size > 0) return 77;
  const states = new Set(pictures.map(({ state }) => state));
  if (states.has('stopped')) return 69;
  if (states.has('refused')) return 1;
  return states.size === 0 || (states.size === 1 && states.has('uploaded')) ? 0 : 6;
}
