/** `rushes schema`: the JSON Schemas, generated from the very sources that check the documents. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod';
import { faultScriptSchema } from '../../local-gateway/faults/script.ts';
import { lockSchema } from '../../lock/file/schema.ts';
import { cardSchema } from '../../manifest/language/card-schema.ts';
import { manifestJsonSchema } from '../../manifest/language/json-schema.ts';
import { catalogue } from '../../models/catalogue.ts';
import { REPORT_SCHEMAS, reportJsonSchema } from '../../report/schemas/json-schemas.ts';
import { withDescriptions } from '../../report/schemas/schema-descriptions.ts';
import { nearest } from '../../algorithms/nearest.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';
import { document } from '../shared/print.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

const FAULTS = {
  title: 'rushes fault script',
  description: 'Failures that the local gateway simulates, and when.',
};

const CARD = {
  title: 'rushes model card',
  description: "A model of a project's own: use: ./models/name.yaml.",
};

/** Name -> schema. `manifest` is for editors, the others describe what rushes writes. */
export function allSchemas(): ReadonlyMap<string, () => JsonSchema> {
  const makers: readonly (readonly [string, () => JsonSchema])[] = [
    ['manifest', () => manifestJsonSchema([...catalogue.values()])],
    [
      'card',
      () => ({ ...z.toJSONSchema(cardSchema, { target: 'draft-7', io: 'input' }), ...CARD }),
    ],
    ['lock', () => z.toJSONSchema(lockSchema, { target: 'draft-7' })],
    [
      'faults',
      () => ({
        ...z.toJSONSchema(faultScriptSchema, { target: 'draft-7', io: 'input' }),
        ...FAULTS,
      }),
    ],
    ...REPORT_SCHEMAS.map((name) => [name, () => reportJsonSchema(name)] as const),
  ];
  return new Map(makers.map(([name, make]) => [name, () => withDescriptions(name, make())]));
}

/** As committed under `schemas/`. */
export const schemaText = (schema: JsonSchema): string => `${JSON.stringify(schema, null, 2)}\n`;

export async function schema(
  io: Io,
  name: string | undefined,
  options: { readonly write?: string; readonly docs?: string },
  program: Command,
): Promise<number> {
  const schemas = allSchemas();
  if (options.write !== undefined) {
    const folder = path.resolve(io.cwd, options.write);
    await mkdir(folder, { recursive: true });
    for (const [each, make] of schemas)
      await writeFile(path.join(folder, `${each}.schema.json`), schemaText(make()));
    io.stdout.write(`${schemas.size} schemas in ${options.write}\n`);
  }
  if (options.docs !== undefined) {
    const folder = path.resolve(io.cwd, options.docs);
    await mkdir(folder, { recursive: true });
    const pages = await referencePages(program);
    for (const [file, text] of pages) await writeFile(path.join(folder, file), text);
    io.stdout.write(`${pages.size} reference pages in ${options.docs}\n`);
  }
  if (options.write !== undefined || options.docs !== undefined) return EXIT.done;
  if (name === undefined) {
    io.stdout.write(`${[...schemas.keys()].join('\n')}\n`);
    return EXIT.done;
  }
  const make = schemas.get(name);
  if (make === undefined) {
    const near = nearest(name, [...schemas.keys()]);
    throw new UsageError(
      `there is no schema ${JSON.stringify(name)}`,
      near === undefined ? `There are: ${[...schemas.keys()].join(', ')}` : `Did you mean ${near}?`,
    );
  }
  document(io, make());
  return EXIT.done;
}

/** File name -> Markdown: the pages of `docs/` that are generated. */
async function referencePages(program: Command): Promise<ReadonlyMap<string, string>> {
  const { codesMarkdown } = await import('../../report/diagnostics/explain-code.ts');
  const { manifestMarkdown } = await import('../../report/reference/manifest-page.ts');
  const { modelsMarkdown } = await import('../../report/reference/models-page.ts');
  const { wrapMarkdown } = await import('../../report/reference/wrap-markdown.ts');
  const { commandsMarkdown } = await import('./command-reference.ts');
  return new Map([
    ['manifest.md', wrapMarkdown(manifestMarkdown([...catalogue.values()]))],
    ['models.md', wrapMarkdown(modelsMarkdown([...catalogue.values()]))],
    ['commands.md', wrapMarkdown(commandsMarkdown(program))],
    ['diagnostics.md', wrapMarkdown(codesMarkdown())],
  ]);
}
