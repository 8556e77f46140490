import { defaultPorts } from '../../base/engine.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { Protocol } from '../target.ts';
import type { Setting } from './parameter.ts';

/** One of the places that a DSN names. */
export interface DsnHost {
  readonly host?: string;
  /** Where the host is: a number address, so that its name is not looked up. */
  readonly hostAddress?: string;
  readonly port?: number;
  readonly socketPath?: string;
}

/** The places in the order in which they are named, at least one. Lists have commas, as in libpq. */
export function hostsOf(
  protocol: Protocol,
  values: ReadonlyMap<Setting, string>,
  invalid: (why: string, hint?: string) => Error,
): readonly [DsnHost, ...DsnHost[]] {
  const hosts = listIn(values.get('host'));
  const addresses = listIn(values.get('hostAddress'));
  const ports = listIn(values.get('port'));
  const count = Math.max(hosts.length, addresses.length, 1);
  if (hosts.length > 0 && addresses.length > 0 && addresses.length !== hosts.length) {
    throw invalid('host and hostaddr are lists of different lengths.', 'Give as many of one as of the other.');
  }
  if (ports.length > 1 && ports.length !== count) {
    throw invalid('host and port are lists of different lengths.', 'Give one port for all hosts, or one for each.');
  }
  const at = (index: number): DsnHost => {
    // SQLAlchemy writes host=name:port.
    const [, bare, own] = /^([^:/]+):(\d+)$/.exec(hosts[index] ?? '') ?? [undefined, hosts[index]];
    const port = portIn(own ?? (ports.length > 1 ? ports[index] : ports[0]), invalid);
    const folder = protocol === 'postgres' && bare?.startsWith('/') ? bare : undefined;
    const socketPath =
      folder === undefined
        ? values.get('socket')?.replace(/^\((.*)\)$/, '$1')
        : `${folder.replace(/\/$/, '')}/.s.PGSQL.${port ?? defaultPorts.postgres}`;
    return withoutUndefined({
      host: folder === undefined ? bare || undefined : undefined,
      hostAddress: addresses[index] || undefined,
      port,
      socketPath,
    });
  };
  const [first = {}, ...others] = Array.from({ length: count }, (_, index) => at(index));
  return [first, ...others];
}

function listIn(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',').map((word) => word.trim());
}

/** Not quoted when it is wrong: where the host is missing, this text is the password. */
function portIn(text: string | undefined, invalid: (why: string) => Error): number | undefined {
  if (!text) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw invalid('what stands for the port is not from 1 to 65535.');
}
