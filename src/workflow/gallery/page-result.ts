/** What came of one attempt, current or earlier, as the review page shows it. */
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import type { ClipStates } from '../../lock/clips-on-disk.ts';
import type { LockClip, Result } from '../../lock/file/format.ts';
import { fromLockPath } from '../../lock/file/paths.ts';
import { moneyOf } from '../../lock/money-report.ts';
import { toUsd } from '../../money.ts';
import type { PageClip, PageCost, PageResult, PageUse } from '../../report/gallery/page-data.ts';
import { usesOf } from '../../report/gallery/page-uses.ts';
import { promptOf, withoutPrompt } from '../../report/gallery/shown-text.ts';
import { urlPath } from '../../report/text/escape.ts';
import type { JsonObject } from '../../scene.ts';
import type { ClipPictures } from './clip-pictures.ts';

export interface PageOf {
  /** Absolute folder of the page. */
  readonly folder: string;
  /** As people would type an absolute path. */
  readonly shown: (absolute: string) => string;
  /** A draft's gateway reports costs that are never paid. */
  readonly draft: boolean;
  /** Index of a text in the page's list. */
  readonly textIndex: (text: string) => number;
  readonly picturesOf: (sha256: string) => ClipPictures | undefined;
}

/** The address of a small copy, `undefined` if there is none. */
export function posterAddress(sha256: string, { folder, picturesOf }: PageOf): string | undefined {
  const poster = picturesOf(sha256)?.poster;
  return poster === undefined ? undefined : addressFrom(folder, poster);
}

export function usesIn(request: JsonObject, page: PageOf): { readonly uses?: readonly PageUse[] } {
  const uses = usesOf(request, (sha256) => posterAddress(sha256, page));
  return uses.length === 0 ? {} : { uses };
}

export function pageResult(
  result: Result,
  { lockPath, clips }: { readonly lockPath: string; readonly clips: Pick<ClipStates, 'of'> },
  page: PageOf,
): PageResult {
  const { request, clip, task, submittedAt, completedAt, error, mismatch } = result;
  const sent = request === undefined ? undefined : promptOf(request);
  const cost = page.draft ? undefined : costOf(result);
  return {
    ...(sent === undefined ? {} : { prompt: page.textIndex(sent) }),
    ...(request === undefined ? {} : { request: withoutPrompt(request), ...usesIn(request, page) }),
    ...(clip === undefined
      ? {}
      : { clip: clipOf(lockPath, clip, clips.of(result) !== 'absent', page) }),
    ...(cost === undefined ? {} : { cost }),
    ...(task === undefined ? {} : { task }),
    ...(submittedAt === undefined ? {} : { submittedAt }),
    ...(completedAt === undefined ? {} : { completedAt }),
    ...(error === undefined ? {} : { error }),
    ...(mismatch === undefined ? {} : { mismatch }),
  };
}

function clipOf(lockPath: string, clip: LockClip, here: boolean, page: PageOf): PageClip {
  const absolute = fromLockPath(lockPath, clip.path);
  const { sha256, bytes, width, height, seconds, audio } = clip;
  const { fps } = page.picturesOf(sha256) ?? {};
  const poster = posterAddress(sha256, page);
  return {
    sha256,
    bytes,
    width,
    height,
    seconds,
    audio,
    path: page.shown(absolute),
    ...(fps === undefined ? {} : { fps }),
    ...(here ? { src: addressFrom(page.folder, absolute) } : {}),
    ...(poster === undefined ? {} : { poster }),
  };
}

/** Relative, so that page and clips can be moved together; another drive is named in full. */
function addressFrom(folder: string, absolute: string): string {
  const relative = path.relative(folder, absolute);
  return path.isAbsolute(relative)
    ? pathToFileURL(absolute).href
    : urlPath(relative.split(path.sep).join('/'));
}

/** In the words of the money report, whose sums the page's must equal. */
function costOf(result: Result): PageCost | undefined {
  const money = moneyOf(result);
  if (money === undefined) return undefined;
  const { cost } = result;
  return {
    kind: cost?.source === 'reported' ? 'charged' : money.unclear > 0 ? 'unclear' : 'reserved',
    ...(money.unpriced > 0
      ? {}
      : { usd: toUsd(money.charged) + toUsd(money.reserved) + toUsd(money.unclear) }),
    ...(cost?.estimatedUsd === undefined ? {} : { estimatedUsd: cost.estimatedUsd }),
    ...(money.refunded > 0 ? { refundedUsd: toUsd(money.refunded) } : {}),
    ...(money.refundPromised > 0 ? { refundPromised: true } : {}),
  };
}
