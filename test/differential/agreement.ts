/**
 * Bodies before two judges: `rushes validate` reads them out of a manifest, a strict server is sent
 * them.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { runProgram } from '../../src/commands/program.ts';
import { systemClock } from '../../src/ports/clock.ts';
import type { Body } from './bodies.ts';
import { complaintsAbout } from './all-judges.ts';

export interface Verdict {
  readonly body: Body;
  /** What `validate` calls an error about this render. */
  readonly ours: readonly string[];
  /** What the server says with its 400. */
  readonly theirs: readonly string[];
}

/**
 * The strict server on loopback: 200 for a body it would take, 400 with its complaints for any
 * other.
 */
export async function startJudge(): Promise<{ readonly url: string; readonly close: () => void }> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const complaints = complaintsAbout(JSON.parse(await text(request)));
    response.writeHead(complaints.length === 0 ? 200 : 400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ complaints }));
  };
  const server = createServer((request, response) => void answer(request, response));
  // Validation keeps this process busy for longer than a connection is kept by default.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/v1/videos/generations`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** One manifest with a scene for each body, through the real command and its JSON. */
async function validated(
  model: string,
  bodies: readonly Body[],
): Promise<readonly (readonly string[])[]> {
  const cwd = mkdtempSync(path.join(tmpdir(), 'rushes-differential-'));
  mkdirSync(path.join(cwd, '.git'));
  const manifest = {
    rushes: 1,
    models: { m: { use: model } },
    // The revision makes equal bodies different renders, as a person would have to.
    scenes: bodies.map((params, at) => ({ id: `s${String(at)}`, revision: at + 1, params })),
  };
  writeFileSync(path.join(cwd, 'film.yaml'), JSON.stringify(manifest));
  let out = '';
  const output = { isTTY: false, columns: 80 };
  await runProgram(['validate', 'film.yaml', '--json'], {
    cwd,
    env: {},
    stdout: { ...output, write: (chunk) => void (out += chunk) },
    stderr: { ...output, write: () => undefined },
    clock: systemClock,
    onSignal: () => () => undefined,
    exitNow: () => undefined,
  });
  rmSync(cwd, { recursive: true });
  const { diagnostics } = JSON.parse(out) as {
    diagnostics: { severity: string; code: string; message: string; renders: string[] }[];
  };
  const found: string[][] = bodies.map(() => []);
  for (const { severity, code, message, renders } of diagnostics) {
    if (severity !== 'error') continue;
    if (renders.length === 0) throw new Error(`an error about no render: ${code} ${message}`);
    for (const render of renders)
      found[Number(/^s(\d+)\/m$/u.exec(render)?.[1])]?.push(`${code}: ${message}`);
  }
  return found;
}

async function judged(
  url: string,
  model: string,
  bodies: readonly Body[],
): Promise<readonly (readonly string[])[]> {
  const verdicts: (readonly string[])[] = [];
  const name = model.slice(model.indexOf('/') + 1);
  for (const body of bodies) {
    const response = await fetch(url, {
      method: 'POST',
      body: JSON.stringify({ model: name, ...body }),
    });
    const { complaints } = (await response.json()) as { complaints: readonly string[] };
    if ((response.status === 200) !== (complaints.length === 0))
      throw new Error(`the judge contradicts itself: ${complaints.join('; ')}`);
    verdicts.push(complaints);
  }
  return verdicts;
}

/** Scenes of one manifest: well under the largest file that is read. */
const MANIFEST = 300;

export async function verdicts(
  url: string,
  model: string,
  bodies: readonly Body[],
): Promise<readonly Verdict[]> {
  const all: Verdict[] = [];
  for (let from = 0; from < bodies.length; from += MANIFEST) {
    all.push(...(await judgedTwice(url, model, bodies.slice(from, from + MANIFEST))));
  }
  return all;
}

async function judgedTwice(
  url: string,
  model: string,
  bodies: readonly Body[],
): Promise<readonly Verdict[]> {
  const [ours, theirs] = await Promise.all([validated(model, bodies), judged(url, model, bodies)]);
  return bodies.map((body, at) => ({ body, ours: ours[at] ?? [], theirs: theirs[at] ?? [] }));
}
