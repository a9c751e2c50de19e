/** What is wrong with a template, and what to write in its place. */
import { nearest } from '../../algorithms/nearest.ts';
import { cutName } from '../../diagnostic.ts';
import type { Located, LocatedScalar } from '../../scene.ts';
import { describe } from '../values/located.ts';
import type { Problem, Report } from '../values/problems.ts';
import { PATH, placeIn, type Scope, type Template } from './parse-template.ts';

const NOT_IN_A_NAME = /[^\p{L}\p{M}\p{N}_-]+/gu;

const describeInner = (inner: string): string =>
  JSON.stringify(inner.length > 40 ? `${inner.slice(0, 39)}…` : inner);

/** It would be sent unchanged, and paid for. */
export function reportOther(
  scalar: LocatedScalar,
  { 0: written, 1: curly, 2: dollar }: RegExpExecArray,
  report: Report,
): void {
  const { source, start, end } = scalar.place;
  const at = source.text.slice(start, end).indexOf(written);
  report({
    code: 'template-syntax',
    severity: 'warning',
    message: `${describeInner(written)} is not a template and is sent unchanged`,
    place:
      at === -1 ? scalar.place : { source, start: start + at, end: start + at + written.length },
    hint: `Write \${{ ${curly ?? dollar ?? ''} }}`,
  });
}

export function reportBroken(
  scalar: LocatedScalar,
  { broken }: Template,
  scope: Scope,
  report: Report,
): void {
  for (const { ordinal, start, end, unclosed, inner } of broken) {
    const place = placeIn(scalar, ordinal, start, end - start);
    if (unclosed) {
      const hint = 'Write ${{ vars.name }}, or $${{ for a literal ${{.';
      report({
        code: 'template-syntax',
        message: 'a template is opened by ${{ and never closed by }}',
        place,
        hint,
      });
    } else {
      const message =
        inner === '' ? 'a template names nothing' : `${describeInner(inner)} is not a look-up`;
      const hint =
        unnameableHint(inner, scope) ??
        'Templates only look up values, as in ${{ vars.style }}: no expressions, functions or defaults. $${{ is a literal ${{.';
      report({ code: 'template-syntax', message, place, hint });
    }
  }
}

/** A column of a spreadsheet may be named anything: `row.Shot prompt`. */
function unnameableHint(inner: string, scope: Scope): string | undefined {
  const [root = '', ...rest] = inner.split('.');
  const group = scope.get(root);
  const name = rest.join('.').trim();
  if (group?.kind !== 'map') return undefined;
  const found = [...group.entries.keys()].find((key) => key.trim() === name);
  return found === undefined ? undefined : renameHint(found);
}

function renameHint(name: string): string {
  const instead = name
    .trim()
    .replaceAll(NOT_IN_A_NAME, '_')
    .replaceAll(/^_+|_+$/g, '');
  return `A template cannot name ${describeInner(name)}: only letters, digits, - and _ are possible. Rename it${instead === '' ? '' : `, for example to ${instead}`}.`;
}

export function unknownStep(
  path: readonly string[],
  depth: number,
  at: Located,
  scope: Scope,
): Pick<Problem, 'message' | 'hint'> {
  const full = cutName(path.join('.'));
  const step = path[depth] ?? '';
  const shown = cutName(step);
  if (depth === 0)
    return { message: `${full}: there is no ${shown} here`, hint: () => rootHint(step, scope) };
  const above = cutName(path.slice(0, depth).join('.'));
  if (at.kind === 'scalar')
    return {
      message: `${full}: ${above} is ${describe(at)}, which has no parts`,
      hint: `Write \${{ ${above} }}.`,
    };
  const message = `there is no ${above}.${shown}`;
  const hint = (): string | undefined => {
    const names =
      at.kind === 'map' ? [...at.entries.keys()] : at.items.map((_, index) => String(index));
    const near = nearest(step, names);
    if (near !== undefined)
      return PATH.test(near) ? `Did you mean ${above}.${cutName(near)}?` : renameHint(near);
    const instead =
      above === 'vars'
        ? `Declare it at the top of the manifest: vars: { ${shown}: "…" }.`
        : above === 'row' && at.place.source.path.endsWith('.jsonl')
          ? `To leave it out in this row, write null: {"${shown}": null}.`
          : undefined;
    const parts = [there(names), instead].filter((part) => part !== undefined);
    return parts.length === 0 ? undefined : parts.join(' ');
  };
  return { message, hint };
}

export function there(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const shown = names.slice(0, 8).map(cutName).join(', ');
  return `There ${names.length === 1 ? 'is' : 'are'}: ${shown}${names.length > 8 ? ` … and ${names.length - 8} more` : ''}.`;
}

function rootHint(root: string, scope: Scope): string {
  if (root === 'matrix') return 'Only a scene with matrix: can name matrix values.';
  if (root === 'row') return 'Only a scene with rows: can name the values of a row.';
  if (root === 'scene') return 'Only the values of a scene can name scene.id.';
  if (['env', 'secrets', 'github', 'inputs', 'process'].includes(root)) {
    return 'Manifests cannot read the environment. Declare it under vars: and set it with --var name=value.';
  }
  const near = nearest(root, scope.keys());
  if (near !== undefined) return `Did you mean ${near}?`;
  const vars = scope.get('vars');
  if (vars?.kind === 'map' && vars.entries.has(root)) return `Did you mean vars.${root}?`;
  return `Templates can name: ${[...scope.keys()].join(', ')}.`;
}
