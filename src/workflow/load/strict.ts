/** `--strict`: a manifest with warnings is refused like one with errors. */
import { type Diagnostic, hasErrors } from '../../diagnostic.ts';

/**
 * The error that `--strict` makes of warnings; none if there is no warning, or if an error
 * already stops everything. Each warning also stays in the list as a warning.
 */
export function strictErrors(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning');
  if (warnings.length === 0 || hasErrors(diagnostics)) return [];
  return [
    {
      code: 'strict-warning',
      severity: 'error',
      message: `${warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`}, and --strict allows none`,
      hint: 'Change what the warnings name, or leave out --strict.',
      renders: [...new Set(warnings.flatMap(({ renders }) => renders))],
    },
  ];
}
