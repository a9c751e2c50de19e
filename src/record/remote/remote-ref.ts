/**
 * The one ref of a git remote that holds the spend record for all clones: `attempts/<date>.jsonl`,
 * `locks/<branch hash>/<path>` and `chains/<branch hash>.json`, built with git's plumbing beside
 * the checkout. A push is a compare-and-swap.
 */
import { createHash } from 'node:crypto';
import { readBlobs, writeCommit } from '../../ports/git-objects.ts';
import { type Git, type Listed, listRefs, UNTIDIED, withEnvironment } from '../../ports/git.ts';
import { encodeAttempt, type RecordedAttempt } from '../attempt-line.ts';
import { Attempts, decodeRecord } from '../attempts.ts';

/** No branch rule covers the first, no workflow starts on it and no list of branches shows it. */
export const RECORD_REFS = ['refs/rushes/record', 'refs/heads/rushes/record'] as const;
type RecordRef = (typeof RECORD_REFS)[number];

export interface RemoteParts {
  /** Of the repository. */
  readonly git: Git;
  /** `origin`, or the address of a repository. */
  readonly remote: string;
  /** Environment of those git calls that reach the remote: its credentials. */
  readonly credentials?: Readonly<Record<string, string>> | undefined;
}

export type Fetched =
  /** `news`: attempts that were not known from this remote before, or that got further. */
  | { readonly kind: 'fetched'; readonly news: readonly RecordedAttempt[] }
  | { readonly kind: 'unreachable'; readonly message: string }
  | { readonly kind: 'damaged'; readonly message: string };

export type Pushed =
  | { readonly kind: 'pushed' }
  /** Another push came first, or may have: fetch, read what is new, try again. */
  | { readonly kind: 'moved' }
  /** No push is accepted. `message`: from git and the server. */
  | { readonly kind: 'refused'; readonly message: string };

/** Fetched objects may not be readable: a clone is damaged, a disk fails. */
export type FromRecord<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'unreadable'; readonly message: string };

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

interface Built {
  readonly commit: string;
  readonly blobs: Map<string, Blob>;
  readonly day?: Day;
}

/** The file of attempts that a push has written. */
interface Day {
  readonly path: string;
  readonly oid: string;
  readonly text: string;
}

const IS_OF_ATTEMPTS = /^attempts\/[^/]+\.jsonl$/;

interface Blob {
  readonly oid: string;
  readonly path: string;
}

/** Messages of git when another push came first; for all, a new start from the new tip helps. */
const MOVED =
  /non-fast-forward|fetch first|stale info|cannot lock ref|failed to update ref|reference already exists|but expected|incorrect old value/i;

const MOST_ROUNDS = 10;

export class RemoteRef {
  /** Everything that the remote is known to hold. */
  #known = new Attempts();
  readonly #parts: RemoteParts;
  #ref: RecordRef = RECORD_REFS[0];
  #tip: string | undefined;
  #blobs = new Map<string, Blob>();
  /** What each file of attempts of the tip says, by its object. */
  #read = new Map<string, readonly RecordedAttempt[]>();
  /** The last push: the next push of the same day continues it. */
  #day: Day | undefined;

  constructor(parts: RemoteParts) {
    this.#parts = parts;
  }

  /** `refs/rushes/record`, or the branch in its place. */
  get ref(): string {
    return this.#ref;
  }

  /** `listed`: the latest {@link listRefs} of {@link RECORD_REFS}. */
  async fetch(listed?: Listed): Promise<Fetched> {
    for (let round = 1; ; round++) {
      const fetched = await this.#fetchOnce(round === 1 ? listed : undefined);
      // Moved on between listing and fetching.
      if (fetched.kind !== 'gone') return fetched;
      if (round === MOST_ROUNDS) return { kind: 'unreachable', message: fetched.message };
    }
  }

  async #fetchOnce(known: Listed | undefined): Promise<Fetched | Gone> {
    const { git, remote } = this.#parts;
    const listed = known ?? (await listRefs(this.#net, remote, RECORD_REFS));
    if (!listed.ok) return { kind: 'unreachable', message: listed.message };
    this.#ref = RECORD_REFS.find((ref) => listed.tips.has(ref)) ?? this.#ref;
    const tip = listed.tips.get(this.#ref);
    if (tip === this.#tip) return { kind: 'fetched', news: [] };
    if (tip === undefined) {
      this.#tip = undefined;
      this.#blobs = new Map();
      // It holds nothing any more: the next push brings everything again.
      this.#known = new Attempts();
      this.#read = new Map();
      return { kind: 'fetched', news: [] };
    }
    // Another step of the same job may have fetched it.
    const read = await this.#readTip(tip);
    if (read.kind !== 'gone') return read;
    // The tip has everything: a clone without history stays one.
    const shallow = await git.run(['rev-parse', '--is-shallow-repository']);
    const depth = shallow.ok && shallow.stdout.toString('utf8').trim() === 'true';
    const fetched = await this.#net.run([
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
    const now = await this.#readTip(tip);
    // So that the next fetch brings only what is new, and git keeps the objects. Another process of
    // this clone may do the same at this moment; either is right.
    if (now.kind === 'fetched')
      await git.run(['update-ref', `refs/rushes/fetched/${hashOf(remote)}`, tip]);
    return now;
  }

  async #readTip(tip: string): Promise<Fetched | Gone> {
    const { git } = this.#parts;
    const tree = await git.run(['ls-tree', '-r', '-z', '--full-tree', tip]);
    if (!tree.ok) return { kind: 'gone', message: tree.message };
    const blobs = new Map<string, Blob>();
    for (const line of tree.stdout.toString('utf8').split('\0')) {
      const parts = /^100644 blob ([0-9a-f]{40,64})\t(.+)$/s.exec(line);
      if (parts?.[1] !== undefined && parts[2] !== undefined)
        blobs.set(parts[2], { oid: parts[1], path: parts[2] });
    }
    const ofAttempts = [...blobs.values()].filter(({ path }) => IS_OF_ATTEMPTS.test(path));
    const unread = ofAttempts.filter(({ oid }) => !this.#read.has(oid));
    // A fetch that was killed leaves less than all.
    const objects = await readBlobs(
      git,
      unread.map(({ oid }) => oid),
    ).catch((error: unknown) => String(error));
    if (typeof objects === 'string') return { kind: 'gone', message: objects };
    const read = new Map(this.#read);
    for (const [index, { oid, path }] of unread.entries()) {
      const blob = objects[index];
      if (blob === undefined) return { kind: 'gone', message: `${oid} is not here` };
      const decoded = decodeRecord(blob);
      // A push is whole or it is not there: a torn line is damage too.
      if (decoded.bad !== undefined || decoded.torn)
        return {
          kind: 'damaged',
          message: `${path} of ${this.#ref} is damaged in line ${decoded.bad?.line ?? decoded.lines + 1}: ${decoded.bad?.reason ?? 'it is cut off'}`,
        };
      read.set(oid, decoded.attempts.all());
    }
    const news = unread.flatMap(({ oid }) =>
      (read.get(oid) ?? []).filter((attempt) => this.#known.add(attempt)),
    );
    const hasLost = this.#hasLost(blobs, read);
    this.#read = new Map(ofAttempts.map(({ oid }) => [oid, read.get(oid) ?? []]));
    if (hasLost) {
      this.#known = new Attempts();
      for (const attempts of this.#read.values())
        for (const attempt of attempts) this.#known.add(attempt);
    }
    this.#tip = tip;
    this.#blobs = blobs;
    return { kind: 'fetched', news };
  }

  /**
   * Whether a tip lacks attempts that the previous tip had, because the ref was moved back. Then
   * the next push sends everything again.
   */
  #hasLost(
    blobs: ReadonlyMap<string, Blob>,
    read: ReadonlyMap<string, readonly RecordedAttempt[]>,
  ): boolean {
    for (const [path, before] of this.#blobs) {
      const now = blobs.get(path);
      if (!IS_OF_ATTEMPTS.test(path) || now?.oid === before.oid) continue;
      const left = new Attempts();
      for (const attempt of (now === undefined ? undefined : read.get(now.oid)) ?? [])
        left.add(attempt);
      if (read.get(before.oid)?.some((attempt) => left.isNews(attempt)) === true) return true;
    }
    return false;
  }

  /** Texts of the locks of a branch, by their path from the top of the repository. */
  locksOf(branch: string): Promise<FromRecord<ReadonlyMap<string, string>>> {
    const folder = `${locksFolder(branch)}/`;
    const locks = [...this.#blobs.values()].filter(({ path }) => path.startsWith(folder));
    return fromRecord(async () => {
      const texts = await this.#textsOf(locks);
      return new Map([...texts].map(([path, text]) => [path.slice(folder.length), text]));
    });
  }

  /** The text of the chain of a branch; `undefined`: none is open. */
  chainOf(branch: string): Promise<FromRecord<string | undefined>> {
    const blob = this.#blobs.get(chainPath(branch));
    return fromRecord(async () =>
      blob === undefined ? undefined : (await this.#textsOf([blob])).get(blob.path),
    );
  }

  /**
   * By their paths. Rejects where one cannot be read: it is not the same as a file that is not
   * there.
   */
  async #textsOf(blobs: readonly Blob[]): Promise<ReadonlyMap<string, string>> {
    const objects = await readBlobs(
      this.#parts.git,
      blobs.map(({ oid }) => oid),
    );
    return new Map(
      blobs.map(({ path, oid }, index) => {
        const object = objects[index];
        if (object === undefined) throw new Error(`${path} of ${this.#ref} (${oid}) is not here`);
        return [path, object.toString('utf8')];
      }),
    );
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
      lines.filter((line) => this.#known.isNews(line)),
      files,
    );
  }

  async #push(now: number, fresh: readonly RecordedAttempt[], files: Texts): Promise<Pushed> {
    const built = await this.#build(now, fresh, files);
    if (built === undefined) return { kind: 'pushed' };
    const candidates = this.#tip === undefined ? RECORD_REFS : [this.#ref];
    let refusal = '';
    for (const ref of candidates) {
      const pushed = await this.#pushTo(ref, built.commit);
      if (pushed.kind === 'moved') return pushed;
      if (pushed.kind === 'pushed') {
        this.#ref = ref;
        this.#tip = built.commit;
        if (built.day !== undefined) {
          const before = this.#blobs.get(built.day.path);
          const attempts = (before === undefined ? undefined : this.#read.get(before.oid)) ?? [];
          this.#read.set(built.day.oid, [...attempts, ...fresh]);
          this.#day = built.day;
        }
        this.#blobs = built.blobs;
        for (const line of fresh) this.#known.add(line);
        return pushed;
      }
      refusal ||= pushed.message;
    }
    return { kind: 'refused', message: refusal };
  }

  async #pushTo(ref: RecordRef, commit: string): Promise<Pushed> {
    const { remote } = this.#parts;
    const lease = `--force-with-lease=${ref}:${this.#tip ?? ''}`;
    const pushed = await this.#net.run(['push', '--quiet', lease, remote, `${commit}:${ref}`]);
    if (pushed.ok) return { kind: 'pushed' };
    if (MOVED.test(pushed.message)) return { kind: 'moved' };
    // Perhaps only the answer was lost. To go on to the other ref would make two records.
    const listed = await listRefs(this.#net, remote, RECORD_REFS);
    if (!listed.ok) return { kind: 'moved' };
    const tip = listed.tips.get(ref);
    if (tip === commit) return { kind: 'pushed' };
    return tip === this.#tip ? { kind: 'refused', message: pushed.message } : { kind: 'moved' };
  }

  /** `undefined`: nothing would change. */
  async #build(
    now: number,
    fresh: readonly RecordedAttempt[],
    texts: Texts,
  ): Promise<Built | undefined> {
    const path = `attempts/${new Date(now).toISOString().slice(0, 10)}.jsonl`;
    const touched = [...(fresh.length > 0 ? [path] : []), ...texts.keys()];
    const known = touched.flatMap((name) => this.#blobs.get(name) ?? []);
    const there = new Map(await this.#textsOf(known.filter(({ oid }) => oid !== this.#day?.oid)));
    for (const { path: name, oid } of known)
      if (oid === this.#day?.oid) there.set(name, this.#day.text);
    const files = new Map<string, string | undefined>();
    if (fresh.length > 0)
      files.set(path, (there.get(path) ?? '') + fresh.map(encodeAttempt).join(''));
    for (const [name, text] of texts) if (there.get(name) !== text) files.set(name, text);
    if (files.size === 0) return undefined;
    const author = `${IDENTITY} ${Math.floor(now / 1000)} +0000`;
    const { id, blobs: written } = await writeCommit(this.#parts.git, {
      parent: this.#tip,
      files,
      author,
      committer: author,
      message: 'The spend record\n',
    });
    const blobs = new Map(this.#blobs);
    for (const name of files.keys()) {
      const oid = written.get(name);
      if (oid === undefined) blobs.delete(name);
      else blobs.set(name, { path: name, oid });
    }
    const [oid, text] = [written.get(path), files.get(path)];
    return {
      commit: id,
      blobs,
      ...(oid !== undefined && text !== undefined && { day: { path, oid, text } }),
    };
  }

  /** Git with the credentials of the remote. */
  get #net(): Git {
    const { git, credentials } = this.#parts;
    return withEnvironment(git, credentials);
  }
}

async function fromRecord<T>(read: () => Promise<T>): Promise<FromRecord<T>> {
  try {
    return { kind: 'read', value: await read() };
  } catch (error) {
    return { kind: 'unreadable', message: error instanceof Error ? error.message : String(error) };
  }
}

const NO_LOCKS = { branch: '', locks: new Map<string, never>() } as const;

/** Of the tool, not of a person: a runner has no identity. */
const IDENTITY = 'rushes <rushes@users.noreply.github.com>';
