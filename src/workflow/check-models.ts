/**
 * Compares the catalogue with the gateways' free endpoints: models that are gone, other prices,
 * changed values.
 */
import { apimartCatalogue } from '../gateways/catalogue/apimart.ts';
import { askFree } from '../run/ask-free.ts';
import { compareModels, type ModelsCheck } from '../gateways/catalogue/compare.ts';
import { evolinkCatalogue } from '../gateways/catalogue/evolink.ts';
import type { CatalogueFacts } from '../gateways/catalogue/facts.ts';
import { freeConnections } from '../gateways/open.ts';
import { GATEWAYS } from '../ids.ts';
import type { Model } from '../models/model.ts';
import { undiciHttp } from '../ports/http/undici-http.ts';
import type { Surroundings } from './open/surroundings.ts';

/** Asks the free endpoints once. Never rejects; a question without an answer is reported. */
export async function checkModels(
  at: Pick<Surroundings, 'env' | 'clock'>,
  models: readonly Model[],
  catalogue: ReadonlyMap<string, Model>,
): Promise<ModelsCheck> {
  const http = undiciHttp({ env: at.env });
  const asked = GATEWAYS.filter((gateway) => models.some((model) => model.gateway === gateway));
  const checked = await Promise.all(
    asked.map(async (gateway) => {
      const free = freeConnections(gateway, { env: at.env, http, now: () => at.clock.now() });
      const facts =
        'badSetting' in free
          ? nothing(`${free.badSetting.variable} ${free.badSetting.message}`)
          : gateway === 'evolink'
            ? await evolinkCatalogue(askFree(free.open, at.clock))
            : await apimartCatalogue(
                'missingKey' in free.keyed
                  ? { unanswered: `/v1/models: ${free.keyed.missingKey} is not set` }
                  : askFree(free.keyed, at.clock),
                askFree(free.site, at.clock),
              );
      return compareModels(
        gateway,
        facts,
        models.filter((model) => model.gateway === gateway),
        catalogue,
      );
    }),
  );
  await http.close();
  return {
    moved: checked.flatMap(({ moved }) => moved),
    gateways: checked.map(({ gateway }) => gateway),
  };
}

const nothing = (why: string): CatalogueFacts => ({
  models: new Map(),
  renamed: new Map(),
  isComplete: false,
  unanswered: [why],
});
