/** `rushes frame`: one frame of a clip as a picture, for people. Sends nothing. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseRenderId, splitQualified } from '../ids.ts';
import { fromLockPath, pathsOf } from '../lock/file/paths.ts';
import { decoderHere } from '../pictures/frames/decoder.ts';
import { openFrameFiles } from '../pictures/frames/frame-files.ts';
import { type Frame, frameWords } from '../pictures/frame-text.ts';
import { systemFiles } from '../ports/files/files.ts';
import { chooseEntries } from '../workflow/load/choose-renders.ts';
import { chosenOrThrow } from './decisions/selection.ts';
import { EXIT, type Io, UsageError } from './shared/io.ts';
import { readOrPrint } from './shared/ledgers.ts';
import { lockFiles } from './shared/lock-files.ts';

export interface FrameOptions {
  readonly out?: string;
  readonly draft?: boolean;
}

export async function frame(
  io: Io,
  id: string,
  which: string,
  manifests: readonly string[],
  { out, draft = false }: FrameOptions,
): Promise<number> {
  const wanted = frameOf(which);
  if (parseRenderId(splitQualified(id).id) === undefined)
    throw new UsageError(
      `${JSON.stringify(id)} is not a render id`,
      'A render id is scene/alias, or scene/alias/2 for take 2 and up.',
    );
  const files = await lockFiles(io, manifests, { draft });
  const read = await readOrPrint(io, files, { draft });
  if ('exit' in read) return read.exit;
  const [chosen] = chosenOrThrow(
    await chooseEntries(io, files, read.lockOf, { only: [id] }, { bare: [id] }),
  );
  const file = files.find(({ manifest }) => manifest === chosen?.manifest);
  if (chosen === undefined || file === undefined) throw new Error(`no render ${id}`);
  const clip = read.lockOf(chosen.manifest).renders.get(chosen.id)?.clip;
  if (clip === undefined) throw new UsageError(`${id} has no clip`, 'rushes status says why.');
  if (typeof wanted === 'number' && wanted >= clip.seconds)
    throw new UsageError(
      `the clip of ${id} has ${clip.seconds} seconds`,
      'Name an earlier time, or last.',
    );
  const decoder = await decoderHere();
  if (decoder.kind === 'none') {
    io.stderr.write(
      `rushes: nothing on this machine can take a frame of a clip\n  ${decoder.hint}\n`,
    );
    return EXIT.unreachable;
  }
  const { lock, folder } = pathsOf(file.manifestPath, { draft });
  const frames = openFrameFiles(path.join(folder, 'frames'), systemFiles);
  const at = { path: fromLockPath(lock, clip.path), sha256: clip.sha256 };
  const taken = await frames.take(at, wanted);
  if (taken.kind !== 'taken') {
    const hint =
      taken.kind === 'no-clip'
        ? '\n  Fetch it with rushes render --restore, or with rushes store pull'
        : '';
    io.stderr.write(`rushes: the ${frameWords(chosen.id, wanted)}: ${taken.message}${hint}\n`);
    return taken.kind === 'no-clip' ? EXIT.missing : EXIT.invalid;
  }
  const { bytes, type } = taken.picture;
  const ending = type === 'png' ? 'png' : 'jpg';
  const name = out ?? `${chosen.id.replaceAll('/', '-')}-${wanted}.${ending}`;
  const asked = path.extname(name).toLowerCase();
  if (asked !== `.${ending}` && !(type === 'jpeg' && asked === '.jpeg'))
    throw new UsageError(
      `the picture is a ${ending.toUpperCase()}, but ${name} has another extension`,
      `Use a name that ends in .${ending}.`,
    );
  try {
    await writeFile(path.resolve(io.cwd, name), bytes);
  } catch (error) {
    throw new UsageError(
      `${name} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  io.stdout.write(`${name}\n`);
  return EXIT.done;
}

function frameOf(text: string): Frame {
  if (text === 'first' || text === 'last') return text;
  const seconds = Number(text);
  if (text.trim() === '' || !Number.isFinite(seconds) || seconds < 0)
    throw new UsageError(
      `${JSON.stringify(text)} is not a frame`,
      'Write first, last, or a time in seconds, such as 2.5.',
    );
  return seconds;
}
