import { isLoopbackHost } from '../ports/http/public-address.ts';

/**
 * Whether a base URL leads to this very machine: 127.0.0.0/8, ::1, `localhost`. There plain http is
 * safe, and links may be too.
 */
export const isLoopback = (baseUrl: string): boolean => isLoopbackHost(new URL(baseUrl).hostname);
