/** Failures whose messages try to break out of where they are shown. */
import type { LocalGatewayOptions } from '../../../src/local-gateway/server.ts';
import { HOSTILE_WORDS } from '../../report/hostile.ts';

export const EVERY_THIRD_FAILS: NonNullable<LocalGatewayOptions['script']> = {
  rules: [
    {
      when: { step: 'task', every: 3 },
      do: {
        fault: 'fate',
        end: 'failed',
        error: { message: HOSTILE_WORDS.join(' '), type: 'x\n::error::y' },
      },
    },
  ],
};
