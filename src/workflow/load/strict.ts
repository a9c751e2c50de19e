/** `--strict`: a manifest with warnings is refused like one with errors. */
import { type Diagnostic, hasErrors } from '../../diagnostic.ts';

/**
 * The error that warnings come to under `--strict`; none where nothing warns, or an error
 * stops everything as it is. Warnings stay warnings, so that each is read as what it is.
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
