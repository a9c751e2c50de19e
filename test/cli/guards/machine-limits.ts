import type { World } from '../cli-project.ts';

export const film = (scenes: number, inFlight: number): string =>
  [
    'rushes: 1',
    'models: { kling: { use: apimart/kling-v3 } }',
    `limits: { in_flight: ${inFlight}, gateways: { apimart: { in_flight: ${inFlight} } } }`,
    'scenes:',
    ...Array.from({ length: scenes }, (_, index) => `  - { id: s${index}, prompt: Crab ${index} }`),
    '',
  ].join('\n');

export const prompts = (here: World): readonly unknown[] =>
  here.gateway.books().accepted.map(({ body }) => body['prompt']);
