/** Manifests for these tests. */

const TWO = { kling: 'apimart/kling-v3', o3: 'evolink/kling-o3-text-to-video' } as const;

/**
 * One manifest of these scenes, on two models of two gateways. `more`: further keys of the
 * manifest.
 */
export const film = (
  scenes: string,
  more = '',
  models: Readonly<Record<string, string>> = TWO,
): string =>
  `rushes: 1
models:
${Object.entries(models)
  .map(([alias, use]) => `  ${alias}: { use: ${use} }`)
  .join('\n')}
${more}
scenes:
${scenes}
`;

/** Scenes `s1` to `s<count>` with the prompts `scene 1` and so on. */
export const scenes = (count: number, alias?: string): string =>
  Array.from(
    { length: count },
    (_, index) =>
      `  - { id: s${index + 1}, prompt: scene ${index + 1}${alias === undefined ? '' : `, models: [${alias}]`} }`,
  ).join('\n');
