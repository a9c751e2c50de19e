/** `rushes upload`: each picture at each gateway, and the next step if one has no link. */
import type { GatewayName } from '../ids.ts';
import { sealed } from './text/escape.ts';
import { bytes as inBytes, plural } from './text/format.ts';
import { columns, paint, type Terminal } from './text/terminal.ts';

interface Uploads {
  readonly pictures: readonly {
    readonly gateway: GatewayName;
    readonly path: string;
    readonly bytes: number;
    readonly state: keyof typeof STATES;
    readonly message?: string;
  }[];
  readonly closed: ReadonlyMap<GatewayName, string>;
}

const STATES = {
  uploaded: 'uploaded',
  'to-upload': 'to upload',
  refused: 'refused',
  changed: 'changed meanwhile',
  stopped: 'not uploaded',
  unknown: 'unknown',
} as const;

export function uploadsTerminal({ pictures, closed }: Uploads, terminal: Terminal): string {
  const c = paint(terminal);
  if (pictures.length === 0) return 'No render needs a picture of the repository.\n';
  const table = columns(
    pictures.map(({ gateway, path, bytes, state, message }) => [
      path,
      gateway,
      inBytes(bytes),
      message === undefined ? STATES[state] : `${STATES[state]}: ${message}`,
    ]),
    [{ style: c.bold }, {}, { align: 'right', style: c.dim }, {}],
  );
  const missing = pictures.filter(({ state }) => state !== 'uploaded').length;
  return sealed(
    [
      ...table,
      '',
      ...[...closed].map(([gateway, remedy]) => `${gateway}: ${remedy}`),
      missing === 0
        ? `${plural(pictures.length, 'picture has', 'pictures have')} a link, valid for 72 hours from the upload`
        : `${plural(missing, 'picture')} of ${pictures.length} without a link; a run uploads those that it needs; rushes upload does it now`,
      '',
    ].join('\n'),
  );
}
