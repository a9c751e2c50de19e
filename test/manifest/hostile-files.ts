/** Files that mean harm, or that only look it: what each is, and its bytes. */
const HEAD = 'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\n';
const scene = (text: string): string => `${HEAD}scenes:\n  - id: a\n    ${text}\n`;
const many = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join('');

/** For one look at each of a hundred thousand. */
const LOTS = 100_000;

export const HOSTILE: Readonly<Record<string, () => string | Uint8Array>> = {
  'an empty file': () => '',
  'nothing but a comment': () => '# later\n',
  'a byte order mark alone': () => '\uFEFF',
  'NUL bytes': () => scene('prompt: "a\0b"'),
  'nothing but NUL': () => new Uint8Array(1_000_000),
  'random bytes': () =>
    Uint8Array.from({ length: 200_000 }, (_, at) => (at * 2_654_435_761) >>> 13),
  'UTF-16 with its mark': () => Buffer.from(`\uFEFF${scene('prompt: x')}`, 'utf16le'),
  'UTF-16 without its mark': () => Buffer.from(scene('prompt: x'), 'utf16le'),
  'half a character': () => Uint8Array.of(...Buffer.from(HEAD), 0xe3, 0x81),
  'a lone surrogate': () => scene(String.raw`prompt: "\uD800"`),
  'escape codes': () => scene(String.raw`prompt: "\e[2J\e]0;x\a"`),
  'a scalar of 10 MB': () => scene(`prompt: "${'x'.repeat(10_000_000)}"`),
  'a scalar just below the limit': () => scene(`prompt: "${'x'.repeat(1_900_000)}"`),
  'a key of 1 MB': () => `${HEAD}${'k'.repeat(1_000_000)}: 1\n`,
  'a billion laughs': () =>
    `a: &a0 [lol, lol]\n${many(40, (n) => `b${n}: &a${n + 1} [*a${n}, *a${n}, *a${n}, *a${n}]\n`)}`,
  'a tower of aliases': () =>
    `a0: &a0 [x]\n${many(5_000, (n) => `a${n + 1}: &a${n + 1} [*a${n}]\n`)}`,
  'an alias of itself': () => 'a: &a [*a]\n',
  'a merge of itself': () => 'a: &a { <<: *a }\n',
  'merges of a large map': () =>
    `m: &m { ${many(20_000, (n) => `k${n}: 1, `)} }\n${many(20_000, (n) => `n${n}: { <<: *m }\n`)}`,
  'merges in one map': () =>
    `m: &m { ${many(20_000, (n) => `k${n}: 1, `)} }\nn: { <<: [${'*m, '.repeat(20_000)}] }\n`,
  'merge keys in one map': () =>
    `m: &m { ${many(20_000, (n) => `k${n}: 1, `)} }\nn:\n${'  <<: *m\n'.repeat(20_000)}`,
  'one key often': () => 'a: 1\n'.repeat(LOTS),
  'a hundred thousand keys': () => many(LOTS, (n) => `k${n}: 1\n`),
  brackets: () => '['.repeat(LOTS),
  braces: () => '{'.repeat(LOTS),
  dashes: () => '- '.repeat(LOTS / 2),
  questions: () => '? '.repeat(LOTS / 2),
  quotes: () => '"'.repeat(LOTS),
  anchors: () => '&a '.repeat(LOTS / 2),
  tags: () => '!!str '.repeat(LOTS / 2),
  documents: () => '---\n'.repeat(LOTS / 2),
  tabs: () => '\t'.repeat(LOTS),
  'markers of a merge': () => '<<<<<<< HEAD\n'.repeat(20_000),
  comments: () => `${'#\n'.repeat(LOTS)}${scene('prompt: x')}`,
  indentation: () => many(1_000, (depth) => `${' '.repeat(depth)}a:\n`),
  'a number of a megabyte': () => scene(`duration: ${'9'.repeat(1_000_000)}`),
  templates: () => scene(`prompt: "${'${{ vars.x }} '.repeat(LOTS)}"`),
  'open templates': () => scene(`prompt: "${'${{ '.repeat(LOTS)}"`),
  'vars that double': () =>
    `${HEAD}vars:\n  v0: xxxxxxxxxx\n${many(60, (n) => `  v${n + 1}: "\${{ vars.v${n} }}\${{ vars.v${n} }}"\n`)}`,
  'a matrix of a million': () =>
    `${HEAD}scenes:\n  - id: "s-\${{ matrix.a }}"\n    matrix: { a: [${many(1_000, (n) => `${n}, `)}], b: [${many(1_000, (n) => `${n}, `)}] }\n`,
  'a million takes': () => scene('takes: 1000000'),
  'a chain of extends': () =>
    `${HEAD}scenes:\n${many(5_000, (n) => `  - { id: s${n}, extends: s${n + 1} }\n`)}  - { id: s5000, prompt: x }\n`,
  'a ring of extends': () =>
    `${HEAD}scenes:\n${many(10_000, (n) => `  - { id: s${n}, extends: s${(n + 1) % 10_000} }\n`)}`,
  'keys of Object': () =>
    `${HEAD}__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }\nscenes:\n  - { id: a, prompt: x, __proto__: 1, toString: 2, hasOwnProperty: 3 }\n`,
  'keys of Object in params': () =>
    scene('params: { __proto__: { x: 1 }, constructor: 1, toString: x }'),
  'scenes with one id': () => `${HEAD}scenes:\n${'  - { id: a, prompt: x }\n'.repeat(20_000)}`,
  'wrong scenes': () =>
    `${HEAD}scenes:\n${many(8_000, (n) => `  - { id: s${n}, duration: "5", promt: x }\n`)}`,
  models: () =>
    `rushes: 1\nmodels:\n${many(5_000, (n) => `  m${n}: { use: apimart/kling-v${n} }\n`)}scenes: [{ id: a, prompt: x }]\n`,
  'an include of itself': () => `${scene('prompt: x')}include: [film.yaml]\n`,
  'an include of everything': () => `${scene('prompt: x')}include: ["**/*", "../**/*", "/etc/*"]\n`,
  'a glob that tries': () => `${scene('prompt: x')}include: ["${'{a,b}'.repeat(30)}"]\n`,
  'a glob of stars': () => `${scene('prompt: x')}include: ["${'**/'.repeat(500)}*.yaml"]\n`,
  'rows from a device': () => `${HEAD}scenes:\n  - { rows: /dev/zero, id: "\${{ row.id }}" }\n`,
  'escaped quotes above a mistake': () => `x: y${'"\\'.repeat(900_000)}\nb: c: d\n`,
  'thousands of vars, and as many names of none': () =>
    `${HEAD}vars: { ${Array.from({ length: 20_000 }, (_, at) => `name_${at}: x`).join(', ')} }\nscenes:\n${Array.from({ length: 3_000 }, (_, at) => `  - { id: s${at}, prompt: "\${{ vars.nome_x${at} }}" }\n`).join('')}`,
  'thousands of long ids, each extending none': () =>
    `${HEAD}scenes:\n${Array.from({ length: 8_000 }, (_, at) => `  - { id: ${'as-long-as-an-id-may-be-'.repeat(3)}${at}, extends: ${'as-long-as-an-id-may-be-'.repeat(3)}x${at}, prompt: x }\n`).join('')}`,
  'a prompt from outside': () => scene('prompt: { file: ../../../../../../etc/passwd }'),
};

/** Those that cost the most: each is looked at alone. */
export const HEAVY: ReadonlySet<string> = new Set([
  'a scalar just below the limit',
  'a tower of aliases',
  'merges of a large map',
  'merges in one map',
  'a hundred thousand keys',
  'brackets',
  'documents',
  'a chain of extends',
  'a ring of extends',
  'models',
]);
