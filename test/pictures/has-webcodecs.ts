import { createRequire } from 'node:module';

/** Whether the optional package is installed beside this repository's own. */
export function hasWebcodecs(): boolean {
  try {
    createRequire(import.meta.url).resolve('node-webcodecs/register');
    return true;
  } catch {
    return false;
  }
}
