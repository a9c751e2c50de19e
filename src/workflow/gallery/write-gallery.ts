/** One static page with every clip, to review. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { manifestName } from '../../ids.ts';
import { readClipStates } from '../../lock/clips-on-disk.ts';
import type { Lock } from '../../lock/file/format.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import type { Plan, Resolved } from '../../plan/plan.ts';
import { isoSeconds } from '../../ports/clock.ts';
import { systemFiles } from '../../ports/files/files.ts';
import type { PageData, PageRender, PageScene } from '../../report/gallery/page-data.ts';
import { pageDocument } from '../../report/gallery/page-document.ts';
import { planOver } from '../plan/make-plan.ts';
import { clipsFolder } from '../run/run-over-ledgers.ts';
import { shown, type Surroundings } from '../open/surroundings.ts';
import { readReviews } from './read-reviews.ts';
import { type BaseOfProject, baseOfProject } from './page-base.ts';
import { clipsInside } from './clips-inside.ts';
import { writeSheet } from './write-sheet.ts';
import { readPageAssets } from './page-assets.ts';
import { castMembers } from './page-cast.ts';
import { type ClipsOfProject, readPictures } from './clip-pictures.ts';
import { pageRenders } from './page-renders.ts';
import { type PageOf, posterAddress } from './page-result.ts';

export interface GalleryRequest {
  /** Where the page goes, relative to the working folder. Default: `gallery.html` by the clips. */
  readonly out?: string | undefined;
  readonly draft?: boolean | undefined;
  /** Files of reviewers, as the page exports them; relative to the working folder. */
  readonly reviews?: readonly string[] | undefined;
  /** A contact sheet too: a PNG file, relative to the working folder. */
  readonly sheet?: string | undefined;
  /** Another commit to compare with: its name, and its plan. */
  readonly base?: { readonly ref: string; readonly plan: Plan } | undefined;
}

export type GalleryWritten =
  | {
      readonly ok: true;
      /** As people would type it. */
      readonly file: string;
      readonly renders: number;
      /** Those whose clip is on this machine. */
      readonly clips: number;
    }
  | { readonly ok: false; readonly problem: string };

/** `resolved`: at least one. */
export async function writeGallery(
  at: Surroundings,
  resolved: readonly Resolved[],
  lockOf: (manifest: string) => Lock,
  { out, draft = false, reviews = [], base, sheet }: GalleryRequest,
): Promise<GalleryWritten> {
  const [first] = resolved;
  if (first === undefined) return { ok: false, problem: 'no manifest' };
  const file = path.resolve(
    at.cwd,
    out ??
      path.join(
        resolved.length > 1 ? first.project.outputPath : clipsFolder(first.project),
        'gallery.html',
      ),
  );
  const read = await readReviews(at, reviews);
  if (!read.ok) return read;
  const plan = await planOver(at, resolved, lockOf, { draft });
  const data = {
    ...(await pageData(at, plan, { folder: path.dirname(file), draft, base: base?.plan })),
    ...(base === undefined ? {} : { base: base.ref }),
    ...(read.reviews.length === 0 ? {} : { reviews: read.reviews }),
  };
  if (sheet !== undefined) {
    const target = path.resolve(at.cwd, sheet);
    await mkdir(path.dirname(target), { recursive: true });
    const drawn = await writeSheet(at, data, target);
    if (!drawn.ok) return drawn;
  }
  const assets = await readPageAssets();
  await mkdir(path.dirname(file), { recursive: true });
  const saved = await systemFiles.writeAtomic(file, pageDocument(data, assets));
  return saved.ok
    ? {
        ok: true,
        file: shown(at, file),
        renders: data.renders.length,
        clips: data.renders.filter(({ clip }) => clip?.src !== undefined).length,
      }
    : { ok: false, problem: `the page could not be written: ${saved.problem.message}` };
}

/** `folder`: absolute, of the page. */
async function pageData(
  at: Surroundings,
  plan: Plan,
  {
    folder,
    draft,
    base,
  }: {
    readonly folder: string;
    readonly draft: boolean;
    readonly base: Plan | undefined;
  },
): Promise<PageData> {
  const texts = new Map<string, number>();
  const textIndex = (text: string): number => {
    const index = texts.get(text) ?? texts.size;
    texts.set(text, index);
    return index;
  };
  const locks: ClipsOfProject[] = [];
  const bases: (BaseOfProject | undefined)[] = [];
  for (const part of plan.projects) {
    const { project, lock, lockPath } = part;
    const { filesCache } = pathsOf(project.manifestPath, { draft });
    const states = await clipsInside(
      await readClipStates(lock, lockPath, filesCache, systemFiles),
      { lock, lockPath, root: project.root },
    );
    const before = base?.projects.find((one) => one.project.manifest === project.manifest);
    const ofBase = base === undefined ? undefined : await baseOfProject(before, part);
    bases.push(ofBase);
    locks.push({
      lock,
      lockPath,
      states,
      clipsFolder: clipsFolder(project),
      pictures: [...project.pictures.values()],
      draft,
      baseClips: ofBase?.clips ?? new Map(),
    });
  }
  const pictures = await readPictures(locks, at.waiting);
  const page: PageOf = {
    folder,
    draft,
    textIndex,
    shown: (absolute) => shown(at, absolute),
    picturesOf: (sha256) => pictures.get(sha256),
  };
  const scenes: PageScene[] = [];
  const renders: PageRender[] = [];
  for (const [project, part] of plan.projects.entries()) {
    const [clips, ofBase] = [locks[project], bases[project]];
    if (clips === undefined) continue;
    const found = pageRenders(
      part,
      clips.states,
      {
        project,
        firstScene: scenes.length,
        ...(ofBase === undefined ? {} : { base: ofBase }),
      },
      page,
    );
    scenes.push(...found.scenes);
    renders.push(...found.renders);
  }
  const projects = plan.projects.map(({ project }) => {
    const cast = castMembers(project, (sha256) => posterAddress(sha256, page));
    return {
      manifest: project.manifest,
      name: manifestName(project.manifest),
      aliases: project.aliases.map(({ alias }) => alias),
      ...(cast.length === 0 ? {} : { cast }),
    };
  });
  return {
    title: projects.map(({ name }) => name).join(', '),
    draft,
    writtenAt: isoSeconds(at.clock.now()),
    projects,
    scenes,
    renders,
    texts: [...texts.keys()],
  };
}
