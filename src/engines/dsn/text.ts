import { PoolctlError } from '../../base/errors.ts';
import type { Protocol } from '../target.ts';
import { type DsnLayer, layerOf, mergedLayers } from './layer.ts';
import type { Setting } from './parameter.ts';

/** What a DSN says, in the words of no system; what it leaves out is for a service, the environment and defaults. */
export interface DsnText extends DsnLayer {
  readonly protocol: Protocol;
  readonly source: string;
  /** Java's drivers mean other things by some words. */
  readonly dialect: 'jdbc' | 'mariadb' | 'other';
}

const protocols: Readonly<Record<string, Protocol>> = {
  postgres: 'postgres',
  postgresql: 'postgres',
  pgsql: 'postgres',
  psql: 'postgres',
  postgis: 'postgres',
  mysql: 'mysql',
  mysql2: 'mysql',
  trilogy: 'mysql',
  mariadb: 'mysql',
};

/** Whether a text starts like the DSN of a server that poolctl speaks to. */
export function isDatabaseDsn(text: string): boolean {
  const [, scheme = ''] = /^(?:jdbc:)?([a-z0-9]+)(?:\+[a-z0-9]+)?:\/\//i.exec(text.trim()) ?? [];
  return protocols[scheme.toLowerCase()] !== undefined;
}

const example = 'Write postgres://user:password@host:5432/database, or mysql://user:password@host:3306/database.';

/**
 * Reads `scheme://user:password@host:port/database?settings`, also with characters in user or password that a URL would
 * have percent-encoded: what stands before the last @ that a host follows is the login. Its errors never quote the text.
 * @throws PoolctlError DSN_INVALID
 */
export function readDsnText(text: string, source: string): DsnText {
  const invalid = (why: string, hint = example) => new PoolctlError('DSN_INVALID', `${source}: ${why}`, { hint });
  const several = /^jdbc:(?:mysql|mariadb):[a-z][a-z0-9+-]*:\/\//i.test(text.trim());
  if (several) {
    throw invalid(
      'the driver would choose among several servers.',
      'Name the one to ask: jdbc:mysql://host:3306/database.',
    );
  }
  const [, java, scheme = '', rest = ''] = /^(jdbc:)?([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text.trim()) ?? [];
  if (scheme === '') throw invalid('this is not a DSN.');
  // SQLAlchemy names its driver behind a plus sign.
  const base = scheme.toLowerCase().replace(/\+.*$/, '');
  const protocol = protocols[base];
  if (!protocol) throw invalid('poolctl speaks to PostgreSQL, MySQL and MariaDB, and this is for something else.');

  const at = loginEnd(rest);
  const login = at < 0 ? '' : rest.slice(0, at);
  const [, authority = '', path = '', query = ''] =
    /^([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?/.exec(rest.slice(at + 1)) ?? [];
  const places = authority.split(',').map((place) => /^(?:\[([^\]]*)\]|([^:,]*))(?::(\d*))?$/.exec(place));
  if (/[()=]/.test(authority)) {
    throw invalid('a host is in parentheses, or has an equals sign.', 'Write it as host:port.');
  }
  if (places.includes(null)) throw invalid('what stands for host and port is neither.');
  const colon = login.indexOf(':');
  const ports = places.map((place) => place?.[3] ?? '').join();
  const said: [Setting, string | undefined][] = [
    ['host', places.map((place) => decode(place?.[1] ?? place?.[2] ?? '')).join()],
    ['port', /\d/.test(ports) ? ports : undefined],
    ['user', decode(colon < 0 ? login : login.slice(0, colon))],
    ['password', colon < 0 ? undefined : decode(login.slice(colon + 1))],
    ['database', decode(path)],
  ];
  const parts: DsnLayer = {
    values: new Map(
      said.flatMap(([name, value]) => (value || (value === '' && name === 'password') ? [[name, value]] : [])),
    ),
    unused: [],
  };
  // A plus sign stays one: in a DSN it is no blank, as it is in forms.
  const pairs = new URLSearchParams(query.replaceAll('+', '%2B'));
  const settings = layerOf(protocol, pairs, source, !query.includes('@'));
  // libpq and node-postgres let the settings win over what stands before them; MySQL's drivers do not.
  const isLast = protocol === 'postgres' && java === undefined;
  return {
    ...mergedLayers(isLast ? [settings, parts] : [parts, settings]),
    protocol,
    source,
    dialect: base === 'mariadb' ? 'mariadb' : java === undefined ? 'other' : 'jdbc',
  };
}

const place = String.raw`(?:\[[^\]]+\]|[^\s/?#@:=&,]+)?(?::\d+)?`;
const places = `${place}(?:,${place})*`;
/** Hosts, or none, with what may follow them. */
const isPlace = new RegExp(String.raw`^${places}(?:\/[^?#@]*)?(?:[?#].*)?$`, 's');
const endsInSetting = new RegExp(String.raw`^(?:.*@)?${places}(?:\/[^?#]*)?\?(?:.*&)?[\w-]+=[^@]*$`, 's');

/** Where the login ends: at the last @ that a host follows and that is not in a setting; -1 without one. */
function loginEnd(rest: string): number {
  for (let at = rest.lastIndexOf('@'); at >= 0; at = rest.lastIndexOf('@', at - 1)) {
    if (isPlace.test(rest.slice(at + 1)) && !endsInSetting.test(rest.slice(0, at))) return at;
    if (at === 0) break;
  }
  return (/^[^/?#]*/.exec(rest)?.[0] ?? '').lastIndexOf('@');
}

/** Percent-decoded; text that only looks encoded stays as it is. */
function decode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}
