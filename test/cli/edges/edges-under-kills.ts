/**
 * A graph of five stages whose process is killed at random points until it is rendered: what was
 * accepted by the gateway is the judge.
 */
import { expect } from 'vitest';
import type { GatewayEvent } from '../../../src/local-gateway/books.ts';
import { toUsd } from '../../../src/money.ts';
import { smallClips, world, type World } from '../cli-project.ts';

const STAGES = 5;
const FILM = `rushes: 1
models: { kling: { use: apimart/kling-v3 } }
scenes:
${Array.from({ length: STAGES }, (_, n) => `  - { id: s${n}, prompt: room ${n}${n === 0 ? '' : `, first_frame: { scene: s${n - 1}, frame: last }`} }`).join('\n')}
`;
/** Of a whole run, about so many lines are written. */
const MOST_LINES = 14;

/** The same numbers for the same seed, 0 to 1. */
export function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** Returns how many lives were ended by a kill. */
export async function renderedUnderKills(chance: () => number, kills: number): Promise<number> {
  await using w = await world({ script: { rules: [smallClips()] } });
  await w.write('film.yaml', FILM);
  const planned = JSON.parse((await w.rushes(['plan', '--json', 'film.yaml'])).out) as {
    totals: { cost: { exactUsd: number } };
  };
  let killed = 0;
  for (let lives = 0; lives < kills; lives++) if (await killedLife(w, chance)) killed += 1;
  for (let runs = 0; ; runs++) {
    await decideUnclear(w);
    const ran = await w.rushes(['render', 'film.yaml']);
    if (ran.exit === 0) break;
    if (runs > STAGES) throw new Error(ran.err);
  }
  const { accepted, events, money } = w.gateway.books();
  expect(accepted.map(({ body }) => body['prompt'])).toEqual(
    Array.from({ length: STAGES }, (_, n) => `room ${n}`),
  );
  expect(aheadOfUpstream(events)).toEqual([]);
  expect(toUsd(money.apimart.charged)).toBeCloseTo(planned.totals.cost.exactUsd, 6);
  expect((await w.rushes(['plan', 'film.yaml'])).out).toBe(
    `Nothing to do: ${STAGES} clips are current.\n`,
  );
  return killed;
}

/** One life of the real process, ended after a random number of the lines that it writes. */
async function killedLife(w: World, chance: () => number): Promise<boolean> {
  await decideUnclear(w);
  let left = 1 + Math.floor(chance() * MOST_LINES);
  const ran = await w.cli(['render', '--json', 'film.yaml'], {
    watch: (said, signal) => {
      for (const _ of said.matchAll(/\n/g)) if ((left -= 1) === 0) signal('SIGKILL');
    },
  });
  return ran.exit === 137;
}

/** A kill between a request and its answer leaves a question; a person looks at the account. */
async function decideUnclear(w: World): Promise<void> {
  const { out } = await w.rushes(['status', '--json', 'film.yaml']);
  const { renders } = JSON.parse(out) as {
    renders: { id: string; state: string; attempt?: string }[];
  };
  for (const { id, state, attempt } of renders) {
    if (state !== 'ambiguous') continue;
    const task = w.gateway.books().accepted.find((one) => one.idempotencyKey === attempt)?.task;
    const way = task === undefined ? ['--never-happened'] : ['--adopt', task];
    const ran = await w.rushes(['recover', id, ...way, 'film.yaml']);
    if (ran.exit !== 0) throw new Error(ran.err);
  }
}

/** Requests that were sent before the clip had been fetched whose frame they need. */
function aheadOfUpstream(events: readonly GatewayEvent[]): readonly string[] {
  const prompts = new Map<string, string>();
  const fetched = new Set<string>();
  return events.flatMap((event) => {
    if (event.kind === 'download' && event.status === 200)
      fetched.add(prompts.get(event.task) ?? '');
    if (event.kind !== 'submit') return [];
    const { prompt = '' } = JSON.parse(event.body) as { prompt?: string };
    if (event.task !== undefined) prompts.set(event.task, prompt);
    const stage = Number(prompt.replace('room ', ''));
    return stage === 0 || fetched.has(`room ${stage - 1}`) ? [] : [prompt];
  });
}
