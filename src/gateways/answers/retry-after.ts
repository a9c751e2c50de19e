import { asNumber, asObject } from './json.ts';

/**
 * A longer pause than this gains nothing; an account whose budget returns at midnight is
 * another matter (`balance`).
 */
const LONGEST_PAUSE_MS = 10 * 60_000;

/**
 * The value of a Retry-After header as milliseconds from `nowMs`: seconds, or an HTTP date (RFC
 * 9110, 10.2.3). The past and negative numbers are 0, more than ten minutes is ten minutes, and
 * what is neither is `undefined`.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^[+-]?\d+(?:\.\d+)?$/.test(text)) return bounded(Number(text) * 1000);
  // All three date forms begin with the name of a day; without a zone (asctime) GMT is meant, not
  // the local zone.
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined;
  const date = Date.parse(/GMT|UTC|Z$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : bounded(date - nowMs);
}

/**
 * When to retry, from an error body: a member in seconds, or words such as "retry
 * after 60 seconds".
 */
export function retryAfterOfBody(json: unknown): number | undefined {
  const whole = asObject(json);
  const error = asObject(whole?.['error']);
  const seconds = asNumber(
    error?.['retry_after'] ?? error?.['retry_after_seconds'] ?? whole?.['retry_after'],
  );
  if (seconds !== undefined) return bounded(seconds * 1000);
  const message = error?.['message'] ?? whole?.['message'];
  const words =
    typeof message === 'string'
      ? /\b(?:retry|try again|wait)\D{0,20}(\d{1,6})\s*s(?:ec|\b)/i.exec(message)
      : null;
  return words === null ? undefined : bounded(Number(words[1]) * 1000);
}

const bounded = (ms: number): number => Math.round(Math.min(Math.max(ms, 0), LONGEST_PAUSE_MS));
