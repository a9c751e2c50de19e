/** `rushes gateway`: the embedded gateway on its own, until it is stopped. */
import { defined } from '../defined.ts';
import { startLocalGateway } from '../local-gateway/server.ts';
import { catalogue } from '../models/catalogue.ts';
import { addMoney, formatUsd } from '../money.ts';
import { plural } from '../report/text/format.ts';
import { readFaults } from './flags/faults-flag.ts';
import { EXIT, type Io, UsageError } from './shared/io.ts';

export interface GatewayOptions {
  /** Default: any free one. */
  readonly port?: number;
  readonly faults?: string;
  readonly taskSeconds?: number;
  readonly seed?: number;
  readonly callbacksTo?: string;
}

export async function gateway(
  io: Io,
  { port = 0, faults, taskSeconds, seed, callbacksTo }: GatewayOptions,
): Promise<number> {
  if (!Number.isInteger(port) || port > 65_535)
    throw new UsageError(`--port ${port} is not a valid port`);
  if (callbacksTo !== undefined && !/^https?:\/\/[^/]/.test(callbacksTo))
    throw new UsageError(
      `--callbacks-to ${callbacksTo} is not an http(s) URL`,
      'Name the receiver on this machine, such as http://127.0.0.1:9000/hook.',
    );
  const script = faults === undefined ? undefined : await readFaults(io, faults);
  let server;
  try {
    server = await startLocalGateway({
      catalogue,
      port,
      clock: io.clock,
      ...defined({ script, taskSeconds, seed, callbacksTo }),
      onEvent: (event) => {
        if (event.kind === 'submit')
          io.stderr.write(
            `${event.gateway} submit ${event.outcome}${event.task === undefined ? '' : ` ${event.task}`}\n`,
          );
        else if (event.kind === 'callback')
          io.stderr.write(
            `${event.gateway} callback ${event.task} for ${event.address}: ${event.status === 0 ? 'no answer' : event.status}\n`,
          );
        else if (event.kind === 'upload')
          io.stderr.write(`${event.gateway} upload ${event.bytes} bytes ${event.status}\n`);
        else if (event.kind === 'download')
          io.stderr.write(`${event.gateway} download ${event.task} ${event.status}\n`);
      },
    });
  } catch (error) {
    throw new UsageError(
      `the gateway could not start: ${error instanceof Error ? error.message : String(error)}`,
      'Name another port, or none for any free one.',
    );
  }
  io.stdout.write(
    [
      '# the embedded gateway: both protocols, any key, free clips. Point rushes at it from another shell:',
      `export APIMART_BASE_URL=${server.baseUrls.apimart} APIMART_API_KEY=local`,
      `export EVOLINK_BASE_URL=${server.baseUrls.evolink} EVOLINK_FILES_BASE_URL=${server.filesUrl} EVOLINK_API_KEY=local`,
      '# Ctrl-C stops it',
      '',
    ].join('\n'),
  );
  await new Promise<void>((resolve) => {
    const off = io.onSignal(() => {
      off();
      resolve();
    });
  });
  const books = server.books();
  await server.close();
  const charged = addMoney(...Object.values(books.money).map(({ charged }) => charged));
  io.stderr.write(
    `\n${plural(books.accepted.length, 'task')} accepted, ${formatUsd(charged)} of play money charged\n`,
  );
  return EXIT.done;
}
