/**
 * The one ref of a git remote that holds the spend record for all clones: `attempts/<date>.jsonl`,
 * `locks/<branch hash>/<path>` and `chains/<branch hash>.json`, built with git's plumbing beside the
 * checkout. A push is a
 * compare-and-swap.
 */
import { createHash } from 'node:crypto';
import type { Git } from '../../ports/git.ts';
import { encodeAttempt, type RecordedAttempt } from '../attempt-line.ts';
import { Attempts, decodeRecord } from '../attempts.ts';

/** No branch rule covers the first, no workflow starts on it and no list of branches shows it. */
const REFS = ['refs/rushes/record', 'refs/heads/rushes/record'] as const;
type RecordRef = (typeof REFS)[number];

export interface RemoteParts {
  /** Of the repository. */
  readonly git: Git;
  /** `origin`, or the address of a repository. */
  readonly remote: string;
  /** Environment of those git calls that reach the remote: its credentials. */
  readonly credentials?: Readonly<Record<string, string>> | undefined;
  /** For the index that commits are built in. An empty folder that the caller removes. */
  readonly scratch: string;
}

export type Fetched =
  /** `news`: attempts that were not known from this remote before, or that got further. */
  | { readonly kind: 'fetched'; readonly news: readonly RecordedAttempt[] }
  | { readonly kind: 'unreachable'; readonly message: string }
  | { readonly kind: 'damaged'; readonly message: string };

export type Pushed =
  | { readonly kind: 'pushed' }
  /** Another push came first: fetch, read what is new, try again. */
  | { readonly kind: 'moved' }
  /** No push is accepted. `message`: what git and the server said. */
  | { readonly kind: 'refused'; readonly message: string };

/** Path in the commit -> text; `undefined` removes the file. */
type Texts = ReadonlyMap<string, string | undefined>;

/** Path below `locks/<branch hash>/` -> text; `undefined` removes the file. */
export type LockTexts = ReadonlyMap<string, string | undefined>;

/** Names of branches may hold what names of files may not. */
const locksFolder = (branch: string): string => `locks/${hashOf(branch)}`;

/** See record/chain.ts. */
const chainPath = (branch: string): string => `chains/${hashOf(branch)}.json`;

const hashOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);

interface Gone {
  readonly kind: 'gone';
  readonly message: string;
}

interface Blob {
  readonly oid: string;
  readonly path: string;
}

/** What git says when another push came first; all are cured by starting from the new tip. */
const MOVED =
  /non-fast-forward|fetch first|stale info|cannot lock ref|failed to update ref|reference already exists|but expected|incorrect old value/i;

const MOST_ROUNDS = 10;

/** Collecting garbage is for the commands of the clone's owner. */
export const UNTIDIED = ['-c', 'maintenance.auto=false', '-c', 'gc.auto=0'] as const;

export class RemoteRef {
  /** Everything that the remote is known to hold. */
  readonly known = new Attempts();
  readonly #parts: RemoteParts;
  #ref: RecordRef = REFS[0];
  #tip: string | undefined;
  #blobs = new Map<string, Blob>();
  readonly #seen = new Set<string>();
  /** The commit that the scratch index holds, or `''` for none yet. */
  #indexed: string | undefined;

  constructor(parts: RemoteParts) {
    this.#parts = parts;
  }

  /** `refs/rushes/record`, or the branch in its place. */
  get ref(): string {
    return this.#ref;
  }

  async fetch(): Promise<Fetched> {
    for (let round = 1; ; round++) {
      const fetched = await this.#fetchOnce();
      // Moved on between listing and fetching.
      if (fetched.kind !== 'gone') return fetched;
      if (round === MOST_ROUNDS) return { kind: 'unreachable', message: fetched.message };
    }
  }

  async #fetchOnce(): Promise<Fetched | Gone> {
    const { git, remote } = this.#parts;
    const listed = await this.#net(['ls-remote', remote, ...REFS]);
    if (!listed.ok) return { kind: 'unreachable', message: listed.message };
    const tips = new Map(
      listed.stdout
        .toString('utf8')
        .split('\n')
        .map((line) => line.split('\t'))
        .map(([oid = '', ref = '']) => [ref, oid] as const),
    );
    this.#ref = REFS.find((ref) => tips.has(ref)) ?? this.#ref;
    const tip = tips.get(this.#ref);
    if (tip === this.#tip) return { kind: 'fetched', news: [] };
    if (tip === undefined) {
      this.#tip = undefined;
      this.#blobs = new Map();
      return { kind: 'fetched', news: [] };
    }
    // Another step of the same job may have fetched it.
    const read = await this.#read(tip);
    if (read.kind !== 'gone') return read;
    // The tip has everything: a clone without history stays one.
    const shallow = await git.run(['rev-parse', '--is-shallow-repository']);
    const depth = shallow.ok && shallow.stdout.toString('utf8').trim() === 'true';
    const fetched = await this.#net([
      ...UNTIDIED,
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      ...(depth ? ['--depth=1'] : []),
      remote,
      this.#ref,
    ]);
    if (!fetched.ok) return { kind: 'unreachable', message: fetched.message };
    return this.#read(tip);
  }

  async #read(tip: string): Promise<Fetched | Gone> {
    const { git } = this.#parts;
    const tree = await git.run(['ls-tree', '-r', '-z', '--full-tree', tip]);
    if (!tree.ok) return { kind: 'gone', message: tree.message };
    const blobs = new Map<string, Blob>();
    for (const line of tree.stdout.toString('utf8').split('\0')) {
      const parts = /^100644 blob ([0-9a-f]{40,64})\t(.+)$/s.exec(line);
      if (parts?.[1] !== undefined && parts[2] !== undefined)
        blobs.set(parts[2], { oid: parts[1], path: parts[2] });
    }
    const news: RecordedAttempt[] = [];
    for (const { oid, path } of blobs.values()) {
      if (!/^attempts\/[^/]+\.jsonl$/.test(path) || this.#seen.has(oid)) continue;
      const blob = await git.run(['cat-file', 'blob', oid]);
      // A fetch that was killed leaves less than all.
      if (!blob.ok) return { kind: 'gone', message: blob.message };
      const decoded = decodeRecord(blob.stdout);
      // A push is whole or it is not there: a torn line is damage too.
      if (decoded.bad !== undefined || decoded.torn)
        return {
          kind: 'damaged',
          message: `${path} of ${this.#ref} is damaged in line ${decoded.bad?.line ?? decoded.lines + 1}: ${decoded.bad?.reason ?? 'it is cut off'}`,
        };
      for (const attempt of decoded.attempts.all()) if (this.known.add(attempt)) news.push(attempt);
      this.#seen.add(oid);
    }
    this.#tip = tip;
    this.#blobs = blobs;
    await this.#keep(tip);
    return { kind: 'fetched', news };
  }

  /** So that the next fetch brings only what is new, and git keeps the objects. */
  async #keep(tip: string): Promise<void> {
    const { git, remote } = this.#parts;
    // Another process of this clone may do the same at this moment; either is right.
    await git.run(['update-ref', `refs/rushes/fetched/${hashOf(remote)}`, tip]);
  }

  /** Texts of the locks of a branch, by their path from the top of the repository. */
  async locksOf(branch: string): Promise<ReadonlyMap<string, string>> {
    const folder = `${locksFolder(branch)}/`;
    const texts = new Map<string, string>();
    for (const { oid, path } of this.#blobs.values()) {
      if (!path.startsWith(folder)) continue;
      const blob = await this.#parts.git.run(['cat-file', 'blob', oid]);
      if (blob.ok) texts.set(path.slice(folder.length), blob.stdout.toString('utf8'));
    }
    return texts;
  }

  /** The text of the chain of a branch, if one is open. */
  async chainOf(branch: string): Promise<string | undefined> {
    const oid = this.#blobs.get(chainPath(branch))?.oid;
    if (oid === undefined) return undefined;
    const blob = await this.#parts.git.run(['cat-file', 'blob', oid]);
    return blob.ok ? blob.stdout.toString('utf8') : undefined;
  }

  /** Puts the chain of a branch onto the tip as it was fetched; `undefined` removes it. */
  pushChain(now: number, branch: string, text: string | undefined): Promise<Pushed> {
    return this.#push(now, [], new Map([[chainPath(branch), text]]));
  }

  /**
   * Puts the lines that are news, and the locks, onto the tip as it was fetched. `now`: epoch
   * milliseconds. Nothing to put: pushed.
   */
  async push(
    now: number,
    lines: readonly RecordedAttempt[],
    { branch, locks }: { readonly branch: string; readonly locks: LockTexts } = NO_LOCKS,
  ): Promise<Pushed> {
    const folder = locksFolder(branch);
    const files = new Map([...locks].map(([name, text]) => [`${folder}/${name}`, text] as const));
    return this.#push(
      now,
      lines.filter((line) => this.known.isNews(line)),
      files,
    );
  }

  async #push(now: number, fresh: readonly RecordedAttempt[], files: Texts): Promise<Pushed> {
    const built = await this.#build(now, fresh, files);
    if (built === undefined) return { kind: 'pushed' };
    const candidates = this.#tip === undefined ? REFS : [this.#ref];
    let refusal = '';
    for (const ref of candidates) {
      const pushed = await this.#net([
        'push',
        '--quiet',
        `--force-with-lease=${ref}:${this.#tip ?? ''}`,
        this.#parts.remote,
        `${built.commit}:${ref}`,
      ]);
      if (pushed.ok) {
        this.#ref = ref;
        this.#tip = built.commit;
        this.#indexed = built.commit;
        this.#blobs = built.blobs;
        for (const { oid } of built.blobs.values()) this.#seen.add(oid);
        for (const line of fresh) this.known.add(line);
        await this.#keep(built.commit);
        return { kind: 'pushed' };
      }
      if (MOVED.test(pushed.message)) return { kind: 'moved' };
      refusal ||= pushed.message;
    }
    return { kind: 'refused', message: refusal };
  }

  async #build(
    now: number,
    fresh: readonly RecordedAttempt[],
    files: Texts,
  ): Promise<{ readonly commit: string; readonly blobs: Map<string, Blob> } | undefined> {
    const { scratch } = this.#parts;
    const env = { GIT_INDEX_FILE: `${scratch}/index`, ...IDENTITY };
    const must = async (args: readonly string[], input?: string): Promise<Buffer> => {
      const outcome = await this.#parts.git.run(args, {
        env,
        ...(input !== undefined && { input }),
      });
      if (!outcome.ok) throw new Error(`git ${args[0]}: ${outcome.message}`);
      return outcome.stdout;
    };
    const store = async (text: string): Promise<string> =>
      (await must(['hash-object', '-w', '--stdin'], text)).toString('utf8').trim();
    const blobs = new Map(this.#blobs);
    if (fresh.length > 0) {
      const path = `attempts/${new Date(now).toISOString().slice(0, 10)}.jsonl`;
      const before = blobs.get(path);
      const text =
        before === undefined ? '' : (await must(['cat-file', 'blob', before.oid])).toString('utf8');
      blobs.set(path, { path, oid: await store(text + fresh.map(encodeAttempt).join('')) });
    }
    for (const [path, text] of files) {
      if (text === undefined) blobs.delete(path);
      else blobs.set(path, { path, oid: await store(text) });
    }
    const changes = [...new Set([...blobs.keys(), ...this.#blobs.keys()])].filter(
      (path) => blobs.get(path)?.oid !== this.#blobs.get(path)?.oid,
    );
    if (changes.length === 0) return undefined;
    if (this.#indexed === undefined || this.#indexed !== this.#tip) {
      await must(this.#tip === undefined ? ['read-tree', '--empty'] : ['read-tree', this.#tip]);
    }
    // An index that holds what was not pushed is read again.
    this.#indexed = undefined;
    const none = '0'.repeat(40);
    await must(
      ['update-index', '-z', '--index-info'],
      changes
        .map((path) => {
          const oid = blobs.get(path)?.oid;
          return oid === undefined ? `0 ${none}\t${path}\0` : `100644 ${oid}\t${path}\0`;
        })
        .join(''),
    );
    const tree = (await must(['write-tree'])).toString('utf8').trim();
    const parent = this.#tip === undefined ? [] : ['-p', this.#tip];
    const commit = await must(['commit-tree', tree, ...parent, '-F', '-'], 'The spend record\n');
    return { commit: commit.toString('utf8').trim(), blobs };
  }

  #net(args: readonly string[]): ReturnType<Git['run']> {
    const { git, credentials } = this.#parts;
    return git.run(args, credentials === undefined ? {} : { env: credentials });
  }
}

const NO_LOCKS = { branch: '', locks: new Map<string, never>() } as const;

/** Of the tool, not of a person: a runner has no identity. */
const IDENTITY = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((role) => [
    [`GIT_${role}_NAME`, 'rushes'],
    [`GIT_${role}_EMAIL`, 'rushes@users.noreply.github.com'],
  ]),
);
