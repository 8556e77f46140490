import { PoolctlError } from '../../base/errors.ts';
import { numberOf } from '../../engines/mysql/answers.ts';
import { connectMysql, type MysqlSession } from '../../engines/mysql/connect.ts';
import { opensExtraSlot } from '../../engines/mysql/facts.ts';
import type { Said } from '../../engines/mysql/said.ts';
import type { OpenOptions } from '../../engines/session.ts';
import { ConnectionTarget } from '../../engines/target.ts';
import type { TargetLook } from '../look.ts';

export interface DoorOptions extends OpenOptions {
  /** Ports of the same host by which MySQL or MariaDB may let in while it is full: an extra_port, an admin_port. */
  readonly doorPorts?: readonly number[];
}

/** ER_CON_COUNT_ERROR; a limit of the user has other numbers, and holds at the doors too. */
const serverIsFull = 1040;

/** Opens the session; where the server is full for it, by one of the doors. @throws PoolctlError */
export async function openThroughDoor(target: ConnectionTarget, options: DoorOptions): Promise<MysqlSession> {
  try {
    return await connectMysql(target, options);
  } catch (error) {
    if (!isFull(error) || target.socketPath !== undefined) throw error;
    for (const port of new Set(options.doorPorts)) {
      const session = port === target.port ? undefined : await openIfLetIn(target, port, options);
      if (session) return session;
    }
    throw error;
  }
}

function isFull(error: unknown): boolean {
  return error instanceof PoolctlError && (error.cause as { errno?: number } | undefined)?.errno === serverIsFull;
}

/** Undefined where the door does not let this user in: the first refusal is then what matters. */
async function openIfLetIn(target: ConnectionTarget, port: number, options: OpenOptions) {
  try {
    return await connectMysql(new ConnectionTarget({ ...target.parts, port }), options);
  } catch (error) {
    if (error instanceof PoolctlError) return undefined;
    throw error;
  }
}

/** How the session got in where others are refused. */
export function doorOf(
  { target }: MysqlSession,
  said: Said,
  { taken, capacity }: Pick<TargetLook, 'taken' | 'capacity'>,
): string | undefined {
  const isPort = (port: number | undefined) => target.socketPath === undefined && port === target.port;
  const { extra, admin } = doorsIn(said);
  if (isPort(extra)) return `extra port ${target.port}`;
  if (isPort(admin)) return `admin port ${target.port}`;
  return taken > capacity.max && opensExtraSlot(said) ? 'reserved slot' : undefined;
}

export function doorPortsIn(said: Said): number[] {
  return Object.values(doorsIn(said)).filter((port) => port !== undefined);
}

function doorsIn({ variables }: Said): { extra: number | undefined; admin: number | undefined } {
  const port = (name: string) => numberOf(variables.get(name)) || undefined;
  return { extra: port('extra_port'), admin: variables.get('admin_address') ? port('admin_port') : undefined };
}
