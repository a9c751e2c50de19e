/** `rushes validate --list-vars`: the vars that `--var` may set. */
import { EXIT, type Io } from '../shared/io.ts';
import { findManifests } from '../shared/load-projects.ts';
import { terminalLine } from '../../report/text/escape.ts';
import { wrap } from '../../report/text/terminal.ts';
import { document, terminalOf } from '../shared/print.ts';

export async function listVars(
  io: Io,
  named: readonly string[],
  options: { readonly json?: boolean },
): Promise<number> {
  const { loadVars } = await import('../../manifest/read.ts');
  const found = [];
  for (const manifest of await findManifests(io, named))
    found.push({ manifest, ...(await loadVars(manifest, { cwd: io.cwd, env: io.env })) });
  if (options.json === true) document(io, found);
  else {
    const { width, screen } = terminalOf(io, io.stdout);
    for (const { manifest, vars } of found) {
      io.stdout.write(`${manifest}\n`);
      if (vars.length === 0) io.stdout.write('  declares no vars\n');
      for (const { name, type, description, default: value } of vars) {
        const line = `--var ${name}=<${type}>${value === undefined ? '  (must be set)' : `  default ${JSON.stringify(value)}`}${description === undefined ? '' : `  ${description}`}`;
        io.stdout.write(
          `  ${screen === true ? wrap(terminalLine(line), width, '    ') : terminalLine(line)}\n`,
        );
      }
    }
  }
  return EXIT.done;
}
