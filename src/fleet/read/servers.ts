import { defaultPorts, type EngineId } from '../../base/engine.ts';
import type { BudgetServer } from '../../budget/model.ts';
import { isSameProtocol } from '../../lint/budget/hosts.ts';
import { unknownCount } from './counts.ts';
import type { PoolEndpoint } from './endpoint.ts';

interface Listening {
  readonly name: string;
  readonly port: number | undefined;
  readonly engine: EngineId | undefined;
}

/** The servers and poolers of a fleet, found by where they listen; a host that nobody has named is a server, too. */
export class FleetServers {
  readonly #servers = new Map<string, BudgetServer>();
  readonly #byHost = new Map<string, Listening[]>();
  readonly #declared: BudgetServer[] = [];

  get all(): readonly BudgetServer[] {
    return [...this.#servers.values()];
  }

  get(name: string): BudgetServer | undefined {
    return this.#servers.get(name);
  }

  /** @returns the name of another server that listens at the same host and port */
  declare(
    server: BudgetServer,
    hosts: readonly string[],
    port: number | undefined,
    release?: string,
  ): string | undefined {
    this.#declared.push(server);
    return this.add(server, hosts, port, release);
  }

  /**
   * A server that a manifest starts, or that a pool names: it is not what a pool without a host is for. With a `release`, it
   * listens for the services of that compose file only.
   */
  add(server: BudgetServer, hosts: readonly string[], port?: number, release?: string): string | undefined {
    const { name, engine } = server;
    this.#servers.set(name, server);
    for (const host of new Set(hosts.map((each) => within(release, each.toLowerCase())))) {
      const there = this.#byHost.get(host) ?? [];
      const same = there.find((other) => portOf(other) === portOf({ port, engine }));
      if (same) return same.name;
      this.#byHost.set(host, [...there, { name, port, engine }]);
    }
    return undefined;
  }

  /** The server at an endpoint: by its host, or by the short form of it: `db` for `db.shop.svc`. */
  at({ host, port }: PoolEndpoint, engine?: EngineId, release?: string): string | undefined {
    const inRelease = release === undefined ? [] : (this.#byHost.get(within(release, host)) ?? []);
    const own = inRelease.find(isAt(port));
    if (own) return own.name;
    for (let name = host; ; name = name.slice(0, name.lastIndexOf('.'))) {
      const found = this.#byHost.get(name) ?? [];
      const wanted = port ?? (engine && defaultPorts[engine]);
      const there = found.length > 1 ? found.find((one) => portOf(one) === wanted) : found.find(isAt(port));
      if (there) return there.name;
      if (!name.includes('.') || /^[\d.]+$/.test(name)) return undefined;
    }
  }

  /** The same; a new server with an unknown limit where none is there. */
  atOrNew(endpoint: PoolEndpoint, engine: EngineId | undefined, fleetFile: string, release?: string): string {
    const known = this.at(endpoint, engine, release);
    if (known !== undefined) return known;
    const { host, port } = endpoint;
    const isUsual = port === undefined || Object.values(defaultPorts).includes(port as 5432);
    const name = this.#servers.has(host) || !isUsual ? `${host}:${port}` : host;
    const limit = unknownCount(
      0,
      `no file says how many connections ${name} allows`,
      `Write maxConnections of servers.${name} in ${fleetFile}.`,
    );
    const server: BudgetServer = {
      ...{ name, counts: 'server connections', limit: limit as BudgetServer['limit'] },
      ...{ isBudgeted: false, countsTerminating: false, ...(engine && { engine }) },
    };
    this.add(server, [host], port);
    return name;
  }

  /** The only server that a pool can be for that says no host. */
  only(engine: EngineId | undefined): string | undefined {
    const possible = this.#declared.filter(
      (server) => engine === undefined || server.engine === undefined || isSameProtocol(engine, server.engine),
    );
    return possible.length === 1 ? possible[0]?.name : undefined;
  }
}

/** A host as the services of one compose file reach it. */
function within(release: string | undefined, host: string): string {
  return release === undefined ? host : `${release}\n${host}`;
}

function portOf({ port, engine }: { port: number | undefined; engine: EngineId | undefined }): number | undefined {
  return port ?? (engine && defaultPorts[engine]);
}

/** A port that one of the two does not say is the same. */
function isAt(port: number | undefined) {
  return (one: Listening) => port === undefined || one.port === undefined || one.port === port;
}
