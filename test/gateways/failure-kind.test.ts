/** Why a task failed, by the words of its gateway. */
import { expect, test } from 'vitest';
import { failureKind } from '../../src/gateways/answers/failure.ts';

test.each([
  ['the image could not be read: the link does not exist or has expired', 'dead-link'],
  ['failed to download image https://files.example.com/a.png', 'dead-link'],
  ['图片链接已过期', 'dead-link'],
  ['图片下载失败', 'dead-link'],
  // What the model made is no link of the request.
  ['upstream error: failed to download generated media', 'service'],
  ['the result file was not found: request timed out', 'timeout'],
  // A refused picture is no dead link.
  ['图片审核失败', 'unknown'],
  ['the image was not accessible to our review: content policy violation', 'moderation'],
])('%s: %s', (message, kind) => {
  expect(failureKind(undefined, message)).toBe(kind);
});

test('a code decides, but for the one that is said of everything', () => {
  expect(failureKind('invalid_media_url', '')).toBe('dead-link');
  expect(failureKind('invalid_request_error', 'cannot download image')).toBe('invalid');
  expect(failureKind('invalid_request_error', 'failed to download image')).toBe('dead-link');
  expect(failureKind('upstream_error', 'failed to download image')).toBe('service');
});
