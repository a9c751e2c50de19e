/**
 * Whether a base URL leads to this very machine: 127.0.0.0/8, ::1, `localhost`. There plain http is
 * safe, and links may be too.
 */
export function isLoopback(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return (
    /^127(?:\.\d{1,3}){3}$/.test(hostname) ||
    hostname === '[::1]' ||
    /^(?:.*\.)?localhost\.?$/.test(hostname)
  );
}
