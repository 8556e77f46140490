import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import { RandomStream } from '../../src/traffic/random.ts';
import { int32, mysqlMessage, okBody, pgMessage } from './messages.ts';
import type { Protocol } from './sessions.ts';

/** What a client said on a connection, and all that the server sent before the client said the next. */
interface Turn {
  readonly said: Buffer;
  readonly answer: Buffer;
}

/** The first turn is what the server says before the client does, the second answers the login. */
export type Turns = readonly Turn[];

const nothing = Buffer.alloc(0);

async function listening(onSocket: (socket: Socket) => void): Promise<{ server: NetServer; port: number }> {
  const server = createServer(onSocket);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** Records the answers that a real server gives to `talk`, which uses one connection without TLS, to the port it is given. */
export async function recordAnswers(
  to: { readonly host: string; readonly port: number },
  talk: (port: number) => Promise<void>,
): Promise<Turns> {
  const turns: Turn[] = [];
  let said: Buffer = nothing;
  let answer: Buffer[] = [];
  const { server, port } = await listening((client) => {
    const upstream = connect(to.port, to.host);
    for (const socket of [client, upstream]) socket.on('error', () => {});
    client.on('data', (bytes) => {
      turns.push({ said, answer: Buffer.concat(answer) });
      said = bytes;
      answer = [];
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      answer.push(bytes);
      client.write(bytes);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroySoon());
  });
  try {
    await talk(port);
  } finally {
    server.close();
  }
  return turns;
}

/**
 * The turns for a client that the fake server lets in without a password: the exchange about it holds numbers that are never
 * the same again.
 */
export function withoutLogin(protocol: Protocol, turns: Turns): Turns {
  const isLast = ({ answer }: Turn) =>
    protocol === 'postgres' ? answer.includes('server_version\0') : isOkOfLogin(answer);
  const last = turns.findIndex(isLast);
  if (last < 0) throw new Error('the recording has no login');
  const settings = messagesIn('postgres', protocol === 'postgres' ? (turns[last]?.answer ?? nothing) : nothing);
  const postgres = [pgMessage('R', int32(0)), ...settings.filter((message) => message[0] !== 0x52)];
  return [
    { said: nothing, answer: turns[0]?.answer ?? nothing },
    { said: nothing, answer: protocol === 'postgres' ? Buffer.concat(postgres) : mysqlMessage(2, okBody) },
    ...turns.slice(last + 1),
  ];
}

/** The last message is OK, of whatever number. */
function isOkOfLogin(turn: Buffer): boolean {
  const last = messagesIn('mysql', turn).at(-1);
  return last !== undefined && last[4] === 0 && (last[3] ?? 0) >= 2 && last.length <= 40;
}

export function messagesIn(protocol: Protocol, bytes: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = protocol === 'postgres' ? bytes.readUInt32BE(at + 1) + 1 : bytes.readUIntLE(at, 3) + 4;
    messages.push(bytes.subarray(at, at + length));
    at += length;
  }
  return messages;
}

const ways = ['bytes', 'length', 'count', 'cut', 'twice', 'lost', 'order', 'type', 'noise', 'split'] as const;

/** The recording with one thing wrong, by a seed. `bytes` stay as long as they were; the others may not. */
export function mutated(
  protocol: Protocol,
  turns: Turns,
  seed: number,
): { readonly way: string; readonly turns: Turns } {
  const random = new RandomStream(seed, 0);
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
  const spoken = turns.flatMap(({ answer }, index) => (answer.length > 0 ? [index] : []));
  const where = pick(spoken);
  const messages = messagesIn(protocol, turns[where]?.answer ?? nothing).map((message) => Buffer.from(message));
  const at = random.below(messages.length);
  const message = messages[at] ?? Buffer.alloc(0);
  const header = protocol === 'postgres' ? 5 : 4;
  const body = Math.max(1, message.length - header);
  const way = pick(ways);
  switch (way) {
    case 'bytes':
      for (let count = 1 + random.below(4); count > 0; count -= 1)
        message[random.below(message.length)] = random.below(256);
      break;
    case 'length': {
      const length = pick([0, 1, 3, body - 1, body + 1, body + 5, 0xffff, 0x7fffff]);
      if (protocol === 'postgres') message.writeUInt32BE(length, 1);
      else message.writeUIntLE(length, 0, 3);
      break;
    }
    case 'count':
      // Where counts and lengths of parts stand.
      for (let place = header; place < Math.min(header + 2, message.length); place += 1)
        message[place] = pick([0, 1, 127, 251, 252, 254, 255]);
      break;
    case 'cut':
      messages[at] = message.subarray(0, random.below(message.length));
      break;
    case 'twice':
      messages.splice(at, 0, message);
      break;
    case 'lost':
      messages.splice(at, 1);
      break;
    case 'order':
      messages.reverse();
      break;
    case 'type':
      message[protocol === 'postgres' ? 0 : header] = random.below(256);
      break;
    case 'noise':
      messages.splice(at, 0, Buffer.from(Array.from({ length: 1 + random.below(64) }, () => random.below(256))));
      break;
    case 'split':
      messages.splice(at, 1, message.subarray(0, 1), message.subarray(1));
      break;
    default:
      way satisfies never;
  }
  const changed = Buffer.concat(messages);
  return { way, turns: turns.map((turn, index) => (index === where ? { ...turn, answer: changed } : turn)) };
}

/** A question without its length and the limits of time in it, which need not be those of the recording. */
function wordsOf(said: Buffer): string {
  return said.toString('latin1', 5).replace(/\d+/g, '#');
}

/** A server on this machine that answers what it knows an answer to, the same question by each of its answers in turn. */
export class ReplayServer {
  readonly port: number;
  readonly #server: NetServer;
  readonly #sockets: Set<Socket>;
  #turns: Turns = [];

  private constructor(server: NetServer, port: number, sockets: Set<Socket>) {
    this.#server = server;
    this.port = port;
    this.#sockets = sockets;
  }

  static async start(turns: Turns): Promise<ReplayServer> {
    const sockets = new Set<Socket>();
    let replay: ReplayServer | undefined;
    const { server, port } = await listening((socket) => {
      const [greeting, login, ...rest] = replay?.turns ?? [];
      const say = (turn: Turn | undefined) => {
        if (turn && turn.answer.length > 0 && !socket.destroyed) socket.write(turn.answer);
      };
      let hasLoggedIn = false;
      sockets.add(socket.on('error', () => {}));
      socket.on('close', () => sockets.delete(socket));
      say(greeting);
      socket.on('data', (bytes) => {
        if (hasLoggedIn) {
          const isSame = ({ said }: Turn) => wordsOf(said) === wordsOf(bytes);
          const known = rest.findIndex(isSame);
          say(rest[known]);
          if (known >= 0 && rest.findLastIndex(isSame) > known) rest.splice(known, 1);
        } else say(login);
        hasLoggedIn = true;
      });
    });
    replay = new ReplayServer(server, port, sockets);
    replay.#turns = turns;
    return replay;
  }

  get turns(): Turns {
    return this.#turns;
  }

  /** Connections that clients still hold. */
  get open(): number {
    return this.#sockets.size;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
