/** A value of a wrong type in `params` is one message, in words of ours, on every model. */
import { expect, test } from 'vitest';
import { catalogue } from '../../../src/models/catalogue.ts';
import type { Json } from '../../../src/scene.ts';
import { world } from '../cli-project.ts';

const WRONG: readonly Json[] = [7, 2.5, true, [[]], [{}], [7], { a: 1 }];
/** What only a library says of its own schema. */
const RAW =
  /expected (?:string|number|array|object|boolean|int)|received|Too (?:big|small)|Invalid|<=|>=|ZodError/;

test.each([...catalogue])('%s', async (use, { bodySchema }) => {
  await using here = await world();
  const fields = Object.keys((bodySchema() as unknown as { readonly shape: object }).shape).filter(
    (field) => field !== 'model',
  );
  const cases = fields.flatMap((field) => WRONG.map((value) => ({ field, value })));
  await here.write(
    'film.yaml',
    `rushes: 1\nmodels: { m: { use: ${use} } }\nscenes:\n${cases
      .map(
        ({ field, value }, index) =>
          `  - { id: s${index}, prompt: A crab ${index}, params: ${JSON.stringify({ [field]: value })} }`,
      )
      .join('\n')}\n`,
  );
  const { out } = await here.rushes(['validate', 'film.yaml', '--json']);
  const { diagnostics } = JSON.parse(out) as {
    diagnostics: {
      severity: string;
      message: string;
      hint?: string;
      line: number;
      code: string;
      column: number;
    }[];
  };
  expect(diagnostics.filter(({ message, hint = '' }) => RAW.test(`${message} ${hint}`))).toEqual(
    [],
  );
  // One place, one error: what is wrong there is told once.
  // Each field that is missing in an object is a mistake of its own.
  const errors = diagnostics.filter(
    ({ severity, message }) => severity === 'error' && !message.includes(' is missing'),
  );
  const places = errors.map(({ line, column }) => `${line}:${column}`);
  const twice = errors.filter(
    ({ line, column }) => places.filter((at) => at === `${line}:${column}`).length > 1,
  );
  expect(twice.map(({ line, message }) => `${JSON.stringify(cases[line - 4])} ${message}`)).toEqual(
    [],
  );
});
