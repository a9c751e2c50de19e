import { hash } from 'node:crypto';
import type { Connection } from '../http.ts';
import type { Uploads } from './uploads.ts';

/** To a file service; it shares the key with the gateway. */
export type FilesConnection = Connection & Pick<Uploads, 'hide'>;
/** Or what to do before files can be sent. */
export type FilesAccess = FilesConnection | { readonly remedy: string };

/**
 * Where a key's files are: the origin of the service and 12 hex digits of a digest of the key, from
 * which the key cannot be told.
 */
export const accountMark = ({ baseUrl, key }: Pick<Connection, 'baseUrl' | 'key'>): string =>
  `${new URL(baseUrl).origin} ${hash('sha256', `rushes uploads ${key}`, 'hex').slice(0, 12)}`;
