/** seedance-2.5 of the APIMart sheet (section 5). */
import * as fc from 'fast-check';
import { isPublicUrl, type Judge, judgeDelivery, within } from '../judges.ts';
import { flag, links, optional, role, video, wide, words } from './parts.ts';
import { isAsset, sent, SEVEN, Sheet } from './sheet.ts';

const ROLES = ['first_frame', 'last_frame', 'reference_image'];

/** SF3: aspect_ratio becomes size, unless the two differ. */
function withSize(raw: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { aspect_ratio: ratio, ...body } = raw;
  if (ratio === undefined) return body;
  return body['size'] === undefined || body['size'] === ratio ? { ...body, size: ratio } : raw;
}

const judge: Judge = (raw) => {
  const sheet = new Sheet(
    withSize(sent(raw)),
    'model prompt resolution size duration generate_audio watermark seed output_format omni_reference_task_type image_urls image_with_roles video_urls audio_urls return_last_frame tools nsfw_check webhook language',
  );
  const { body } = sheet;
  const allowed = (url: unknown): boolean => isPublicUrl(url) || isAsset(url);
  judgeDelivery(body, sheet);
  sheet.text('prompt');
  sheet.flag('generate_audio', 'watermark', 'return_last_frame', 'nsfw_check');
  sheet.prompt('SF4');
  const { duration } = body;
  sheet.that(duration !== undefined && duration !== -1 && !within(duration, 4, 30), 'SF1');
  sheet.one('resolution', ['480p', '720p', '1080p'], 'SF2');
  sheet.one('size', SEVEN, 'SF3');
  sheet.one('output_format', ['mp4', 'mov'], 'SF21');
  const task = body['omni_reference_task_type'];
  sheet.one('omni_reference_task_type', ['auto', 'reference', 'edit', 'extend'], 'table');
  sheet.links('image_urls', 30, 'SF6', allowed);
  const roles = sheet.roles(ROLES, 'table', allowed);
  sheet.that(roles.length > 30, 'SF6');
  for (const name of ['first_frame', 'last_frame'])
    sheet.that(roles.filter((one) => one === name).length > 1, 'SF6');
  const videos = sheet.links('video_urls', 10, 'SF16', allowed);
  sheet.links('audio_urls', 10, 'SF17');
  const isAdaptive = body['size'] === undefined || body['size'] === 'adaptive';
  const hasFrame = roles.includes('first_frame') || roles.includes('last_frame');
  sheet.that(hasFrame && !isAdaptive, 'SF8');
  if (task === 'edit' || task === 'extend')
    sheet.that(videos.length === 0 || !isAdaptive, 'SF11, SF12');
  sheet.that(task === 'edit' && duration !== undefined && duration !== -1, 'SF11');
  const tools = sheet.objects(body['tools'], 'tools');
  sheet.that(tools.length > 1, 'table: tools');
  for (const tool of tools) {
    sheet.onlyKeys(tool, ['type'], 'tools');
    sheet.that(tool['type'] !== 'web_search', 'table: tools');
  }
  sheet.that(sheet.has('seed') && !within(body['seed'], 0, 2_147_483_647), 'SF23');
  return sheet.list;
};

export const SEEDANCE_25_JUDGES: Readonly<Record<string, Judge>> = { 'seedance-2.5': judge };

const plain = fc.record({
  prompt: words,
  resolution: optional(fc.constantFrom('480p', '720p', '1080p')),
  generate_audio: optional(flag),
  watermark: optional(flag),
  seed: optional(fc.nat()),
  output_format: optional(fc.constantFrom('mp4', 'mov')),
});
const seconds = optional(fc.constantFrom(-1, 4, 17, 30));

export const SEEDANCE_25_BODIES: Readonly<Record<string, fc.Arbitrary<object>>> = {
  'apimart/seedance-2.5': plain.chain((body) =>
    fc.oneof(
      fc.record({ size: optional(wide), duration: seconds }).map((more) => ({ ...body, ...more })),
      wide.map((aspect_ratio) => ({ ...body, aspect_ratio })),
      fc
        .array(role('first_frame', 'reference_image'), { minLength: 1, maxLength: 2 })
        .map((list) => ({
          ...body,
          image_with_roles: list.map((one, at) => (at === 0 ? one : { ...one, role: ROLES[2] })),
        })),
      fc
        .record({
          duration: seconds,
          image_urls: links(1, 30),
          video_urls: optional(fc.array(video, { maxLength: 10 })),
          audio_urls: optional(fc.array(video, { maxLength: 10 })),
          omni_reference_task_type: optional(fc.constantFrom('auto', 'reference')),
        })
        .map((more) => ({ ...body, ...more })),
      fc
        .record({
          omni_reference_task_type: fc.constantFrom('edit', 'extend'),
          video_urls: fc.array(video, { minLength: 1, maxLength: 2 }),
          duration: optional(fc.constant(-1)),
          size: optional(fc.constant('adaptive')),
        })
        .map((more) => ({ ...body, ...more })),
    ),
  ),
};
