/** Every judge, by the name that stands in a body's `model`. */
import { type Body, isObject, type Judge, PAGE_JUDGES } from './judges.ts';
import { SHEET_JUDGES } from './sheet-judges.ts';

const JUDGES: Readonly<Record<string, Judge>> = { ...PAGE_JUDGES, ...SHEET_JUDGES };

/** What the service would say against a body; nothing where it would take the money. */
export function complaintsAbout(body: unknown): readonly string[] {
  if (!isObject(body)) return ['a body is an object'];
  const judge = typeof body['model'] === 'string' ? JUDGES[body['model']] : undefined;
  return judge === undefined ? ['R1: model is a known name'] : judge(withoutEmptyLists(body));
}

/**
 * The pages say nothing of empty lists, and none is ever sent: judged as absent, on every model.
 */
const withoutEmptyLists = (body: Body): Body =>
  Object.fromEntries(
    Object.entries(body).filter(([, value]) => !(Array.isArray(value) && value.length === 0)),
  );
