/**
 * Tasks in flight against the limits. A slot is taken narrow to wide (alias, gateway, all) and only
 * when all three are free, so nothing is held while waiting for the next. Tasks of earlier runs
 * take their slots whether the limit likes it or not.
 */
import type { GatewayName } from '../../ids.ts';
import { type AliasKey, aliasKey } from '../../keys.ts';
import {
  aliasLimits,
  gatewayInFlight,
  gatewayPerMinute,
  type Limited,
  totalInFlight,
} from '../../plan/estimate/limits.ts';

const DEFAULT_DOWNLOADS = 4;

/** An alias belongs to its manifest; gateways and the total are the account's. */
export interface SlotPlace {
  readonly manifest: string;
  readonly alias: string;
  readonly gateway: GatewayName;
}

export interface InFlightLimits {
  readonly all: number;
  gateway(gateway: GatewayName): number;
  alias(manifest: string, alias: string): number;
}

export interface ReachedLimit {
  readonly scope: 'alias' | 'gateway' | 'all';
  readonly most: number;
}

/** Gives the slot back; calling it again does nothing. */
export type Release = () => void;

export class Slots {
  readonly #limits: InFlightLimits;
  readonly #onFree: () => void;
  #all = 0;
  readonly #gateways = new Map<GatewayName, number>();
  readonly #aliases = new Map<AliasKey, number>();

  constructor(limits: InFlightLimits, onFree: () => void = () => {}) {
    this.#limits = limits;
    this.#onFree = onFree;
  }

  inFlight(gateway?: GatewayName): number {
    return gateway === undefined ? this.#all : (this.#gateways.get(gateway) ?? 0);
  }

  /**
   * How full the gateway is, 0 to 1 and above: the least full is served first, so a slow
   * gateway never starves a fast one.
   */
  fullness(gateway: GatewayName): number {
    return this.inFlight(gateway) / Math.max(1, this.#limits.gateway(gateway));
  }

  /** The narrowest limit that is reached; `undefined`: the slot is free. */
  inTheWay({ manifest, alias, gateway }: SlotPlace): ReachedLimit | undefined {
    const { all } = this.#limits;
    const ofAlias = this.#limits.alias(manifest, alias);
    if ((this.#aliases.get(aliasKey(manifest, alias)) ?? 0) >= ofAlias)
      return { scope: 'alias', most: ofAlias };
    const ofGateway = this.#limits.gateway(gateway);
    if (this.inFlight(gateway) >= ofGateway) return { scope: 'gateway', most: ofGateway };
    return this.#all >= all ? { scope: 'all', most: all } : undefined;
  }

  tryTake(place: SlotPlace): Release | undefined {
    return this.inTheWay(place) === undefined ? this.occupy(place) : undefined;
  }

  /** Takes the slot even beyond the limit: the task is there already. */
  occupy({ manifest, alias, gateway }: SlotPlace): Release {
    const key = aliasKey(manifest, alias);
    const change = (by: 1 | -1): void => {
      this.#all += by;
      this.#gateways.set(gateway, this.inFlight(gateway) + by);
      this.#aliases.set(key, (this.#aliases.get(key) ?? 0) + by);
    };
    change(1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      change(-1);
      this.#onFree();
    };
  }
}

/**
 * The limits of one run over several manifests: for what belongs to the account, the smallest
 * stated value holds.
 */
export interface RunLimits {
  readonly inFlight: number;
  gatewayInFlight(gateway: GatewayName): number;
  aliasInFlight(manifest: string, alias: string): number;
  /** `undefined`: no limit. */
  gatewayPerMinute(gateway: GatewayName): number | undefined;
  aliasPerMinute(manifest: string, alias: string): number | undefined;
  readonly downloads: number;
}

export function runLimits(projects: readonly Limited[]): RunLimits {
  const byManifest = new Map(projects.map(({ manifest, limits }) => [manifest, limits]));
  const ofAlias = (manifest: string, alias: string): ReturnType<typeof aliasLimits> => {
    const limits = byManifest.get(manifest);
    return limits === undefined ? {} : aliasLimits(limits, alias);
  };
  const downloads = projects.flatMap(({ limits }) => limits.downloads ?? []);
  return {
    inFlight: totalInFlight(projects),
    gatewayInFlight: (gateway) => gatewayInFlight(projects, gateway),
    aliasInFlight: (manifest, alias) =>
      ofAlias(manifest, alias).in_flight ?? Number.POSITIVE_INFINITY,
    gatewayPerMinute: (gateway) => gatewayPerMinute(projects, gateway),
    aliasPerMinute: (manifest, alias) => ofAlias(manifest, alias).submits_per_minute,
    downloads: downloads.length === 0 ? DEFAULT_DOWNLOADS : Math.min(...downloads),
  };
}
