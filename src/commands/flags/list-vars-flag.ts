/** `rushes validate --list-vars`: what `--var` may set. */
import { EXIT, type Io } from '../shared/io.ts';
import { findManifests } from '../shared/load-projects.ts';
import { document } from '../shared/print.ts';

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
    for (const { manifest, vars } of found) {
      io.stdout.write(`${manifest}\n`);
      if (vars.length === 0) io.stdout.write('  declares no vars\n');
      for (const { name, type, description, default: value } of vars) {
        io.stdout.write(
          `  --var ${name}=<${type}>${value === undefined ? '  (must be set)' : `  default ${JSON.stringify(value)}`}${description === undefined ? '' : `  ${description}`}\n`,
        );
      }
    }
  }
  return EXIT.done;
}
