/**
 * Counts how often the blocks of this program run: a measure of work that no slow machine can
 * change.
 */
import { type Profiler, Session } from 'node:inspector/promises';

/** How many times blocks of `src/` and of the YAML library ran during `act`. */
export async function operations(act: () => Promise<unknown>): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    await act();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    return result
      .filter(({ url }) => /\/src\/|\/node_modules\/(?:yaml|zod|csv-parse)\//.test(url))
      .reduce((sum, script) => sum + counted(script), 0);
  } finally {
    session.disconnect();
  }
}

const counted = ({ functions }: Profiler.ScriptCoverage): number =>
  functions.reduce(
    (sum, { ranges }) => sum + ranges.reduce((inner, { count }) => inner + count, 0),
    0,
  );
