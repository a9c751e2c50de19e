/**
 * The cap of a run: reserve before each submit, reconcile with what the gateway reports, refuse
 * what does not fit. One cap over everything and one per manifest; both hold. Money that nobody can
 * price counts 0 and is counted by number.
 */
import { addMoney, type MicroUsd, NO_MONEY } from '../../money.ts';

export interface CapOptions {
  /** `--budget` and `RUSHES_BUDGET_USD`: over the sum. */
  readonly total?: MicroUsd;
  /** `budget.usd` of each manifest that states one. */
  readonly manifests: ReadonlyMap<string, MicroUsd>;
  /** What killed predecessors of this run had already spent or reserved, by manifest. */
  readonly carried: ReadonlyMap<string, MicroUsd>;
}

interface Reservation {
  readonly manifest: string;
  readonly usd: MicroUsd;
  /** What was set aside at first. */
  readonly estimated: MicroUsd;
  /** A gateway has said so. */
  readonly reported: boolean;
  /** Still to be reconciled: may yet turn out cheaper. */
  readonly open: boolean;
}

/** A cap, and what stands against it. */
export interface Standing {
  /** Whose `budget` it is; absent for the cap over everything. */
  readonly manifest?: string;
  readonly limit: MicroUsd;
  readonly spent: MicroUsd;
  /** Some of it by killed predecessors of this run. */
  readonly carried: boolean;
  /** What the same tasks were estimated at. */
  readonly estimated: MicroUsd;
}

export class Cap {
  readonly #options: CapOptions;
  readonly #used = new Map<string, MicroUsd>();
  #all: MicroUsd = NO_MONEY;
  readonly #reservations = new Map<string, Reservation>();
  #open = 0;

  constructor(options: CapOptions) {
    this.#options = options;
    for (const [manifest, usd] of options.carried) this.#add(manifest, usd);
  }

  /** Reported where reported, else reserved; carried money included. */
  get spent(): MicroUsd {
    return this.#all;
  }

  /** The part of {@link spent} that gateways have confirmed in this run. */
  get reported(): MicroUsd {
    return this.#sum(({ reported, usd }) => (reported ? usd : NO_MONEY));
  }

  /**
   * Reservations that may still come back: as long as there are some, waiting for them makes sense.
   */
  get open(): number {
    return this.#open;
  }

  /** Whether any cap speaks about this manifest. */
  isCapped(manifest: string): boolean {
    return this.#options.total !== undefined || this.#options.manifests.has(manifest);
  }

  fits(manifest: string, usd: MicroUsd): boolean {
    const { total, manifests } = this.#options;
    const own = manifests.get(manifest);
    return (
      (total === undefined || this.#all + usd <= total) &&
      (own === undefined || (this.#used.get(manifest) ?? NO_MONEY) + usd <= own)
    );
  }

  /** The cap that this would not fit under; of two, the manifest's own. */
  inTheWay(manifest: string, usd: MicroUsd): Standing | undefined {
    const { total, manifests, carried } = this.#options;
    const own = manifests.get(manifest);
    const spent = this.#used.get(manifest) ?? NO_MONEY;
    const excess = (mine: (reservation: Reservation) => boolean): MicroUsd =>
      this.#sum((held) => (mine(held) ? ((held.usd - held.estimated) as MicroUsd) : NO_MONEY));
    if (own !== undefined && spent + usd > own) {
      const estimated = (spent - excess((held) => held.manifest === manifest)) as MicroUsd;
      return {
        manifest,
        limit: own,
        spent,
        carried: (carried.get(manifest) ?? NO_MONEY) > 0,
        estimated,
      };
    }
    if (total === undefined || this.#all + usd <= total) return undefined;
    const before = addMoney(...carried.values()) > 0;
    return {
      limit: total,
      spent: this.#all,
      carried: before,
      estimated: (this.#all - excess(() => true)) as MicroUsd,
    };
  }

  /** True, and the money is set aside under this key, if it fits. */
  reserve(key: string, manifest: string, usd: MicroUsd): boolean {
    if (!this.fits(manifest, usd)) return false;
    this.#set(key, { manifest, usd, estimated: usd, reported: false, open: true });
    return true;
  }

  /**
   * A carried reservation of a task that is still pending: counted already, from now on open to be
   * reconciled.
   */
  adoptCarried(key: string, manifest: string, usd: MicroUsd): void {
    if (this.#reservations.has(key)) return;
    this.#add(manifest, (0 - usd) as MicroUsd);
    this.#set(key, { manifest, usd, estimated: usd, reported: false, open: true });
  }

  /**
   * What it cost in the end. `undefined`: nobody said, so the reservation stands. Unknown keys
   * (finished runs) change nothing.
   */
  settle(key: string, usd: MicroUsd | undefined): void {
    const held = this.#reservations.get(key);
    if (held === undefined) return;
    this.#set(key, {
      ...held,
      usd: usd ?? held.usd,
      reported: held.reported || usd !== undefined,
      open: false,
    });
  }

  /** Better known than before, not final yet: the gateway said at acceptance what it reserved. */
  revise(key: string, usd: MicroUsd): void {
    const held = this.#reservations.get(key);
    if (held !== undefined) this.#set(key, { ...held, usd });
  }

  /** Surely not accepted. */
  release(key: string): void {
    const held = this.#reservations.get(key);
    if (held === undefined) return;
    this.#reservations.delete(key);
    if (held.open) this.#open -= 1;
    this.#add(held.manifest, (0 - held.usd) as MicroUsd);
  }

  #set(key: string, next: Reservation): void {
    this.release(key);
    this.#reservations.set(key, next);
    if (next.open) this.#open += 1;
    this.#add(next.manifest, next.usd);
  }

  #sum(of: (reservation: Reservation) => MicroUsd): MicroUsd {
    let sum = NO_MONEY;
    for (const held of this.#reservations.values()) sum = addMoney(sum, of(held));
    return sum;
  }

  #add(manifest: string, usd: MicroUsd): void {
    this.#used.set(manifest, addMoney(this.#used.get(manifest) ?? NO_MONEY, usd));
    this.#all = addMoney(this.#all, usd);
  }
}
