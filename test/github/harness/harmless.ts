/**
 * What a job said must not be obeyed, by the runner, a terminal or a page, where strangers wrote
 * it.
 */
import { expect } from 'vitest';
import { COMMAND_LINE } from '../../report/hostile.ts';
import type { JobResult } from './runner.ts';

/** The commands that the action itself gives: annotations with escaped words, and groups. */
const OURS = /^::(?:group|notice|warning|error)(?: [^:\n]*)?::|^::endgroup::$/;

export function expectHarmlessLog(log: string): void {
  const obeyed = log.split('\n').filter((line) => COMMAND_LINE.test(line));
  expect(obeyed.filter((line) => line.includes('##[') || !OURS.test(line))).toEqual([]);
  // eslint-disable-next-line no-control-regex
  expect(log).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
}

export function expectHarmless(job: JobResult | undefined): void {
  expectHarmlessLog(job?.log ?? '');
  expectHarmlessPage(job?.summary ?? '');
}

export function expectHarmlessPage(page: string): void {
  expect(page).not.toMatch(/<(?:script|img|iframe)\b/i);
  expect(page).not.toMatch(/(?:^|[^\w;])@(?:everyone|octocat)/);
  expect(page).not.toMatch(/\]\((?!http:\/\/127\.0\.0\.1:\d+\/studio\/film\/)/);
  expect(page).not.toContain('```');
  // Tags come in pairs: nobody closed one of ours.
  for (const tag of ['details', 'summary', 'code', 'strong', 'em'])
    expect(`${tag} ${page.match(new RegExp(`</${tag}>`, 'g'))?.length ?? 0}`).toBe(
      `${tag} ${page.match(new RegExp(`<${tag}[ >]`, 'g'))?.length ?? 0}`,
    );
}
