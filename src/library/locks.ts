/** The state of locks and disk: status, verify, gallery. Reads, and sends nothing. */
import type { Verified } from '../report/lock/verified.ts';
import { type StatusDocument, statusDocument } from '../report/lock/status-json.ts';
import { selectionProblems } from '../workflow/load/check-selection.ts';
import { writeGallery } from '../workflow/gallery/write-gallery.ts';
import { resolveManifests } from '../workflow/load/load-manifests.ts';
import { manifestsOfLocks, needsManifest } from '../workflow/load/manifests-of-locks.ts';
import { readLocks } from '../workflow/open/read-locks.ts';
import { statusParts, verifyClips, withStored } from '../workflow/status.ts';
import type { Surroundings } from '../workflow/open/surroundings.ts';
import { checkOptions, type Names } from './check-options.ts';
import { RefusedError } from './errors.ts';
import type { EnvironmentOptions, SelectionOptions } from './options.ts';
import type { LoadOptions } from './plan.ts';
import { documentsOf, invalid, refusal } from './refusals.ts';
import { namesOf, surroundingsOf } from './surroundings-of.ts';

export interface StatusOptions extends EnvironmentOptions, SelectionOptions {}

const STATUS_OPTIONS: Names<StatusOptions> = { filter: true, draft: true };

/** The renders of the locks with their state on disk, as printed by `rushes status --json`. */
export type Status = StatusDocument;

/**
 * The content of these manifests' locks, with the state of each clip on this machine, and in the
 * store that `RUSHES_STORE` names. Costs in it are in US dollars. Rejects with `InvalidInputError`
 * if a lock cannot be read.
 */
export async function status(
  manifests: readonly string[],
  options: StatusOptions = {},
): Promise<Status> {
  checkOptions(options, STATUS_OPTIONS);
  const at = surroundingsOf(options);
  const { filter = {} } = options;
  const { files, locks } = await locksOf(at, manifests, options);
  const local = await statusParts(locks, files, { filter });
  const { parts, store } =
    options.draft === true ? { parts: local, store: undefined } : await withStored(at, local);
  return statusDocument(parts, at.clock.now(), store);
}

export interface VerifyOptions extends StatusOptions {
  /** An absent clip, and a pending task, count too. Default false. */
  readonly complete?: boolean;
  /**
   * A clip that is not here must be in the store that `RUSHES_STORE` names; its state is then
   * `stored`. Default false.
   */
  readonly store?: boolean;
}

const VERIFY_OPTIONS: Names<VerifyOptions> = { ...STATUS_OPTIONS, complete: true, store: true };

export interface VerifyResult {
  /**
   * 0, 7 where a clip is changed, unreadable or (`complete`, `store`) absent, 6 where one is
   * pending.
   */
  readonly exit: 0 | 6 | 7;
  readonly clips: readonly VerifiedClip[];
}

/** One clip, read again and hashed. `path`: relative to the working folder. */
export interface VerifiedClip extends Omit<Verified, 'id'> {
  readonly id: string;
}

/**
 * Every clip that the locks have, read again and compared with its SHA-256. Rejects with
 * `InvalidInputError` if a lock cannot be read, and with `RefusedError` if `store` is asked for and
 * none is named (`exit` 64) or it cannot be used (69, 77).
 */
export async function verify(
  manifests: readonly string[],
  options: VerifyOptions = {},
): Promise<VerifyResult> {
  checkOptions(options, VERIFY_OPTIONS);
  const at = surroundingsOf(options);
  const { filter = {}, complete = false, store = false } = options;
  const { files, locks } = await locksOf(at, manifests, options);
  const verified = await verifyClips(at, locks, files, { filter, complete, store });
  const answer = verified.store;
  if (answer?.kind === 'none') throw new RefusedError('RUSHES_STORE is not set', 64);
  if (answer?.kind === 'problem') throw new RefusedError(answer.problem, answer.exit);
  return { exit: verified.exit, clips: verified.clips };
}

export interface GalleryOptions extends LoadOptions {
  /** Where the page goes, relative to `cwd`. Default: `gallery.html` in the folder of the clips. */
  readonly out?: string;
  /** The clips of a draft. Default false. */
  readonly draft?: boolean;
  /** Files of reviewers, as the page exports them; relative to `cwd`. Default: none. */
  readonly reviews?: readonly string[];
  /** A contact sheet too: a PNG file, relative to `cwd`. Default: none. */
  readonly sheet?: string;
}

const GALLERY_OPTIONS: Names<GalleryOptions> = {
  vars: true,
  out: true,
  draft: true,
  reviews: true,
  sheet: true,
};

export interface Gallery {
  /** Relative to the working folder. */
  readonly file: string;
  readonly renders: number;
  /** Renders whose clip is on this machine. */
  readonly clips: number;
}

/**
 * Writes one static HTML page with every clip, to review. Rejects with `InvalidInputError` if a
 * manifest has errors, and with `RefusedError` if the page cannot be written.
 */
export async function gallery(
  manifests: readonly string[],
  options: GalleryOptions = {},
): Promise<Gallery> {
  checkOptions(options, GALLERY_OPTIONS);
  const { vars = {}, out, draft = false, reviews, sheet } = options;
  const at = surroundingsOf(options);
  const { ok, resolved, diagnostics } = await resolveManifests(at, namesOf(at, manifests), {
    vars: new Map(Object.entries(vars)),
    draft,
  });
  if (!ok) throw invalid(diagnostics);
  const read = await readLocks(
    at,
    resolved.map(({ project }) => project),
    { draft },
  );
  if (read.kind === 'refused') throw refusal(read);
  const written = await writeGallery(at, resolved, read.lockOf, { out, draft, reviews, sheet });
  if (!written.ok) throw new RefusedError(written.problem, 64);
  const { file, renders, clips } = written;
  return { file, renders, clips };
}

async function locksOf(
  at: Surroundings,
  manifests: readonly string[],
  { filter = {}, draft = false }: SelectionOptions,
) {
  const files = await manifestsOfLocks(at, namesOf(at, manifests), {
    draft,
    unread: !needsManifest(filter),
  });
  const read = await readLocks(at, files, { draft });
  if (read.kind === 'refused') throw refusal(read);
  const [unselected, ...others] = await selectionProblems(at, files, read.lockOf, filter, {
    draft,
  });
  if (unselected !== undefined)
    throw new RefusedError(unselected.message, 64, documentsOf([unselected, ...others]));
  return { files, locks: read.byManifest };
}
