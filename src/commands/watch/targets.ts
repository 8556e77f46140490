import { defaultPorts } from '../../base/engine.ts';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { Warning } from '../../base/warning.ts';
import type { Sourced } from '../../cli/flag.ts';
import type { ReadOption } from '../../cli/options.ts';
import { readPlaces } from '../../cli/target.ts';
import type { ConnectionTarget } from '../../engines/target.ts';
import type { WatchTarget } from '../../watch/options.ts';
import { watchFlags } from './flags.ts';
import { serverAmong } from './server-among.ts';

/** What is to be watched, and what the user should know about how it was named. */
export interface NamedTargets {
  readonly targets: readonly WatchTarget[];
  readonly warnings: readonly Warning[];
}

/** The targets of the command line (`DSN`, or `NAME=DSN`) and of --targets; without both, the server of DATABASE_URL. */
export async function readTargets(dsns: readonly string[], read: ReadOption, io: Io): Promise<NamedTargets> {
  const file = read(watchFlags.targets)?.value;
  const written = file === undefined ? undefined : await (await import('./file.ts')).targetsOfFile(file, read, io);
  const given = dsns.length === 0 && written === undefined ? [undefined] : dsns;
  const named: { target: WatchTarget; warnings: readonly Warning[] }[] = [];
  for (const dsn of given) named.push(await targetOf(dsn, read, io));
  const targets = numbered(named.map(({ target }) => target));
  const warnings = [...named.flatMap((one) => one.warnings), ...(written?.warnings ?? [])];
  const all = [...targets, ...(written?.targets ?? [])];
  refuseSameNames(all, file);
  return { targets: publiclyNumbered(all), warnings: unique(warnings) };
}

async function targetOf(given: string | undefined, read: ReadOption, io: Io) {
  const [, name, dsn] = /^([A-Za-z][\w.-]*)=(.+)$/s.exec(given ?? '') ?? [];
  const argument: Sourced<string> | undefined =
    given === undefined
      ? undefined
      : { value: dsn ?? given, source: name === undefined ? 'the DSN' : `the DSN ${name}` };
  const places = await readPlaces(argument, read, io);
  const [place] = places.places;
  const names = name === undefined ? { name: nameOf(place), publicName: place.database ?? place.protocol } : { name };
  const target: WatchTarget = { ...names, server: serverAmong(places, read, io) };
  return { target, warnings: places.warnings };
}

/** `db.internal/orders`; with the port where it is not the usual one. */
function nameOf({ protocol, host, port, socketPath, database }: ConnectionTarget): string {
  const place = socketPath ?? (port === defaultPorts[protocol] ? host : `${host}:${port}`);
  return database === undefined ? place : `${place}/${database}`;
}

/** The same place twice has two names. Those that the user gave are taken as they are. */
function numbered(targets: readonly WatchTarget[]): readonly WatchTarget[] {
  const seen = new Map<string, number>();
  return targets.map((target) => {
    if (target.publicName === undefined) return target;
    const count = (seen.get(target.name) ?? 0) + 1;
    seen.set(target.name, count);
    return count === 1 ? target : { ...target, name: `${target.name}#${count}` };
  });
}

/** Names that the user gave are taken as they are. */
function publiclyNumbered(targets: readonly WatchTarget[]): readonly WatchTarget[] {
  const taken = new Set(targets.filter(({ publicName }) => publicName === undefined).map(({ name }) => name));
  return targets.map((target) => {
    const { publicName } = target;
    if (publicName === undefined) return target;
    let name = publicName;
    for (let count = 2; taken.has(name); count += 1) name = `${publicName}#${count}`;
    taken.add(name);
    return { ...target, publicName: name };
  });
}

function refuseSameNames(targets: readonly WatchTarget[], file: string | undefined): void {
  const names = targets.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice === undefined) return;
  throw new PoolctlError('INPUT_CONTRADICTION', `Two targets are named ${twice}.`, {
    hint: `${file === undefined ? '' : `Names stand on the command line and in ${file}. `}Write another name before one DSN: NAME=DSN.`,
  });
}

function unique(warnings: readonly Warning[]): readonly Warning[] {
  return warnings.filter(
    ({ code, message }, index) => warnings.findIndex((one) => one.code === code && one.message === message) === index,
  );
}
