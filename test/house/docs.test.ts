/**
 * The documents of the repository: every link leads somewhere, and every path that they name
 * exists.
 */
import { existsSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const tracked = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '-z'],
  { cwd: ROOT, encoding: 'utf8' },
)
  .split('\0')
  .filter((file) => file !== '' && existsSync(path.join(ROOT, file)));
const pages = tracked.filter((file) => file.endsWith('.md') && !file.startsWith('test/'));
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** Without fenced code, where a bracket is not a link. */
const prose = (text: string): string => text.replaceAll(/^(```|~~~).*?^\1[^\n]*$/gms, '');

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/[`*_]|\[|\]\([^)]*\)/g, '')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
    .replaceAll(/\s/g, '-');

function anchorsOf(file: string): ReadonlySet<string> {
  const headings = [...prose(read(file)).matchAll(/^#{1,6} (.+)$/gm)];
  return new Set(headings.map(([, heading = '']) => anchorOf(heading)));
}

describe.each(pages)('%s', (page) => {
  test('every link inside of the repository leads to a file and a heading that exist', () => {
    const links = [...prose(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const dead = links.filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
      if (target.startsWith('..') || !existsSync(path.join(ROOT, target))) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor);
    });
    expect(dead).toEqual([]);
  });

  test('every path of the sources that it names exists', () => {
    // The changelog names what was; the provider sheets name files of the vendors' own clients.
    if (page === 'CHANGELOG.md' || page.startsWith('docs/providers/')) return;
    const named = [...read(page).matchAll(/\b(?:src|test|scripts|assets|schemas)\/[\w./-]+/g)].map(
      ([name]) => name.replace(/[.:]+$/, ''),
    );
    expect(
      named.filter((name) => !EXAMPLES.has(name) && !existsSync(path.join(ROOT, name))),
    ).toEqual([]);
  });
});

/** Names that stand for a file that the reader makes. */
const EXAMPLES = new Set([
  'src/models/apimart/kling/kling-v4.ts',
  'test/models/apimart/kling-v3.test.ts',
]);

test('docs/environment.md has every variable that the sources read', () => {
  const sources = tracked
    .filter((file) => /^src\/.*\.tsx?$/.test(file))
    .map(read)
    .join('\n');
  const names = new Set(sources.match(/\b(?:RUSHES|APIMART|EVOLINK|AWS)_[A-Z0-9_]*[A-Z0-9]\b/g));
  const page = read('docs/environment.md');
  // Constants of our own, and the branch or mark that the written workflows keep in a variable.
  const ours = /_(?:PRICES|CREDITS_PER_USD|DELIVERY)$/;
  expect([...names].filter((name) => !ours.test(name) && !page.includes(`\`${name}\``))).toEqual(
    [],
  );
});

test('no comment is wider than the code: 100 columns', () => {
  const wide = tracked
    .filter((file) => /^(?:src|scripts|test)\/.*\.(?:tsx?|mjs|css)$/.test(file))
    .flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((line, index) =>
          line.length > 100 && /^\s*(?:\* |\/\*|\/\/)/.test(line) ? [`${file}:${index + 1}`] : [],
        ),
    );
  expect(wide).toEqual([]);
});

test('no comment of the sources cites a document that is not in the repository', () => {
  const cited = tracked
    .filter((file) => /^(?:src|scripts|test)\/.*\.(?:ts|mjs)$/.test(file))
    .flatMap((file) =>
      [...read(file).matchAll(/\b(?:DESIGN|STYLE|DEPENDENCIES)(?:\.md\b|,? section)/g)].map(
        ([name]) => `${file}: ${name}`,
      ),
    );
  expect(cited).toEqual([]);
});

describe('CONTRIBUTING', () => {
  const contributing = read('CONTRIBUTING.md');
  const commands = [...contributing.matchAll(/`((?:npm|npx|node) [^`]+)`/g)].map(
    ([, command = '']) => command,
  );
  const { scripts, devDependencies } = JSON.parse(read('package.json')) as {
    readonly scripts: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  };

  test('it names commands', () => {
    expect(commands.length).toBeGreaterThan(5);
  });

  test.each(commands)('%s: the script, the tool and the files exist', (command) => {
    const [program, first = '', ...rest] = command.split('…')[0]?.trim().split(/\s+/) ?? [];
    const scriptsOf: Readonly<Record<string, readonly string[]>> = {
      'npm run': Object.keys(scripts),
      'npm test': ['test'],
      'npm install': ['install'],
      'npm ci': ['ci'],
    };
    const known = scriptsOf[`${program} ${first}`];
    const name = first === 'run' ? (rest[0] ?? '') : first;
    expect(program === 'node' ? [name] : (known ?? Object.keys(devDependencies))).toContain(name);
    const files = [first, ...rest].filter((word) => /^(?:src|test|scripts|manifests)\//.test(word));
    expect(files.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });

  test('the command line runs from the sources as it says', () => {
    const command = commands.find((each) => each.startsWith('npx tsx src/cli.ts')) ?? '';
    // What npx would find.
    const [, tool = '', ...args] = command.split(' ');
    const found = path.join(ROOT, 'node_modules/.bin', tool);
    const out = execFileSync(found, args, { cwd: ROOT, encoding: 'utf8' });
    expect(out).toContain('submit');
  });
});
