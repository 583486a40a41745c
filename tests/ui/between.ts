// Somebody between the program and the portal: holds a part of a file back, or lets nothing through.
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export class Between {
  /** The offsets of the parts that came by. */
  readonly parts: number[] = [];
  /** `POST /v1/procedures/.../uploads` and the like. */
  readonly asked: string[] = [];
  private lost = false;
  private held: { from: number; reached: () => void; go: Promise<void> } | null = null;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly portal: string,
    private readonly server: Server,
  ) {}

  static async start(portal: string): Promise<Between> {
    const server = createServer();
    const between = new Between(portal, server);
    server.on('request', (from: IncomingMessage, to: ServerResponse) => void between.pass(from, to));
    server.on('connection', (socket: Socket) => {
      if (between.lost) socket.destroy();
      between.sockets.add(socket);
      socket.once('close', () => between.sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return between;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The first part from there on waits, once: `reached` tells that it came, `release` lets it go on. */
  hold(from: number): { reached: Promise<void>; release: () => void } {
    let release = () => {};
    const go = new Promise<void>((resolve) => (release = resolve));
    const reached = new Promise<void>((resolve) => (this.held = { from, reached: resolve, go }));
    return { reached, release };
  }

  /** The network is gone, in the middle of whatever is under way. */
  lose(): void {
    this.lost = true;
    this.sockets.forEach((socket) => socket.destroy());
  }

  find(): void {
    this.lost = false;
  }

  async stop(): Promise<void> {
    this.lose();
    this.server.close();
    await once(this.server, 'close');
  }

  private async pass(from: IncomingMessage, to: ServerResponse): Promise<void> {
    this.asked.push(`${from.method} ${from.url}`);
    if (from.method === 'PATCH') await this.wait(Number(from.headers['upload-offset']));
    if (from.socket.destroyed) return;
    // Each request has a connection of its own: none is kept that the portal may have closed.
    const { method, headers } = from;
    const onward = request(`${this.portal}${from.url}`, { method, headers, agent: false }, (answer) => {
      to.writeHead(answer.statusCode!, answer.headers);
      answer.on('error', () => to.destroy());
      answer.pipe(to);
    });
    onward.on('error', () => to.destroy());
    to.on('close', () => onward.destroy());
    from.pipe(onward);
  }

  private async wait(offset: number): Promise<void> {
    this.parts.push(offset);
    const held = this.held;
    if (!held || offset < held.from) return;
    this.held = null;
    held.reached();
    await held.go;
  }
}
