/**
 * What the judges of the model sheets are written with: a body, and what a sheet says of its
 * fields.
 */
import { codePoints, Complaints, isPublicUrl, within, type Body } from '../judges.ts';

export const THREE = ['16:9', '9:16', '1:1'];
export const SEVEN = [...THREE, '4:3', '3:4', '21:9', 'adaptive'];

export const isBlank = (value: unknown): boolean =>
  typeof value === 'string' && value.trim() === '';
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** CM14, CE13. */
export const sent = (body: Body): Body =>
  Object.fromEntries(
    Object.entries(body).filter(
      ([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );

export class Sheet extends Complaints {
  readonly body: Body;

  constructor(body: Body, keys: string) {
    super();
    this.body = body;
    this.onlyKeys(body, keys.split(' '), 'the model');
  }

  text(...keys: readonly string[]): void {
    for (const key of keys) this.type(this.body, key, 'string');
  }

  flag(...keys: readonly string[]): void {
    for (const key of keys) this.type(this.body, key, 'boolean');
  }

  has(key: string): boolean {
    return this.body[key] !== undefined;
  }

  /** Required, not blank, and short enough. */
  prompt(row: string, most = Number.POSITIVE_INFINITY): void {
    const { prompt } = this.body;
    this.that(prompt === undefined || isBlank(prompt), `${row}: prompt is there`);
    this.that(codePoints(prompt) > most, `${row}: prompt has at most ${most}`);
  }

  seconds(row: string, low: number, high: number): void {
    const { duration } = this.body;
    this.that(duration !== undefined && !within(duration, low, high), `${row}: duration`);
  }

  one(key: string, values: readonly unknown[], row: string): void {
    this.oneOf(this.body, key, values, row);
  }

  links(
    key: string,
    most: number,
    row: string,
    isAllowed = (url: unknown) => isPublicUrl(url),
  ): readonly unknown[] {
    const value = this.body[key];
    if (value === undefined) return [];
    this.that(!Array.isArray(value), `table: ${key} is a list`);
    const list = listOf(value);
    this.that(list.length > most, `${row}: at most ${most} ${key}`);
    this.that(!list.every(isAllowed), `CM3, CE3: ${key} holds public links`);
    return list;
  }

  link(key: string): void {
    this.that(this.has(key) && !isPublicUrl(this.body[key]), `CM3, CE3: ${key} is a public link`);
  }

  /** Pictures with roles; the roles that are there. */
  roles(
    names: readonly string[],
    row: string,
    isAllowed = (url: unknown) => isPublicUrl(url),
  ): readonly unknown[] {
    const items = this.objects(this.body['image_with_roles'], 'image_with_roles');
    for (const item of items) {
      this.onlyKeys(item, ['url', 'role'], 'image_with_roles');
      this.that(!isAllowed(item['url']), 'CM3: url is a public link');
      this.that(!names.includes(String(item['role'])), `${row}: role`);
    }
    return items.map((item) => item['role']);
  }

  /** A list of shots with texts or numbers as durations. */
  shots(list: unknown, asText: boolean, rows: { index: boolean; texts: boolean }): void {
    if (list === undefined) return;
    const shots = this.objects(list, 'multi_prompt');
    this.that(shots.length < 1 || shots.length > 6, 'shots: 1 to 6');
    let sum = 0;
    for (const [at, shot] of shots.entries()) {
      this.onlyKeys(shot, ['index', 'prompt', 'duration'], 'a shot');
      const { index, prompt, duration } = shot;
      this.that(!Number.isInteger(index), 'shots: index is whole');
      this.that(rows.index && index !== at + 1, 'shots: index runs from 1');
      this.that(typeof prompt !== 'string', 'shots: prompt');
      this.that(
        rows.texts && (isBlank(prompt) || codePoints(prompt) > 512),
        'shots: prompt says something, 512 at most',
      );
      // A number becomes a text where texts are sent.
      const isWhole =
        Number.isInteger(duration) ||
        (asText && typeof duration === 'string' && /^-?\d{1,6}$/.test(duration));
      this.that(!isWhole, 'shots: whole seconds');
      this.that(isWhole && Number(duration) < 1, 'shots: 1 second at least');
      sum += Number(duration);
    }
    const total = this.body['duration'] ?? 5;
    this.that(typeof total !== 'number' || sum !== total, 'shots: they add up to duration');
  }
}

export function callback(sheet: Sheet): void {
  const { callback_url: url } = sheet.body;
  sheet.that(
    url !== undefined && (!isPublicUrl(url, ['https:']) || codePoints(url) > 2048),
    'CE8: callback_url is https, public, at most 2048',
  );
}

export const isAsset = (url: unknown): boolean =>
  typeof url === 'string' && /^asset:\/\/./.test(url);
