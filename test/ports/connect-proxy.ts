import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ConnectProxy {
  /** `127.0.0.1:3128`. */
  readonly host: string;
  /** Each request for a tunnel: where to, and with what password. */
  readonly asked: readonly { readonly to: string; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

/**
 * A real proxy on loopback that only opens tunnels (CONNECT). All of them lead to `port` of this
 * machine, whatever name is asked for: no name server knows the names of these tests. `answer`: for
 * a proxy that does something else; it owns the socket.
 */
export async function connectProxy(
  port: number,
  answer?: (socket: Socket, count: number) => void,
): Promise<ConnectProxy> {
  const asked: { to: string; authorization: string | undefined }[] = [];
  const sockets = new Set<Socket>();
  const hold = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const server = createServer((_request, response) => {
    response.writeHead(405).end('this proxy opens tunnels only');
  });
  server.on('connection', hold);
  server.on('connect', ({ url = '', headers }: IncomingMessage, socket: Socket) => {
    asked.push({ to: url, authorization: headers['proxy-authorization'] });
    if (answer !== undefined) return answer(socket, asked.length);
    const onward = hold(connect(port, '127.0.0.1'));
    onward.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
