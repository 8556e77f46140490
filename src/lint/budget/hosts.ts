import type { EngineId } from '../../base/engine.ts';
import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import type { Resolved } from '../../declarations/value.ts';

/** The host in a URL of a database: `postgres://user@db:5432/app`, `jdbc:mysql://db/app`. */
export function hostOfUrl(url: string): string | undefined {
  const found = /^(?:jdbc:)?[a-z][a-z0-9+.-]*:(?:\w+:)*\/\/(?:[^/?#]*@)?(\[[^\]]+\]|[\w.-]+)/i.exec(url)?.[1];
  return found?.toLowerCase();
}

/** The servers that a pool says it connects to; empty where that is not known. */
export function hostsOfPool(pool: DeclaredPool): readonly string[] {
  const texts = pool.options.flatMap(({ name, value }) => {
    const last = name.split('.').at(-1) ?? '';
    if (value.kind !== 'known' || typeof value.value !== 'string') return [];
    if (/^(?:url|uri|jdbcUrl|connectionString|connection|connectionUri|databaseUrl|clientUrl|dsn)$/.test(last)) {
      return hostOfUrl(value.value) ?? [];
    }
    return /^(?:host|hostname|server|serverName)$/.test(last) && /^[\w.-]+$/.test(value.value)
      ? value.value.toLowerCase()
      : [];
  });
  return [...new Set(texts)];
}

const hostVariables =
  /^(?:\w+_)?(?:DB|DATABASE|PG|POSTGRES|POSTGRESQL|MYSQL|MARIADB|SQL)_?HOST(?:NAME)?$|^PGHOST$|^\w*DATABASE_HOST$/;

/** The servers of databases that the variables of a service name. */
export function hostsInEnv({ env }: DeployedService): readonly string[] {
  const found = [...env].flatMap(([name, value]) => {
    const text = textOf(value);
    if (text === undefined) return [];
    if (/^(?:jdbc:)?(?:postgres|postgresql|mysql|mariadb)[\w+.-]*:/i.test(text)) return hostOfUrl(text) ?? [];
    return hostVariables.test(name) && /^[\w.-]+$/.test(text) ? text.toLowerCase() : [];
  });
  return [...new Set(found)];
}

function textOf(value: Resolved): string | undefined {
  return value.kind === 'known' ? String(value.value) : undefined;
}

/** Whether a host is one that a service answers to: `db`, `db.shop`, `db.shop.svc.cluster.local`. */
export function isHostOf(host: string, { hosts, namespace }: Pick<DeployedService, 'hosts' | 'namespace'>): boolean {
  return hosts.some((name) => {
    if (host === name) return true;
    if (!host.startsWith(`${name}.`)) return false;
    const rest = host.slice(name.length + 1);
    return /(?:^|\.)svc(?:\.|$)/.test(rest) || rest === namespace;
  });
}

/** MySQL and MariaDB are one: their drivers speak to both. */
export function isSameProtocol(a: EngineId, b: EngineId): boolean {
  return (a === 'postgres') === (b === 'postgres');
}
