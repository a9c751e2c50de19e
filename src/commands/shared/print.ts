/**
 * How every command speaks: diagnostics on stderr, annotations for GitHub, colour and width from
 * the terminal.
 */
import path from 'node:path';
import type { Diagnostic } from '../../diagnostic.ts';
import { diagnosticsTerminal } from '../../report/diagnostics/diagnostics-terminal.ts';
import { diagnosticsGithub } from '../../report/diagnostics/diagnostics-github.ts';
import { safeJson } from '../../report/text/escape.ts';
import type { Terminal } from '../../report/text/terminal.ts';
import { type Io, type Output, wantsColour, writeData } from './io.ts';

export const terminalOf = (io: Io, output: Output): Terminal => ({
  width: Math.max(40, output.columns),
  color: wantsColour(io, output),
  screen: output.isTTY,
});

/** Prints diagnostics for people, and on GitHub as annotations too. Nothing when there are none. */
export function printDiagnostics(io: Io, diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  io.stderr.write(diagnosticsTerminal(diagnostics, terminalOf(io, io.stderr)));
  if (io.env['GITHUB_ACTIONS'] === 'true')
    io.stderr.write(diagnosticsGithub(diagnostics, { folder: folderOnGithub(io) }));
}

/**
 * The working folder as seen from the root of the checkout: annotations are placed by paths from
 * there.
 */
export function folderOnGithub(io: Io): string {
  const workspace = io.env['GITHUB_WORKSPACE'];
  if (workspace === undefined || workspace === '') return '';
  const folder = path.relative(workspace, io.cwd).split(path.sep).join('/');
  return folder.startsWith('..') ? '' : folder;
}

/** One JSON document on stdout; nothing in it can speak to a terminal or a workflow log. */
export const document = (io: Io, value: unknown): void => writeData(io, `${safeJson(value, 2)}\n`);
