import type { GatewayName } from '../../ids.ts';
import type { RunContext } from '../context.ts';

/** A refused key stops every further submission at its gateway; the other one has its own key. */
export function keyRefused(
  ctx: RunContext,
  gateway: GatewayName,
  keyVariable: string,
  reason: string,
): void {
  ctx.stops.closeGateway(gateway, `${gateway} refuses the key`);
  ctx.tally.because('auth', `${gateway} refuses the key in ${keyVariable}: ${reason}`);
}
