/**
 * Renders that ask for the same in two requests: one of them writes out what is the default of the
 * model. Both would be paid for.
 */
import { fingerprintOf } from './fingerprint.ts';
import type { Model } from '../../models/model.ts';
import type { JsonObject } from '../../scene.ts';
import type { ResolvedRender } from '../plan.ts';
import type { Problem } from './findings/problem-folding.ts';

/**
 * A warning per pair of scenes, or of aliases, on one model. Takes of one scene are not compared:
 * they are meant to be alike. Requests that are the same to the letter are `duplicateRenders`.
 */
export function sameByDefault(renders: readonly ResolvedRender[]): Problem[] {
  const problems: Problem[] = [];
  for (const group of withOnePrompt(renders)) {
    const firsts = new Map<string, ResolvedRender>();
    for (const render of group) {
      const key = withoutDefaults(render);
      const first = firsts.get(key);
      if (first === undefined) firsts.set(key, render);
      else if (first.fingerprint !== render.fingerprint) problems.push(problemOf(first, render));
    }
  }
  return problems;
}

/** Renders that may be alike: few are, so hardly any request is looked at as a whole. */
function withOnePrompt(renders: readonly ResolvedRender[]): readonly (readonly ResolvedRender[])[] {
  const byModel = new Map<Model, Map<unknown, ResolvedRender[]>>();
  const groups: ResolvedRender[][] = [];
  for (const render of renders) {
    if (render.skip !== undefined || render.take !== 1) continue;
    const { model, request } = render;
    let byPrompt = byModel.get(model);
    if (byPrompt === undefined) byModel.set(model, (byPrompt = new Map()));
    const prompt = request['prompt'];
    const group = byPrompt.get(prompt);
    if (group === undefined) byPrompt.set(prompt, [render]);
    else {
      if (group.length === 1) groups.push(group);
      group.push(render);
    }
  }
  return groups;
}

const isDefault = ({ defaults }: Model, body: JsonObject, field: string): boolean =>
  Object.hasOwn(defaults, field) && defaults[field] === body[field];

function withoutDefaults({ model, request, take, revision }: ResolvedRender): string {
  const body = Object.fromEntries(
    Object.entries(request).filter(([field]) => !isDefault(model, request, field)),
  );
  const { gateway, deliveryFields } = model;
  return fingerprintOf({ gateway, take, revision, body, deliveryFields });
}

function problemOf(first: ResolvedRender, second: ResolvedRender): Problem {
  const writes = (one: ResolvedRender, other: ResolvedRender): readonly string[] =>
    Object.keys(one.request).filter(
      (field) => isDefault(one.model, one.request, field) && !Object.hasOwn(other.request, field),
    );
  const here = writes(second, first);
  const fields = here.length > 0 ? here : writes(first, second);
  const [writer, other] = here.length > 0 ? [second, first] : [first, second];
  const [field = 'model'] = fields;
  const values = fields.map((name) => `${name} ${JSON.stringify(writer.request[name])}`);
  const named = (one: ResolvedRender): string =>
    first.scene === second.scene ? `alias ${one.alias}` : `scene ${one.scene}`;
  return {
    code: 'same-by-default',
    severity: 'warning',
    message: `${named(first)} and ${named(second)} ask for the same clip on ${writer.model.name}: ${named(writer)} writes ${values.join(', ')}, the default, and ${named(other)} leaves it out`,
    place: writer.placeOf([field]),
    key: `${first.scene} ${first.alias} ${second.scene} ${second.alias}`,
    hint: 'Both would be paid for. Remove one of them, or use takes for more clips of one request.',
    related: [{ kind: other.id, message: `${named(other)} asks for the same`, place: other.place }],
    renders: [first.id, second.id],
  };
}
