/**
 * Equal to `version` in package.json (a test holds it): a constant, so that no start-up reads a
 * file for it.
 */
export const VERSION = '0.1.0';
