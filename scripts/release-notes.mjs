/**
 * `node scripts/release-notes.mjs 1.2.3`: the part of CHANGELOG.md about that version, for its
 * release. Exit 1 where the changelog does not name it.
 */
import { readFile } from 'node:fs/promises';

const [version = ''] = process.argv.slice(2);
const changelog = await readFile(new URL('../CHANGELOG.md', import.meta.url), 'utf8');
const parts = changelog.split(/^(?=## )/m);
const part = parts.find(
  (text) => text.startsWith(`## ${version} `) || text.startsWith(`## ${version}\n`),
);
const notes = part?.replace(/^## .*\n/, '').trim() ?? '';
if (notes === '') {
  process.stderr.write(`CHANGELOG.md has no part "## ${version}", or nothing in it\n`);
  process.exit(1);
}
process.stdout.write(`${notes}\n`);
