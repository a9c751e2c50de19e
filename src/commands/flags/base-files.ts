/**
 * The files of another commit, in a folder of their own. What manifests and locks are usually made
 * of is there from the beginning; any other file that a manifest names is noted when it is looked
 * for, and can be fetched then.
 */
import { lstatSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Files } from '../../ports/files/files.ts';
import { isInside } from '../../ports/files/project-root.ts';

export interface BaseFiles {
  readonly files: Files;
  /** Names in the commit that were looked for since the last call and are not in the folder yet. */
  takeWanted(): readonly string[];
}

const MOST_LINKS = 40;

/** `inCommit`: the names of all files of the commit. `files`: the disk that `folder` is on. */
export function baseFiles(folder: string, inCommit: readonly string[], files: Files): BaseFiles {
  const known = new Set(inCommit);
  const inside = contentOf(inCommit);
  /** Files that have only their name: a glob finds them. */
  const empty = new Set<string>();
  const fetched = new Set<string>();
  const wanted = new Set<string>();

  /** The name in the commit of what is first missing on the way to the path. */
  const missing = (absolute: string): string | undefined => {
    let left = segmentsOf(folder, absolute);
    let at = '';
    for (let links = 0; left.length > 0;) {
      const [step = '', ...rest] = left;
      at = at === '' ? step : `${at}/${step}`;
      left = rest;
      const facts = lstatSync(path.join(folder, at), { throwIfNoEntry: false });
      if (facts === undefined && inside.has(at)) mkdirSync(path.join(folder, at));
      else if (facts === undefined || empty.has(at)) return known.has(at) ? at : undefined;
      else if (facts.isSymbolicLink()) {
        const link = path.join(folder, at);
        const target = path.resolve(path.dirname(link), readlinkSync(link));
        if (++links > MOST_LINKS || !isInside(target, folder)) return undefined;
        left = [...segmentsOf(folder, target), ...left];
        at = '';
      }
    }
    return undefined;
  };
  const look = (absolute: string): void => {
    const name = missing(absolute);
    if (name === undefined || fetched.has(name)) return;
    wanted.add(name);
  };
  const complete = (absolute: string): void => {
    for (const [name, isFolder] of inside.get(segmentsOf(folder, absolute).join('/')) ?? []) {
      const one = path.join(absolute, name);
      if (lstatSync(one, { throwIfNoEntry: false }) !== undefined) continue;
      if (isFolder) mkdirSync(one);
      else {
        writeFileSync(one, '');
        empty.add(segmentsOf(folder, one).join('/'));
      }
    }
  };
  const looked = <T>(ask: (absolute: string) => T) => {
    return (absolute: string): T => {
      look(absolute);
      return ask(absolute);
    };
  };
  const { sync } = files;
  return {
    files: {
      ...files,
      sync: {
        read: looked((absolute) => sync.read(absolute)),
        stat: looked((absolute) => sync.stat(absolute)),
        kindOf: looked((absolute) => sync.kindOf(absolute)),
        realPath: looked((absolute) => sync.realPath(absolute)),
        entries: looked((absolute) => {
          complete(absolute);
          return sync.entries(absolute);
        }),
      },
    },
    takeWanted: () => {
      const names = [...wanted];
      wanted.clear();
      for (const name of names) {
        fetched.add(name);
        empty.delete(name);
      }
      return names;
    },
  };
}

/** Below `folder`; none for the folder itself and for what is elsewhere. */
function segmentsOf(folder: string, absolute: string): readonly string[] {
  if (!isInside(absolute, folder)) return [];
  return path
    .relative(folder, absolute)
    .split(path.sep)
    .filter((one) => one !== '');
}

/** Folder -> the names in it, and whether each is a folder. The top folder is `''`. */
function contentOf(names: readonly string[]): ReadonlyMap<string, ReadonlyMap<string, boolean>> {
  const inside = new Map<string, Map<string, boolean>>();
  for (const name of names) {
    let isFolder = false;
    for (let end = name.length; end > 0; isFolder = true) {
      const cut = name.lastIndexOf('/', end - 1);
      const folder = cut === -1 ? '' : name.slice(0, cut);
      const content = inside.get(folder) ?? new Map<string, boolean>();
      inside.set(folder, content);
      const own = name.slice(cut + 1, end);
      // What is above is known then, too.
      if (content.has(own)) break;
      content.set(own, isFolder);
      end = cut;
    }
  }
  return inside;
}
