/** The document of `validate --json`, and its schema. */
import * as z from 'zod';
import { defined } from '../../defined.ts';
import { type Diagnostic, hasErrors, type Span, spanOf } from '../../diagnostic.ts';

const position = {
  file: z.string().describe('Path as given on the command line, `/` as separator.'),
  line: z.int().min(1).describe('1-based.'),
  column: z.int().min(1).describe('1-based, in UTF-16 code units, as editors count.'),
};

const alsoSchema = z.strictObject({ message: z.string(), ...position });

export const diagnosticSchema = z
  .strictObject({
    code: z.string().describe('Stable; `rushes explain <code>` prints its page.'),
    severity: z.enum(['error', 'warning', 'note']).describe('Only an error stops a render.'),
    message: z.string(),
    file: position.file.optional(),
    line: position.line.optional(),
    column: position.column.optional(),
    endLine: z.int().min(1).optional(),
    endColumn: z.int().min(1).optional().describe('Exclusive.'),
    hint: z.string().optional().describe('The next thing to try.'),
    also: z.array(alsoSchema).optional().describe('Places that made this matter.'),
    renders: z
      .array(z.string())
      .describe('Ids of the renders affected; empty when it is about a whole file.'),
  })
  .describe(
    'What is wrong and where. The place is absent for what is in no file, such as a missing key.',
  );

export const validateSchema = z
  .strictObject({
    ok: z.boolean().describe('No diagnostic is an error.'),
    diagnostics: z.array(diagnosticSchema).describe('In source order.'),
  })
  .meta({
    title: 'rushes validate --json',
    description: 'Everything that is wrong with the manifests, all at once.',
  });

export type DiagnosticDocument = z.infer<typeof diagnosticSchema>;
export type ValidateDocument = z.infer<typeof validateSchema>;

export const validateDocument = (diagnostics: readonly Diagnostic[]): ValidateDocument => ({
  ok: !hasErrors(diagnostics),
  diagnostics: diagnostics.map(diagnosticDocument),
});

export function diagnosticDocument({
  code,
  severity,
  message,
  place,
  hint,
  also,
  renders,
}: Diagnostic): DiagnosticDocument {
  return {
    code,
    severity,
    message,
    ...(place === undefined ? {} : spanOf(place)),
    ...defined({ hint }),
    ...(also === undefined || also.length === 0
      ? {}
      : { also: also.map(({ message, place }) => ({ message, ...startOf(spanOf(place)) })) }),
    renders: [...renders],
  };
}

const startOf = ({ file, line, column }: Span): Pick<Span, 'file' | 'line' | 'column'> => ({
  file,
  line,
  column,
});
