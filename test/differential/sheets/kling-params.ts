/** `model_params` of the kling models of EvoLink. */
import { isObject, type Body } from '../judges.ts';
import type { Sheet } from './sheet.ts';

/** CE5: shot fields at the top level are moved, unless they are in both places. */
export function moved(body: Body): Body {
  const inner = body['model_params'];
  if (inner !== undefined && !isObject(inner)) return body;
  const top = { ...body };
  const params = { ...inner };
  for (const key of ['multi_shot', 'shot_type', 'multi_prompt', 'element_list', 'watermark_info']) {
    if (top[key] === undefined || (inner !== undefined && Object.hasOwn(inner, key))) continue;
    params[key] = top[key];
    delete top[key];
  }
  return Object.keys(params).length === 0 && inner === undefined
    ? top
    : { ...top, model_params: params };
}

/** `model_params` of the kling models: whether the shots are the writer's own. */
export function klingParams(
  sheet: Sheet,
  /** Absent: the model takes no shots. */
  types: readonly string[] | undefined,
  elements: number | undefined,
  orderIsRefused: boolean,
): void {
  const params = sheet.body['model_params'];
  if (params === undefined) return;
  if (!isObject(params)) {
    sheet.that(true, 'table: model_params is an object');
    return;
  }
  sheet.onlyKeys(
    params,
    [
      ...(types === undefined ? [] : ['multi_shot', 'shot_type', 'multi_prompt']),
      'watermark_info',
      ...(elements === undefined ? [] : ['element_list']),
    ],
    'model_params',
  );
  if (types !== undefined) {
    sheet.type(params, 'multi_shot', 'boolean');
    sheet.oneOf(params, 'shot_type', types, 'shot_type');
    sheet.that(
      params['multi_shot'] === true && params['shot_type'] === undefined,
      'multi_shot needs shot_type',
    );
    sheet.that(
      isCustomised(params) && params['multi_prompt'] === undefined,
      'customize needs multi_prompt',
    );
    sheet.shots(params['multi_prompt'], true, { index: orderIsRefused, texts: true });
  }
  const mark = params['watermark_info'];
  if (mark !== undefined) {
    sheet.that(
      !isObject(mark) || typeof mark['enabled'] !== 'boolean',
      'watermark_info is { enabled }',
    );
    if (isObject(mark)) sheet.onlyKeys(mark, ['enabled'], 'watermark_info');
  }
  const list = sheet.objects(params['element_list'], 'element_list');
  sheet.that(elements !== undefined && list.length > elements, 'elements: too many');
  for (const element of list) {
    sheet.onlyKeys(element, ['element_id'], 'an element');
    sheet.that(
      typeof element['element_id'] !== 'string' || element['element_id'] === '',
      'element_id is a text',
    );
  }
}

export const isCustomised = (params: unknown): boolean =>
  isObject(params) && params['multi_shot'] === true && params['shot_type'] === 'customize';
