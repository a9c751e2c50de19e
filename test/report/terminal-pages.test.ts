import { expect, test } from 'vitest';
import { EXPLAIN, type DiagnosticCode } from '../../src/diagnostic-codes/diagnostic-codes.ts';
import type { Catalogue } from '../../src/models/model.ts';
import {
  codesMarkdown,
  explainCode,
  isDiagnosticCode,
} from '../../src/report/diagnostics/explain-code.ts';
import { EXIT_CODES } from '../../src/plan/exit.ts';
import { exitCodesTerminal, exitMeaning } from '../../src/report/text/exit-codes.ts';
import { priceSamples } from '../../src/models/price-samples.ts';
import { modelTerminal, ranges } from '../../src/report/models-terminal.ts';
import { modelsTable } from '../../src/report/models-table.ts';
import { cells } from '../../src/report/text/terminal.ts';
import { exact, model, unknown } from './samples.ts';

const terminal = { width: 80, color: false };

test('every code has a page, in the terminal and in the docs', () => {
  const docs = codesMarkdown();
  for (const code of Object.keys(EXPLAIN) as DiagnosticCode[]) {
    expect(explainCode(code, terminal)).toMatch(new RegExp(`^${code}: .+\n\n.+`));
    expect(docs).toContain(`\n## ${code}\n`);
  }
  expect(isDiagnosticCode('unknown-key')).toBe(true);
  expect(isDiagnosticCode('toString')).toBe(false);
});

test('every exit code has a line within the width', () => {
  const lines = exitCodesTerminal(60).trimEnd().split('\n');
  expect(lines.filter((line) => /^ +\d/.test(line))).toHaveLength(EXIT_CODES.length);
  expect(Math.max(...lines.map(cells))).toBeLessThanOrEqual(60);
  expect(exitMeaning(5)).toBe(
    'a person must decide: an ambiguous or lost task, two picks of a scene',
  );
});

test('models: a line each, retiring ones marked', () => {
  const retiring = {
    ...model('apimart/sora-2'),
    lifecycle: {
      state: 'retiring',
      asOf: '2026-11-20',
      goneOn: '2027-01-31',
      why: 'announced',
    } as const,
  };
  const catalogue: Catalogue = new Map([model(), retiring].map((each) => [each.name, each]));
  expect(modelsTable([...catalogue.values()], terminal, '2026-11-29')).toBe(`apimart/kling-v3
  3-10 s · 720p, 1080p · $0.084 a second
  also takes negative_prompt, audio, watermark, first_frame, last_frame, shots,
  seed, references
apimart/sora-2  retiring 2027-01-31
  3-10 s · 720p, 1080p · $0.084 a second
  also takes negative_prompt, audio, watermark, first_frame, last_frame, shots,
  seed, references

More about a model: rushes models apimart/kling-v3
Models by ability: rushes models --offers duration:15,audio,last_frame
`);
  expect(modelsTable([retiring], { ...terminal, width: 200 }, '2027-02-01')).toMatch(
    /^model +duration +resolution +price +also takes.*\napimart\/sora-2 .*end date 2027-01-31 has passed\n/,
  );
  expect(modelTerminal(retiring, terminal)).toContain(
    'retiring 2027-01-31: announced (as of 2026-11-20)',
  );
});

test('one model: what a scene may say, rules with their mark, prices with source and date', () => {
  const shown = modelTerminal(model(), terminal, [
    { what: '5 s, 720p', seconds: 5, price: exact(0.336) },
    { what: '5 s, 4k', seconds: 5, price: unknown },
  ]);
  expect(shown).toContain('  duration      3-10 s\n');
  expect(shown).toContain('  R1  duration is 3 to 15 (documented)\n');
  expect(shown).toContain(
    '  5 s, 720p    $0.34\n    public docs, as of 2026-11-18\n  5 s, 4k    unknown\n    no page states it\n',
  );
  expect(shown).toContain('Sources\n  the page of the model, read 2026-11-20\n');
  expect(priceSamples(model()).map(({ what }) => what)).toEqual([
    '5 s, 720p, silent',
    '5 s, 720p, with sound',
    '5 s, 1080p, silent',
    '5 s, 1080p, with sound',
  ]);
});

test('where sound costs nothing, one line has the price of both', () => {
  const sample = (what: string, usd: number) => ({ what, seconds: 5, price: exact(usd) });
  const shown = modelTerminal(model(), terminal, [
    sample('5 s, 720p, silent', 0.3),
    sample('5 s, 720p, with sound', 0.3),
    sample('5 s, 1080p, silent', 0.4),
    sample('5 s, 1080p, with sound', 0.5),
  ]);
  expect(shown).toContain(
    '  5 s, 720p               $0.30\n  5 s, 1080p, silent      $0.40\n  5 s, 1080p, with sound  $0.50\n',
  );
});

test('whole seconds are a range only where nothing is left out', () => {
  expect(ranges([3, 4, 5], 's')).toBe('3-5 s');
  expect(ranges([4, 8, 12], 's')).toBe('4, 8, 12 s');
  expect(ranges([5, 10], 's')).toBe('5, 10 s');
});
