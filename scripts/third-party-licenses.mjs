/**
 * The licence texts of everything that a bundle holds, from what esbuild says it read: no list of
 * packages is kept by hand. A package without a text fails the build.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Libraries that are compiled into a package, with the texts that it does not carry itself. */
const EMBEDDED = {
  'h264-mp4-encoder': [
    {
      name: 'libmp4v2 (in h264-mp4-encoder), MPL-1.1, source: https://github.com/TrevorSundberg/libmp4v2',
      file: 'libmp4v2-MPL-1.1.txt',
    },
    {
      name: 'minih264 (in h264-mp4-encoder), CC0-1.0, source: https://github.com/TrevorSundberg/minih264',
      file: 'minih264.txt',
    },
  ],
  harfbuzzjs: [
    {
      name: 'HarfBuzz (in harfbuzzjs), Old MIT, source: https://github.com/harfbuzz/harfbuzz',
      file: 'harfbuzz.txt',
    },
  ],
};
/** Packages that name their licence and do not carry its text. */
const TEXT_OF = {
  '@resvg/resvg-wasm': 'MPL-2.0.txt',
  '@bomb.sh/tab': 'bomb.sh-tab-MIT.txt',
};
const TEXT = /^(?:licen[cs]e|copying|notice|unlicense)(?:[.-]|$)/i;

/**
 * Writes `THIRD-PARTY-LICENSES.txt` into `outdir`. `inputs`: of esbuild's metafile, paths relative
 * to `repository`. `shipped`: packages that go along as they are.
 */
export async function writeLicenses(repository, outdir, inputs, shipped = []) {
  const sections = [];
  for (const folder of packageFolders([
    ...Object.keys(inputs),
    ...shipped.map((name) => `node_modules/${name}/`),
  ])) {
    const absolute = path.join(repository, folder);
    const facts = JSON.parse(await readFile(path.join(absolute, 'package.json'), 'utf8'));
    const names = (await readdir(absolute)).filter((name) => TEXT.test(name)).sort();
    const own = TEXT_OF[facts.name];
    const files =
      names.length > 0 || own === undefined
        ? names.map((name) => path.join(absolute, name))
        : [path.join(repository, 'assets/licenses', own)];
    if (files.length === 0) throw new Error(`${folder} has no licence text`);
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    const license = typeof facts.license === 'string' ? facts.license : 'see below';
    sections.push(section(`${facts.name} ${facts.version}, ${license}${sourceOf(facts)}`, texts));
    for (const { name, file } of EMBEDDED[facts.name] ?? [])
      sections.push(
        section(name, [await readFile(path.join(repository, 'assets/licenses', file), 'utf8')]),
      );
  }
  const text = [
    'This program holds code of the following packages, under these licences.\n',
    ...sections,
  ].join('\n');
  await writeFile(path.resolve(repository, outdir, 'THIRD-PARTY-LICENSES.txt'), text);
}

/** `node_modules/a`, `node_modules/@b/c`, also nested ones, each once and sorted. */
const packageFolders = (inputs) =>
  [
    ...new Set(
      inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0] ?? []),
    ),
  ].sort((a, b) => (a < b ? -1 : 1));

const sourceOf = ({ repository }) => {
  const url = typeof repository === 'string' ? repository : repository?.url;
  if (url === undefined) return '';
  const whole = url
    .replace(/^git\+/, '')
    .replace(/\.git$/, '')
    .replace(/^git@github\.com:/, 'https://github.com/')
    .replace(/^(?:github:)?(?=[\w.-]+\/[\w.-]+$)/, 'https://github.com/');
  return `, source: ${whole}`;
};

const section = (title, texts) =>
  [`${'='.repeat(80)}\n${title}\n${'='.repeat(80)}`, ...texts.map((text) => text.trim()), ''].join(
    '\n\n',
  );
