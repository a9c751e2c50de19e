/**
 * The limits of one run over several manifests. What belongs to the account holds for all of them:
 * the smallest stated value.
 */
import type { GatewayName } from '../../ids.ts';
import type { Limits, Project } from '../../scene.ts';

const DEFAULT_IN_FLIGHT = 6;
const DEFAULT_GATEWAY_IN_FLIGHT = 3;

export type Limited = Pick<Project, 'manifest' | 'limits'>;

/** Tasks accepted and not finished, all gateways together. Default 6. */
export const totalInFlight = (projects: readonly Limited[]): number =>
  smallest(projects.map(({ limits }) => limits.in_flight)) ?? DEFAULT_IN_FLIGHT;

/** Default 3. */
export const gatewayInFlight = (projects: readonly Limited[], gateway: GatewayName): number =>
  smallest(projects.map(({ limits }) => limits.gateways[gateway]?.in_flight)) ??
  DEFAULT_GATEWAY_IN_FLIGHT;

/** `undefined`: no limit. */
export const gatewayPerMinute = (
  projects: readonly Limited[],
  gateway: GatewayName,
): number | undefined =>
  smallest(projects.map(({ limits }) => limits.gateways[gateway]?.submits_per_minute));

/** An alias belongs to its manifest. Own keys only: an alias may be called `constructor`. */
export const aliasLimits = (limits: Limits, alias: string): NonNullable<Limits['models'][string]> =>
  (Object.hasOwn(limits.models, alias) ? limits.models[alias] : undefined) ?? {};

function smallest(values: readonly (number | undefined)[]): number | undefined {
  const stated = values.filter((value) => value !== undefined);
  return stated.length === 0 ? undefined : Math.min(...stated);
}
