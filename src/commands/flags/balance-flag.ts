/**
 * `--check-balance`: does the money in the accounts cover the estimate? Asked before anything is
 * sent.
 */
import type { GatewayName } from '../../ids.ts';
import { addMoney, type MicroUsd, NO_MONEY } from '../../money.ts';
import { isPaidFor, type Plan } from '../../plan/plan.ts';
import { usd as money } from '../../report/text/format.ts';
import { EXIT, type Io } from '../shared/io.ts';
import type { Network } from '../../workflow/open/open-network.ts';

/**
 * An exit code that refuses, or `undefined`. A balance that cannot be read refuses nothing: it is
 * said.
 */
export async function checkBalance(
  io: Io,
  plan: Plan,
  { gateways, redact }: Network,
): Promise<number | undefined> {
  const needed = new Map<GatewayName, MicroUsd>();
  for (const { renders } of plan.projects) {
    for (const { render, action } of renders) {
      if (!isPaidFor(action)) continue;
      const price = render.price.kind === 'unknown' ? NO_MONEY : render.price.usd;
      needed.set(
        render.model.gateway,
        addMoney(needed.get(render.model.gateway) ?? NO_MONEY, price),
      );
    }
  }
  const answers = await Promise.all(
    [...needed].map(async ([name, usd]) => ({
      name,
      usd,
      balance: await gateways.get(name)?.balance(),
    })),
  );
  let exit: number | undefined;
  for (const { name, usd, balance } of answers) {
    if (balance === undefined) continue;
    if ('kind' in balance) {
      io.stderr.write(`balance of ${name}: unknown (${redact(balance.reason)})\n`);
      if (balance.auth === true) exit = EXIT.key;
    } else if (balance.usd === undefined)
      io.stderr.write(`balance of ${name}: unlimited; the plan needs about ${money(usd)}\n`);
    else if (balance.usd < usd) {
      io.stderr.write(
        `rushes: the balance of ${name} is ${money(balance.usd)}, and the plan needs about ${money(usd)}\n  Nothing was sent. Top it up, or render less (--only, --model, --tag).\n`,
      );
      exit ??= EXIT.unreachable;
    } else
      io.stderr.write(
        `balance of ${name}: ${money(balance.usd)}; the plan needs about ${money(usd)}\n`,
      );
  }
  return exit;
}
