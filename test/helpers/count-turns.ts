import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A relay to a server without TLS that counts how often the client waits for an answer before it can go on. */
export interface TurnCounter {
  readonly port: number;
  /**
   * Of each connection, in the order of opening: round trips, that of TCP included, until the client sent the text; left out
   * where it never did.
   */
  until(text: string): readonly (number | undefined)[];
  close(): void;
}

export async function countTurns(host: string, port: number): Promise<TurnCounter> {
  /** What the client sent at once, of each connection. */
  const connections: string[][] = [];
  const server = createServer((client) => {
    const sent: string[] = [];
    connections.push(sent);
    const up = connect(port, host);
    let isAnswered = true;
    client.on('data', (data) => {
      if (isAnswered) sent.push('');
      sent[sent.length - 1] += data.toString('latin1');
      isAnswered = false;
      up.write(data);
    });
    up.on('data', (data) => {
      isAnswered = true;
      client.write(data);
    });
    for (const [one, other] of [
      [client, up],
      [up, client],
    ] satisfies [Socket, Socket][]) {
      one.setNoDelay(true);
      one.on('end', () => other.end()).on('error', () => other.destroy());
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    port: (server.address() as AddressInfo).port,
    until: (text) =>
      connections.map((sent) => {
        const at = sent.findIndex((burst) => burst.includes(text));
        return at < 0 ? undefined : at + 1;
      }),
    close: () => server.close(),
  };
}
