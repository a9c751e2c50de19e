/**
 * EvoLink: POST /v1/files/upload-token, a short-lived stand-in for the key that only the file
 * service takes. Facts: docs/providers/uploads.md, section 4.2.
 */
import { type Answer, failure, jsonAnswer } from '../answer.ts';
import type { Context } from '../context.ts';
import { unixSeconds } from '../dialect.ts';

/** Undocumented: the value of the vendor's own test server. */
const LIFE_MS = 60_000;
const MOST_IN_A_MINUTE = 30;

export function newUploadToken(
  { state, clock }: Context,
  owner: string,
  requestId: string,
): Answer {
  const now = clock.now();
  const recent = [...state.uploadTokens.values()].filter(
    (token) => token.owner === owner && now - token.createdAtMs < 60_000,
  );
  if (recent.length >= MOST_IN_A_MINUTE) return failure('evolink', 'rate-limited', requestId);
  const token = `evup_${state.random.text(32, '0123456789abcdef')}`;
  state.uploadTokens.set(token, { owner, createdAtMs: now });
  return jsonAnswer(200, { upload_token: token, expires_at: unixSeconds(now + LIFE_MS) });
}

/** The account of a key, or of an upload token that has not expired; `undefined` for any other. */
export function ownerOfBearer({ state, clock }: Context, bearer: string): string | undefined {
  if (!bearer.startsWith('evup_')) return bearer;
  const token = state.uploadTokens.get(bearer);
  return token === undefined || clock.now() - token.createdAtMs >= LIFE_MS
    ? undefined
    : token.owner;
}
