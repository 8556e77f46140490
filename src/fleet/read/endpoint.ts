import type { EngineId } from '../../base/engine.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { hostsInEnv } from '../../lint/budget/hosts.ts';

/** Where a program connects to, by what it says itself. */
export interface PoolEndpoint {
  /** In lower case. */
  readonly host: string;
  readonly port?: number;
  /** The role or account that it logs in with. */
  readonly role?: string;
  /** By the scheme of its URL. */
  readonly engine?: EngineId;
}

const url =
  /^(?:jdbc:)?(postgres|postgresql|mysql|mariadb)[\w+.-]*:(?:\w+:)*\/\/(?:([^/?#@:]*)(?::[^/?#@]*)?@)?(\[[^\]]+\]|[\w.-]+)(?::(\d+))?/i;

const engines: Readonly<Record<string, EngineId>> = { mysql: 'mysql', mariadb: 'mariadb' };

/** The endpoint in a URL of a database; undefined for any other text. */
export function endpointOfUrl(text: string): PoolEndpoint | undefined {
  const [, scheme = '', role, host, port] = url.exec(text) ?? [];
  if (host === undefined) return undefined;
  return {
    host: host.toLowerCase(),
    engine: engines[scheme.toLowerCase()] ?? 'postgres',
    ...(port !== undefined && { port: Number(port) }),
    ...(role !== undefined && /^[\w.-]+$/.test(role) && { role }),
  };
}

/** A variable that names a host, and maybe its port. */
const hostVariable = /(?:HOST|HOSTNAME|SERVER|ENDPOINT|ADDR|ADDRESS)$/i;
const hostAndPort = /^([\w.-]+)(?::(\d{1,5}))?$/;

/** The hosts in variables such as `ORDERS_ENDPOINT=orders-db:5432`, whatever is there. */
export function hostsInVariables({ env }: DeployedService): readonly PoolEndpoint[] {
  return [...env].flatMap(([name, value]) => {
    const text = value.kind === 'known' && hostVariable.test(name) ? String(value.value) : '';
    const [, host, port] = hostAndPort.exec(text) ?? [];
    return host === undefined ? [] : { host: host.toLowerCase(), ...(port !== undefined && { port: Number(port) }) };
  });
}

/** The endpoints that the variables of a service name, each once. */
export function endpointsInEnv(service: DeployedService): readonly PoolEndpoint[] {
  const found = new Map<string, PoolEndpoint>();
  for (const value of service.env.values()) {
    const text = value.kind === 'known' ? String(value.value) : '';
    const endpoint = text.includes('://') ? endpointOfUrl(text) : undefined;
    if (endpoint) found.set(`${endpoint.host}:${endpoint.port ?? ''}`, endpoint);
  }
  const hosts = new Set([...found.values()].map(({ host }) => host));
  const others = hostsInEnv(service).filter((host) => !hosts.has(host));
  return [...found.values(), ...others.map((host) => ({ host }))];
}
