/**
 * One round of chaos: a random project, a random bad day at both gateways, and the real process,
 * killed and started again until nothing is left to do. Everything that is left to chance comes
 * from the seed; what the machine's timing adds does not, so a rare failure may need its seed more
 * than once.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { seededRandom } from '../../src/local-gateway/faults/random.ts';
import { type LocalGateway, startLocalGateway } from '../../src/local-gateway/server.ts';
import type { Lock, Result } from '../../src/lock/file/format.ts';
import type { RenderId } from '../../src/ids.ts';
import { pathsOf } from '../../src/lock/file/paths.ts';
import { loadManifest } from '../../src/manifest/read.ts';
import { catalogue } from '../../src/models/catalogue.ts';
import { resolveProject } from '../../src/plan/resolve/resolve.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { between, type Chance, pick, randomFilm } from './random-project.ts';
import { isOwed, Judge, resultsIn, standing, type Wanted } from './check-invariants.ts';
import { type Death, type Life, type Lived, live, randomDeath } from './process-run.ts';
import { leastSpent } from './check-money.ts';
import { CALM, storm } from './random-faults.ts';

export interface RoundOptions {
  readonly seed: number;
  readonly scenes: number;
  /** Lives in bad weather, each of which may be killed. */
  readonly storms: number;
  /** With faults that take seconds of waiting, and tasks without an end. */
  readonly slow: boolean;
  /** Hears what happens, for a person. */
  readonly say?: (text: string) => void;
}

export interface Round {
  /** Empty: everything held. */
  readonly breaches: readonly string[];
  readonly lives: number;
  readonly kills: number;
  readonly accepted: number;
  readonly decisions: number;
  readonly renders: number;
  /** Where the project lies, kept if anything was breached. */
  readonly folder: string;
}

const KEYS = { apimart: 'sk-chaos-APIMART-0f3a9c', evolink: 'sk-chaos-EVOLINK-77b1de' } as const;
/** Tasks are lost by then, and every link is dead, also where nobody said until when. */
const LATER_MS = 73 * 3600 * 1000;
/** More lives than any round should need to come to its end in good weather. */
const CALM_LIVES = 12;

export async function round(options: RoundOptions): Promise<Round> {
  const random = seededRandom(options.seed);
  const chance: Chance = () => random.next();
  const film = randomFilm(chance, options);
  const folder = await mkdtemp(join(tmpdir(), `rushes-chaos-${options.seed}-`));
  const paths = film.files.map((file) => pathsOf(join(folder, file)));
  let laterMs = 0;
  let current: Lived | undefined;
  const judge = new Judge({
    film,
    folder,
    paths,
    gateway: () => gateway,
    keys: Object.values(KEYS),
    laterMs: () => laterMs,
  });
  const gateway: LocalGateway = await startLocalGateway({
    catalogue,
    clock: { ...systemClock, now: () => Date.now() + laterMs },
    seed: options.seed,
    taskSeconds: 0.05,
    keys: { apimart: [KEYS.apimart], evolink: [KEYS.evolink] },
    script: storm(chance, { slow: options.slow }),
    onEvent: (event) => {
      judge.saw(event);
      current?.saw(event);
    },
  });
  let budget = chance() < 0.5 ? undefined : pick(chance, [1, 3, 6, 100]);
  const revisions = new Map<string, number>();
  let wanted: Wanted = new Map();
  const write = async (): Promise<void> => {
    for (const file of film.files)
      await writeFile(join(folder, file), film.manifest(file, budget, revisions));
    wanted = new Map(
      (await Promise.all(paths.map(({ manifest }) => wantedBy(manifest)))).flatMap((part) => [
        ...part,
      ]),
    );
  };
  await mkdir(join(folder, '.git'));
  await write();
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    APIMART_API_KEY: KEYS.apimart,
    EVOLINK_API_KEY: KEYS.evolink,
    APIMART_BASE_URL: gateway.baseUrls.apimart,
    EVOLINK_BASE_URL: gateway.baseUrls.evolink,
    RUSHES_POLL_MIN_MS: '10',
  };
  let [lives, kills, decisions] = [0, 0, 0];
  /** How many tasks were accepted before the runs that share the cap of now. */
  let capFrom = 0;

  async function run(
    argv: readonly string[],
    death?: Death,
  ): Promise<{ readonly life: Life; readonly lock: Lock }> {
    lives += 1;
    current = live([...argv, ...film.files], {
      cwd: folder,
      env,
      laterMs,
      ...(death === undefined ? {} : { death }),
    });
    const life = await current.done;
    current = undefined;
    // What the dead process had put on the wire has arrived before this answer comes back.
    await fetch(`${gateway.url}/barrier`).then((answer) => answer.arrayBuffer());
    if (life.sent !== undefined) kills += 1;
    const lock = await judge.after(life, wanted);
    const end = `${life.exit ?? 'killed'}${life.sent === undefined ? '' : ` (${life.sent} upon ${death?.upon} ${death?.nth})`}`;
    options.say?.(`  rushes ${argv.join(' ')}: ${end}`);
    return { life, lock };
  }

  /** The cap holds over a run and its killed predecessors; a run that ends well begins anew. */
  function capHolds({ argv, exit, err }: Life): void {
    const { accepted } = gateway.books();
    const spent = leastSpent(accepted.slice(capFrom));
    // Each manifest has the budget for itself.
    const cap = (budget ?? Number.POSITIVE_INFINITY) * film.files.length;
    if (spent > cap + 1e-6) judge.breaches.push(`${spent} USD were spent under a cap of ${cap}`);
    if (argv[0] === 'render' && exit !== null && exit !== 130 && !err.includes('nothing was sent'))
      capFrom = accepted.length;
  }

  /**
   * Whoever looks into the gateway's books knows what happened. Now and then somebody rather pays
   * again.
   */
  async function decide(lock: Lock): Promise<void> {
    for (const [id, entry] of lock.renders) {
      const isUnclear = ({ status }: Pick<Result, 'status'>): boolean =>
        status === 'ambiguous' || status === 'lost';
      if (!isUnclear(entry) && !isUnclear(standing(entry, wanted.get(id)) ?? { status: 'failed' }))
        continue;
      // As `recover` chooses: the current one, else the newest.
      const unclear = [entry, ...(entry.earlier ?? [])].find(isUnclear) ?? entry;
      const purpose = id.split('/').slice(0, 2).join('/');
      const task = gateway
        .books()
        .accepted.find(({ idempotencyKey }) => idempotencyKey === unclear.attempt)?.task;
      // Decided already, and not yet submitted.
      if (
        entry.decision?.redo !== undefined &&
        entry.decision.redo === (entry.task ?? entry.attempt)
      )
        continue;
      const again = chance() < 0.12 && unclear === entry;
      if (again) judge.paidAgain(purpose);
      const right =
        unclear.status === 'lost'
          ? ['--give-up']
          : task === undefined
            ? ['--never-happened']
            : // The gateway may be down just then.
              ['--adopt', task, '--unchecked'];
      const { life } = await run(['recover', id, ...(again ? ['--pay-again'] : right)]);
      decisions += 1;
      if (life.exit !== 0)
        judge.breaches.push(
          `rushes ${life.argv.join(' ')} ended with ${String(life.exit)}: ${life.err}`,
        );
    }
  }

  /**
   * Another revision of a scene, or back to the first: what is under way for the other one is paid
   * for.
   */
  async function edit(): Promise<void> {
    const scene = film.scenes[between(chance, 0, film.scenes.length - 1)] ?? '';
    revisions.set(scene, revisions.get(scene) === 2 ? 1 : 2);
    judge.wants(scene, revisions.get(scene) ?? 1);
    options.say?.(`  ${scene} is edited: revision ${revisions.get(scene)}`);
    await write();
  }

  for (let storms = options.storms; storms > 0 && judge.breaches.length === 0; storms -= 1) {
    const collects = chance() < 0.15;
    const retries = !collects && chance() < 0.1;
    if (retries) judge.retriesFailed();
    const death = chance() < 0.85 ? randomDeath(chance) : undefined;
    const detach = chance() < 0.1 ? ['--detach'] : [];
    const json = death?.upon === 'line' || chance() < 0.5 ? ['--json'] : [];
    const wall = chance() < 0.12 ? ['--max-wall', '2s'] : [];
    const shard =
      !collects && film.inTwo && chance() < 0.25 ? ['--shard', `${between(chance, 1, 2)}/2`] : [];
    const command = [
      collects ? 'collect' : 'render',
      ...(retries ? ['--retry-failed'] : []),
      ...detach,
      ...wall,
      ...shard,
      ...json,
    ];
    const { life, lock } = await run(command, death);
    capHolds(life);
    if (chance() < 0.5) await decide(lock);
    if (chance() < 0.25) await edit();
  }

  gateway.setScript(CALM);
  for (let left = CALM_LIVES; judge.breaches.length === 0; left -= 1) {
    if (left === 0) judge.breaches.push('it does not come to an end');
    const { life, lock } = await run(['render']);
    capHolds(life);
    await decide(lock);
    const ends = [0, 1, 7].some((exit) => exit === life.exit);
    if (ends && film.ids.every((id) => isMade(lock, id)) && !owed(lock, Date.now() + laterMs))
      break;
    if (life.exit === 4) {
      budget = budget === undefined || budget > 50 ? undefined : budget * between(chance, 2, 4);
      await write();
    } else if (owed(lock, Date.now() + laterMs) && left < CALM_LIVES - 1) laterMs = LATER_MS;
  }
  if (judge.breaches.length === 0) await nothingLeft();

  /**
   * Whatever was left is a failure or a dead link that a person must look at: another run sends
   * nothing and writes nothing.
   */
  async function nothingLeft(): Promise<void> {
    const locks = async (): Promise<string> =>
      (await Promise.all(paths.map((one) => readFile(one.lock, 'utf8').catch(() => '')))).join(
        '\n',
      );
    const before = { events: gateway.books().events.length, locks: await locks() };
    const { lock } = await run(['render']);
    // What is lost, money that is promised back, and a clip that never landed are asked about once
    // per run; the link that such an ask gives is tried.
    const results = resultsIn(lock).map(({ result }) => result);
    const openEnds = new Set<string | undefined>(
      results.flatMap(({ status, task, cost, clip }) =>
        status === 'lost' ||
        cost?.refund === 'pending' ||
        (status === 'completed' && clip === undefined)
          ? [task]
          : [],
      ),
    );
    const sent = gateway
      .books()
      .events.slice(before.events)
      .filter((event) => {
        if (event.kind === 'settled') return false;
        if (event.kind === 'download') return !openEnds.has(event.task);
        return (
          (event.kind !== 'ask' && event.kind !== 'batch') ||
          event.tasks.some((task) => !openEnds.has(task))
        );
      });
    const isPaidBack = before.locks.includes('"refund": "pending"');
    if (sent.length > 0 && !isPaidBack)
      judge.breaches.push(`a run with nothing to do sent ${JSON.stringify(sent.slice(0, 3))}`);
    if ((await locks()) !== before.locks && !isPaidBack)
      judge.breaches.push('a run with nothing to do changed the lock');
    for (const id of film.ids) if (!isMade(lock, id)) judge.breaches.push(`${id} was never made`);
  }

  /** Made as it is wanted now, or tried and failed. */
  function isMade(lock: Lock, id: string): boolean {
    const entry = lock.renders.get(id as RenderId);
    if (entry === undefined) return false;
    const result = standing(entry, wanted.get(id));
    return (
      result?.status === 'failed' ||
      (result?.status === 'completed' && result.attempt === entry.attempt)
    );
  }

  await gateway.close();
  const { accepted } = gateway.books();
  if (judge.breaches.length === 0) await rm(folder, { recursive: true, force: true });
  return {
    breaches: judge.breaches,
    lives,
    kills,
    accepted: accepted.length,
    decisions,
    renders: film.ids.length,
    folder,
  };
}

const owed = (lock: Lock, nowMs: number): boolean =>
  resultsIn(lock).some(({ result }) => isOwed(result, nowMs));

async function wantedBy(manifest: string): Promise<Wanted> {
  const { project, diagnostics } = await loadManifest(manifest, { cwd: dirname(manifest) });
  if (project === undefined)
    throw new Error(`the manifest of this round is not valid: ${diagnostics[0]?.message}`);
  return new Map(
    resolveProject(project, catalogue).renders.map(({ id, fingerprint }) => [id, fingerprint]),
  );
}
