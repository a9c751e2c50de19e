/** Numbers, times and lists as people read them: the same in every output. */
import { qualified as nameOf } from '../../command-words.ts';
import type { RenderId } from '../../ids.ts';
import { formatUsd, type MicroUsd } from '../../money.ts';
import type { Money } from '../../plan/plan.ts';
import { terminalLine } from './escape.ts';
import { cells } from './terminal.ts';

/** `1,988`. */
export const count = (value: number): string => String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** `1 render`, `12 renders`, `1,988 renders`. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** `$1,234.50`, and `$0.0672` below ten cents. */
export const usd = (amount: MicroUsd): string =>
  formatUsd(amount).replace(/\d+(?=\.)/, (whole) => count(Number(whole)));

/** Wall time to be read, not computed with: `40 s`, `12 min`, `2 h 05 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 100) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** Seconds of video: `60 s`, `1,240 s (20 min 40 s)`. */
export function footage(seconds: number): string {
  const whole = Math.round(seconds * 100) / 100;
  if (whole < 120) return `${whole} s`;
  const rounded = Math.round(whole);
  const [hours, minutes, rest] = [
    Math.floor(rounded / 3600),
    Math.floor(rounded / 60) % 60,
    rounded % 60,
  ];
  const parts = [
    hours > 0 ? `${count(hours)} h` : '',
    minutes > 0 ? `${minutes} min` : '',
    rest > 0 ? `${rest} s` : '',
  ];
  return `${count(rounded)} s (${parts.filter((part) => part !== '').join(' ')})`;
}

/** A stopwatch: `0:07`, `12:30`, `1:02:03`. */
export function stopwatch(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = `${h > 0 ? String(m).padStart(2, '0') : m}:${String(s).padStart(2, '0')}`;
  return h > 0 ? `${h}:${tail}` : tail;
}

export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  if (value < 1e6) return `${Math.round(value / 1e3)} kB`;
  return value < 1e9 ? `${(value / 1e6).toFixed(1)} MB` : `${(value / 1e9).toFixed(1)} GB`;
}

/**
 * Kept apart, because they are worth differently: `$4.03 exact + $1.20 estimated + 2 of unknown
 * price`.
 */
export function money(cost: Money, amount: (value: MicroUsd) => string = usd): string {
  const parts = [
    cost.exact > 0 ? `${amount(cost.exact)} exact` : '',
    cost.estimated > 0 ? `${amount(cost.estimated)} estimated` : '',
    cost.unknown > 0 ? `${count(cost.unknown)} of unknown price` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '$0.00' : parts.join(' + ');
}

/**
 * `, prices of 2026-09-01` or `, prices of 2026-09-01 to 2026-11-18`; nothing where no price was
 * used.
 */
export function priceDates({ asOf }: Pick<Money, 'asOf'>): string | undefined {
  if (asOf === undefined) return undefined;
  const [oldest, newest] = asOf;
  return oldest === newest ? `prices of ${oldest}` : `prices of ${oldest} to ${newest}`;
}

/** At most `most` UTF-16 units and `…`; no character is cut in two. */
export const shortened = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most).replace(/\p{Surrogate}$/u, '')}…`;

/** `a/b, c/d, e/f … and 12 more`. */
export function fold(values: readonly string[], shown: number): string {
  if (values.length <= shown + 1) return values.join(', ');
  return `${values.slice(0, shown).join(', ')} … and ${count(values.length - shown)} more`;
}

/** As many of the values as fit in `width` cells, at least one, and how many are left out. */
export function foldTo(values: readonly string[], width: number): string {
  let used = 0;
  let shown = 0;
  for (const value of values) {
    used += cells(value) + 2;
    // ` … and 1,234 more` must fit as well, unless this is the last one.
    if (shown > 0 && used > width - (shown === values.length - 1 ? 0 : 17)) break;
    shown += 1;
  }
  return shown === values.length
    ? values.join(', ')
    : `${values.slice(0, shown).join(', ')} … and ${count(values.length - shown)} more`;
}

/** `film:crab/kling`: unambiguous among manifests, and never read as a flag. */
export const qualified = (manifest: string, id: RenderId): string =>
  terminalLine(nameOf(manifest, id));

/** `service: the renderer broke`; where the kind is unknown, the message alone. */
export const failureWords = ({
  kind,
  message,
}: {
  readonly kind: string;
  readonly message: string;
}): string => (kind === 'unknown' ? message : `${kind}: ${message}`);
