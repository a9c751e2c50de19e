/**
 * The cap of a run: reserve before each submit, reconcile with what the gateway reports, refuse
 * whatever exceeds it. One cap over everything and one per manifest; both hold. An unknown price
 * counts 0, and the number of such submits is counted.
 */
import {
  addMoney,
  addTotals,
  againstCap,
  type MicroUsd,
  type MoneyTotals,
  NO_MONEY,
  NO_TOTALS,
  subtractMoney,
} from '../../money.ts';

export interface CapOptions {
  /** `--budget` and `RUSHES_BUDGET_USD`: over the sum. */
  readonly total?: MicroUsd;
  /** `budget.usd` of each manifest that states one. */
  readonly manifests: ReadonlyMap<string, MicroUsd>;
  /** What killed predecessors of this run had charged or reserved, by manifest. */
  readonly carried: ReadonlyMap<string, MicroUsd>;
}

/** Whose money is set aside. */
interface Reserved {
  /** Whose cap it is under. */
  readonly manifest: string;
  /** For the sums by model. */
  readonly model: string;
}

interface Reservation extends Reserved {
  readonly usd: MicroUsd;
  /** What was set aside at first. */
  readonly estimated: MicroUsd;
  readonly kind: 'reserved' | 'charged' | 'unclear';
  /** Of a known price: estimated, or reported by the gateway. */
  readonly priced: boolean;
  /** By a killed predecessor of this run. */
  readonly carried: boolean;
  readonly refunded: MicroUsd;
  readonly refundPromised: boolean;
  /** Still to be reconciled: may yet turn out cheaper. */
  readonly open: boolean;
}

/**
 * What became of what was reserved for: the task is `made`; it `failed`, perhaps with the promise
 * to give its money back; or it is `unclear` whether there is anything to pay.
 */
export type Ending = 'made' | 'failed' | 'refund-pending' | 'unclear';

/** Counts against the caps: the amounts of this run and of killed predecessors. */
export interface RunMoney {
  readonly thisRun: MoneyTotals;
  readonly carried: MicroUsd;
  /** Charged, reserved and unclear of this run, and the carried amount. */
  readonly underCap: MicroUsd;
}

/** A cap, and the amount that counts against it. */
export interface Standing {
  /** Whose `budget` it is; absent for the cap over everything. */
  readonly manifest?: string;
  readonly limit: MicroUsd;
  /** Charged, reserved, unclear and carried under it. */
  readonly used: MicroUsd;
  /** Some of it by killed predecessors of this run. */
  readonly carried: boolean;
  /** What the same tasks were estimated at. */
  readonly estimated: MicroUsd;
}

/** Tasks that cost more than was estimated for them. */
export interface AboveEstimate {
  readonly tasks: number;
  readonly charged: MicroUsd;
  readonly estimated: MicroUsd;
  /** In order of name. */
  readonly models: readonly string[];
}

export class Cap {
  readonly #options: CapOptions;
  readonly #used = new Map<string, MicroUsd>();
  #all: MicroUsd = NO_MONEY;
  readonly #reservations = new Map<string, Reservation>();
  readonly #byModel = new Map<string, MoneyTotals>();
  #thisRun = NO_TOTALS;
  #open = 0;
  #changes = 0;

  constructor(options: CapOptions) {
    this.#options = options;
    for (const [manifest, usd] of options.carried) this.#add(manifest, usd);
  }

  get money(): RunMoney {
    const carried = subtractMoney(this.#all, againstCap(this.#thisRun));
    return { thisRun: this.#thisRun, carried, underCap: this.#all };
  }

  /** Of this run, without the carried amount. */
  moneyOf(model: string): MoneyTotals {
    return this.#byModel.get(model) ?? NO_TOTALS;
  }

  /** `undefined`: there are none. A task whose price was unknown has no estimate. */
  get aboveEstimate(): AboveEstimate | undefined {
    const above = [...this.#reservations.values()].filter(
      ({ kind, usd, estimated }) => kind === 'charged' && estimated > 0 && usd > estimated,
    );
    if (above.length === 0) return undefined;
    return {
      tasks: above.length,
      charged: sumOf(above, ({ usd }) => usd),
      estimated: sumOf(above, ({ estimated }) => estimated),
      models: [...new Set(above.map(({ model }) => model))].sort(),
    };
  }

  /** Grows with every change of {@link money}. */
  get changes(): number {
    return this.#changes;
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
    const used = this.#used.get(manifest) ?? NO_MONEY;
    const excess = (mine: (reservation: Reservation) => boolean): MicroUsd =>
      this.#sum((held) => (mine(held) ? ((held.usd - held.estimated) as MicroUsd) : NO_MONEY));
    if (own !== undefined && used + usd > own) {
      const estimated = (used - excess((held) => held.manifest === manifest)) as MicroUsd;
      return {
        manifest,
        limit: own,
        used,
        carried: (carried.get(manifest) ?? NO_MONEY) > 0,
        estimated,
      };
    }
    if (total === undefined || this.#all + usd <= total) return undefined;
    const before = addMoney(...carried.values()) > 0;
    return {
      limit: total,
      used: this.#all,
      carried: before,
      estimated: (this.#all - excess(() => true)) as MicroUsd,
    };
  }

  /**
   * True, and the money is set aside under this key, if it fits. `usd` undefined: a price that is
   * unknown.
   */
  reserve(key: string, reserved: Reserved, usd: MicroUsd | undefined): boolean {
    if (!this.fits(reserved.manifest, usd ?? NO_MONEY)) return false;
    this.#set(key, opened(reserved, usd));
    return true;
  }

  /**
   * A carried reservation of a task that is still pending: counted already, from now on open to be
   * reconciled.
   */
  adoptCarried(key: string, reserved: Reserved, usd: MicroUsd): void {
    if (this.#reservations.has(key)) return;
    this.#add(reserved.manifest, (0 - usd) as MicroUsd);
    this.#set(key, { ...opened(reserved, usd), carried: true });
  }

  /**
   * What it cost in the end. `undefined`: unknown, so the reservation is kept. Unknown keys
   * (finished runs) change nothing.
   */
  settle(key: string, usd: MicroUsd | undefined, ending: Ending): void {
    const held = this.#reservations.get(key);
    if (held === undefined) return;
    const isReported = usd !== undefined || held.kind === 'charged';
    const left = ending === 'made' ? 'reserved' : 'unclear';
    this.#set(key, {
      ...held,
      usd: usd ?? held.usd,
      kind: isReported ? 'charged' : left,
      priced: held.priced || usd !== undefined,
      refunded:
        ending === 'failed' && usd !== undefined && usd < held.usd
          ? subtractMoney(held.usd, usd)
          : NO_MONEY,
      refundPromised: ending === 'refund-pending',
      open: false,
    });
  }

  /** More exact than before, not final yet: at acceptance the gateway reported its reservation. */
  revise(key: string, usd: MicroUsd): void {
    const held = this.#reservations.get(key);
    if (held !== undefined) this.#set(key, { ...held, usd, priced: true });
  }

  /** Surely not accepted. */
  release(key: string): void {
    const held = this.#reservations.get(key);
    if (held === undefined) return;
    this.#reservations.delete(key);
    if (held.open) this.#open -= 1;
    this.#count(held, -1);
  }

  #set(key: string, next: Reservation): void {
    this.release(key);
    this.#reservations.set(key, next);
    if (next.open) this.#open += 1;
    this.#count(next, 1);
  }

  #count(held: Reservation, factor: 1 | -1): void {
    this.#changes += 1;
    if (!held.carried) {
      const totals = totalsOf(held);
      this.#thisRun = addTotals(this.#thisRun, totals, factor);
      this.#byModel.set(held.model, addTotals(this.moneyOf(held.model), totals, factor));
    }
    this.#add(held.manifest, (factor * held.usd) as MicroUsd);
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

const opened = ({ manifest, model }: Reserved, usd: MicroUsd | undefined): Reservation => ({
  manifest,
  model,
  usd: usd ?? NO_MONEY,
  estimated: usd ?? NO_MONEY,
  kind: 'reserved',
  priced: usd !== undefined,
  carried: false,
  refunded: NO_MONEY,
  refundPromised: false,
  open: true,
});

const totalsOf = ({ kind, usd, refunded, refundPromised, priced }: Reservation): MoneyTotals => ({
  ...NO_TOTALS,
  [kind]: usd,
  refunded,
  refundPromised: refundPromised ? usd : NO_MONEY,
  unpriced: priced ? 0 : 1,
});

/** Not as arguments of one call: there may be a hundred thousand. */
const sumOf = (all: readonly Reservation[], amount: (one: Reservation) => MicroUsd): MicroUsd =>
  all.reduce((sum, one) => addMoney(sum, amount(one)), NO_MONEY);
