/** One call for work that takes several of git's plumbing commands: read blobs, make a commit. */
import type { Git } from './git.ts';

/**
 * The bytes of each blob, in the order of `names`: an id, `<commit>:<path>`. `undefined` for what
 * is not there, or no blob. Rejects where git cannot be run or the repository cannot be read.
 * https://git-scm.com/docs/git-cat-file#_batch_output
 */
export async function readBlobs(
  git: Git,
  names: readonly string[],
): Promise<readonly (Buffer | undefined)[]> {
  if (names.length === 0) return [];
  // One name is one line.
  if (names.some((name) => name.includes('\n')))
    return Promise.all(names.map((name) => one(git, name)));
  const out = await must(git, ['cat-file', '--batch'], `${names.join('\n')}\n`);
  const blobs: (Buffer | undefined)[] = [];
  for (let at = 0; blobs.length < names.length;) {
    const end = out.indexOf(0x0a, at);
    if (end < 0) throw new Error('git cat-file: its answer is cut off');
    // <oid> SP <type> SP <size>, else <name> SP missing, or another reason.
    const head = /^[0-9a-f]{40,64} ([a-z]+) (\d+)$/.exec(out.toString('utf8', at, end));
    at = end + 1;
    const size = Number(head?.[2] ?? -1);
    blobs.push(head?.[1] === 'blob' ? out.subarray(at, at + size) : undefined);
    at += size + 1;
  }
  return blobs;
}

async function one(git: Git, name: string): Promise<Buffer | undefined> {
  const read = await git.run(['cat-file', 'blob', name]);
  return read.ok ? read.stdout : undefined;
}

/** The ids of objects by their names, as {@link readBlobs}. */
export async function idsOf(
  git: Git,
  names: readonly string[],
): Promise<readonly (string | undefined)[]> {
  const out = await must(git, ['cat-file', '--batch-check'], `${names.join('\n')}\n`);
  const lines = out.toString('utf8').split('\n');
  return names.map((_, index) => /^([0-9a-f]{40,64}) [a-z]+ \d+$/.exec(lines[index] ?? '')?.[1]);
}

export interface NewCommit {
  /** It has this commit's tree but for `files`; `undefined`: a first commit. */
  readonly parent: string | undefined;
  /** Path -> text; `undefined` removes the file. */
  readonly files: ReadonlyMap<string, string | undefined>;
  /** As `git var GIT_AUTHOR_IDENT` says it: `name <email> seconds +0100`. */
  readonly author: string;
  readonly committer: string;
  readonly message: string;
}

export interface WrittenCommit {
  readonly id: string;
  /** Of the files that have a text. */
  readonly blobs: ReadonlyMap<string, string>;
}

/**
 * A commit that no ref names, beside every checkout and its index. Rejects where git does not take
 * it. https://git-scm.com/docs/git-fast-import
 */
export async function writeCommit(
  git: Git,
  { parent, files, author, committer, message }: NewCommit,
): Promise<WrittenCommit> {
  const stream: string[] = [];
  const data = (text: string): void =>
    void stream.push(`data ${Buffer.byteLength(text)}\n`, text, '\n');
  const marks = new Map<string, number>();
  for (const [path, text] of files) {
    if (text === undefined) continue;
    marks.set(path, marks.size + 2);
    stream.push(`blob\nmark :${marks.size + 1}\n`);
    data(text);
  }
  stream.push(`commit ${NO_REF}\nmark :1\nauthor ${author}\ncommitter ${committer}\n`);
  data(message);
  if (parent !== undefined) stream.push(`from ${parent}\n`);
  for (const path of files.keys()) {
    const mark = marks.get(path);
    stream.push(mark === undefined ? `D ${quoted(path)}\n` : `M 100644 :${mark} ${quoted(path)}\n`);
  }
  stream.push('\n', ...[1, ...marks.values()].map((mark) => `get-mark :${mark}\n`));
  // So that it is not made.
  stream.push(`reset ${NO_REF}\n`);
  const out = await must(git, ['fast-import', '--quiet'], stream.join(''));
  const [id = '', ...oids] = out.toString('utf8').trim().split('\n');
  return { id, blobs: new Map([...marks.keys()].map((path, index) => [path, oids[index] ?? ''])) };
}

/** A stream of fast-import names a ref for each commit. */
const NO_REF = 'refs/rushes/nothing';

/** As C writes strings: a path may hold anything. */
const quoted = (path: string): string =>
  `"${path.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;

async function must(git: Git, args: readonly string[], input: string): Promise<Buffer> {
  const outcome = await git.run(args, { input });
  if (!outcome.ok) throw new Error(`git ${args[0]}: ${outcome.message}`);
  return outcome.stdout;
}
