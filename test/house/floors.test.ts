import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** Rooms and their floors: imports, types included, go to lower floors or stay in the room. */
const FLOORS: Record<string, number> = {
  ports: 1,
  pictures: 1,
  'scene.ts': 1,
  'ids.ts': 1,
  'command-words.ts': 1,
  'money.ts': 1,
  secrets: 1,
  algorithms: 1,
  'diagnostic.ts': 1,
  'diagnostic-codes': 1,
  'defined.ts': 1,
  'keys.ts': 1,
  'version.ts': 1,
  manifest: 2,
  models: 2,
  clip: 2,
  lock: 2,
  store: 2,
  // Above the lock that it is seeded from, below the plan that asks it.
  record: 2.5,
  gateways: 3,
  plan: 3,
  run: 4,
  report: 5,
  'local-gateway': 5,
  workflow: 6,
  commands: 7,
  library: 7,
  'cli.ts': 8,
  'action.ts': 8.5,
  'action-post.ts': 8.5,
  'index.ts': 8,
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll(path.sep, '/'))
  .filter((name) => /\.tsx?$/.test(name))
  .sort();

interface Import {
  readonly file: string;
  readonly line: number;
  readonly target: string;
}

/** `import … from`, `export … from`, `import('…')` and `import '…'`, types included. */
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(\s*|^\s*import\s+)(['"])([^'"]+)\1/gm;

const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(path.join(SRC, file), 'utf8');
  return [...text.matchAll(IMPORT)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length,
    target: match[2] ?? '',
  }));
});

const room = (file: string): string => file.split('/')[0] ?? file;
const resolve = (from: string, target: string): string =>
  path.posix.normalize(path.posix.join(path.posix.dirname(from), target));
const show = ({ file, line, target }: Import): string => `src/${file}:${line} imports ${target}`;
const floorOf = (file: string): number => FLOORS[room(file)] ?? Number.NaN;
/** Floor 1 is mostly single files: what stands there may import each other. */
const sameRoom = (a: string, b: string): boolean =>
  room(a) === room(b) || (floorOf(a) === 1 && floorOf(b) === 1);

/** The two folders side by side, at whatever level, that an import goes between; else nothing. */
function betweenFolders(
  from: string,
  to: string,
): readonly { readonly from: string; readonly to: string }[] {
  const [a, b] = [from.split('/').slice(0, -1), to.split('/').slice(0, -1)];
  const apart = a.findIndex((folder, level) => folder !== b[level]);
  return apart < 0 || apart >= b.length
    ? []
    : [{ from: a.slice(0, apart + 1).join('/'), to: b.slice(0, apart + 1).join('/') }];
}

/** Every circle of a graph, once, as `a > b > a`. */
function circles(edges: readonly { readonly from: string; readonly to: string }[]): string[] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of edges) next.set(from, (next.get(from) ?? new Set()).add(to));
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (at: string, trail: readonly string[]): void => {
    const start = trail.indexOf(at);
    if (start >= 0) return void found.push([...trail.slice(start), at].join(' > '));
    if (done.has(at)) return;
    for (const to of next.get(at) ?? []) walk(to, [...trail, at]);
    done.add(at);
  };
  for (const at of next.keys()) walk(at, []);
  return found;
}

describe('the house', () => {
  test('every file stands in a known room', () => {
    expect(files.filter((file) => FLOORS[room(file)] === undefined)).toEqual([]);
    expect(imports.length).toBeGreaterThan(100);
  });

  test('imports go to lower floors or stay in the room', () => {
    const wrong = imports.filter(({ file, target }) => {
      if (!target.startsWith('.')) return false;
      const to = resolve(file, target);
      return !sameRoom(file, to) && !(floorOf(to) < floorOf(file));
    });
    expect(wrong.map(show)).toEqual([]);
  });

  test('the workflow prints nothing, never exits, and is told its environment', () => {
    const wrong = files
      .filter((file) => room(file) === 'workflow')
      .filter((file) =>
        /\bprocess\.|\bconsole\.|\bsystemClock\b/.test(readFileSync(path.join(SRC, file), 'utf8')),
      );
    expect(wrong).toEqual([]);
  });

  test('all inputs of a plan are read through the files port, which the up-to-date check records', () => {
    const reads = /^node:fs(?:\/promises)?$/;
    const wrong = imports.filter(
      ({ file, target }) =>
        ['manifest', 'lock', 'models', 'pictures', 'plan', 'record'].includes(room(file)) &&
        reads.test(target) &&
        // Types only; and whether other processes live.
        !['manifest/disk/find-glob.ts', 'lock/run-lock/processes.ts'].includes(file),
    );
    expect(wrong.map(show)).toEqual([]);
    expect(readFileSync(path.join(SRC, 'manifest/disk/find-glob.ts'), 'utf8')).not.toMatch(
      /^import (?!type ).*'node:fs/m,
    );
  });

  test('no import circle at any level, also inside a room', () => {
    const edges = imports
      .filter(({ target }) => target.startsWith('.') && /\.tsx?$/.test(target))
      .map(({ file, target }) => ({ from: file, to: resolve(file, target) }));
    expect(circles(edges)).toEqual([]);
    expect(circles(edges.flatMap(({ from, to }) => betweenFolders(from, to)))).toEqual([]);
  });

  test('zod is imported as a namespace: its value `z` brings forty languages into the bundle', () => {
    const named = files.filter((file) =>
      /^import (?:\{[^}]*\bz\b|z\b)[^;]* from 'zod'/m.test(
        readFileSync(path.join(SRC, file), 'utf8'),
      ),
    );
    expect(named).toEqual([]);
  });

  test('no import leaves src, but to package.json', () => {
    const wrong = imports.filter(
      ({ file, target }) => target.startsWith('.') && resolve(file, target).startsWith('..'),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  test('pure rooms know no disk, network, process or clock', () => {
    const pure = (file: string): boolean =>
      ['plan', 'models'].includes(room(file)) ||
      (room(file) === 'manifest' && !/^manifest\/(?:read\.ts|disk\/)/.test(file)) ||
      [
        'lock/file/format.ts',
        'lock/journal/events.ts',
        'lock/journal/replay.ts',
        'lock/attempt.ts',
        'lock/transition.ts',
        'lock/entry.ts',
        'lock/merge/merge.ts',
        'lock/decisions.ts',
        'scene.ts',
        'ids.ts',
        'money.ts',
        'diagnostic.ts',
      ].includes(file);
    const effects =
      /^(?:node:(?:fs|fs\/promises|http|https|net|tls|dns|child_process|worker_threads|timers.*|os)|undici|commander|write-file-atomic|proper-lockfile)$/;
    expect(
      imports.filter(({ file, target }) => pure(file) && effects.test(target)).map(show),
    ).toEqual([]);
    const clocks = files
      .filter(pure)
      .filter((file) =>
        /\b(?:Date\.now\(|new Date\(\)|performance\.now\(|process\.(?:env|cwd|argv)|setTimeout\(|setInterval\()/.test(
          readFileSync(path.join(SRC, file), 'utf8'),
        ),
      );
    expect(clocks).toEqual([]);
  });

  test('only gateways, the download and the local gateway use the network', () => {
    const network = /^(?:undici|node:(?:http|https|http2|net|tls|dns|dns\/promises))$/;
    const allowed = (file: string): boolean =>
      file.startsWith('ports/http/') || ['gateways', 'local-gateway'].includes(room(file));
    expect(
      imports.filter(({ file, target }) => network.test(target) && !allowed(file)).map(show),
    ).toEqual([]);
    const talks = imports.filter(
      ({ file, target }) =>
        /ports\/http\/(?:undici-http|exchange|connector)\.ts$/.test(target) &&
        !file.startsWith('ports/http/') &&
        !['commands', 'workflow'].includes(room(file)),
    );
    expect(talks.map(show)).toEqual([]);
    expect(imports.some(({ target }) => target.endsWith('ports/http/undici-http.ts'))).toBe(true);
  });

  test('child processes are started by ports alone, with an environment without keys', () => {
    const starts = imports.filter(({ target }) => target === 'node:child_process');
    expect(
      starts
        .filter(
          ({ file }) =>
            room(file) !== 'ports' ||
            !readFileSync(path.join(SRC, file), 'utf8').includes('childEnvironment('),
        )
        .map(show),
    ).toEqual([]);
    expect(starts.length).toBeGreaterThan(0);
  });

  test('only run waits, and the store between tries', () => {
    const waits = /\b(?:clock\.sleep|setTimeout|setInterval)\(/;
    const allowed = (file: string): boolean =>
      ['run', 'store', 'ports', 'local-gateway'].includes(room(file));
    const waiting = files.filter(
      (file) => !allowed(file) && waits.test(readFileSync(path.join(SRC, file), 'utf8')),
    );
    // The run lock's heartbeat and the progress view's tick are timers, not waits.
    expect(
      waiting.filter(
        (file) =>
          ![
            'lock/run-lock/run-lock.ts',
            'record/record-lock.ts',
            // Results of a run go with the next claim, or after a moment.
            'record/record-steps.ts',
            // Pushes of several claims in one.
            'record/remote/remote-record.ts',
            // In the browser: a clip plays once the pointer has rested on it.
            'report/gallery/page/matrix/media.tsx',
            // And the address follows once typing rests.
            'report/gallery/page/state/address.ts',
            // Between tries of GitHub's API.
            'commands/github/patient-api.ts',
            'commands/shared/watch-run.ts',
            'commands/store/watch-transfer.ts',
          ].includes(file),
      ),
    ).toEqual([]);
  });
});
