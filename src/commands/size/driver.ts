import { type EngineId, engineNames } from '../../base/engine.ts';
import { PoolctlError } from '../../base/errors.ts';
import type { Warning } from '../../base/warning.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { ReadOption } from '../../cli/options.ts';
import { driverNamed, isTarget, type NamedDriver, setsOf } from '../../emit/driver-of.ts';
import type { Target } from '../../emit/target.ts';
import { behaviourOf, driverChain, type KnownDriver } from '../../profiles/behaviour-of.ts';
import { driverProfile } from '../../profiles/load.ts';
import { loginTime } from '../../profiles/login-time.ts';
import { withOptions } from '../../profiles/with-options.ts';
import type { DriverUse } from '../../size/driver-facts.ts';
import { sizeFlags } from './flags.ts';

/** The driver of an answer, and what is to be said of it. */
export interface FoundDriver {
  readonly driver?: DriverUse;
  readonly warnings: readonly Warning[];
}

/**
 * The driver that --driver names, or the one target of --emit, with what its snippet sets.
 * @throws PoolctlError VALUE_INVALID, INPUT_CONTRADICTION, INPUT_MISSING
 */
export async function findDriver(
  read: ReadOption,
  { engine, queryTimeoutMs }: { readonly engine?: EngineId | undefined; readonly queryTimeoutMs?: number | undefined },
): Promise<FoundDriver> {
  const asked = read(sizeFlags.driver)?.value;
  const [only, second] = read(sizeFlags.emit)?.value ?? [];
  // A name that is no target is refused where the snippet is written.
  const emitted = second === undefined && only !== undefined && isTarget(only) ? only : undefined;
  const name = asked ?? emitted;
  refuseSlowQuery(read, name !== undefined, queryTimeoutMs);
  if (name === undefined) return { warnings: [] };
  const version = read(sizeFlags['driver-version'])?.value;
  const ofSnippet =
    asked !== undefined && emitted !== undefined ? (await driverNamed(emitted, engine, version)).engines : [];
  // A snippet for one kind of server says what the driver is on.
  const on = engine ?? (isOfOneKind(ofSnippet) ? ofSnippet[0] : undefined);
  const named = await driverNamed(name, on, version);
  if (asked === undefined && named.target?.isPooler) return { warnings: [] };
  await refuseOtherEngine(named, on);
  // Logins take another time on each: one is taken, and said, rather than none counted.
  const taken = named.engine ?? (await behaviourOf(named.id)).engine ?? named.engines[0] ?? 'postgres';
  const known = await behaviourOf(named.id, taken);
  const { name: _, engine: of, minIdle: __, ...facts } = known;
  if (Object.keys(facts).length === 0) {
    return { warnings: asked === undefined ? [] : [unknown(asked)] };
  }
  const written = emitted === name ? named.target : undefined;
  const slowQueryMs = read(sizeFlags['slow-query'])?.value;
  const driver: DriverUse = {
    ...(written ? await asWritten(written, named, known, queryTimeoutMs) : known),
    ...(of && (await loginTime(of))),
    ...withoutUndefined({ slowQueryMs }),
  };
  return { driver, warnings: asked !== undefined && on === undefined ? await engineAssumed(asked, named, of) : [] };
}

function isOfOneKind(engines: readonly EngineId[]): boolean {
  return new Set(engines.map((engine) => engine === 'postgres')).size === 1;
}

const anyEngine = ['postgres', 'mysql', 'mariadb'] as const;

/** Where another kind of server makes another driver of the name, or other numbers. */
async function engineAssumed(name: string, { engines }: NamedDriver, engine: EngineId | undefined): Promise<Warning[]> {
  if (engine === undefined) return [];
  const factsOn = async (on: EngineId) => {
    const { name: _, engine: __, ...facts } = await behaviourOf((await driverNamed(name, on, undefined)).id, on);
    return JSON.stringify(facts);
  };
  const assumed = await factsOn(engine);
  const others: EngineId[] = [];
  for (const other of new Set(engines.length > 0 ? engines : anyEngine)) {
    if ((other === 'postgres') !== (engine === 'postgres') && (await factsOn(other)) !== assumed) others.push(other);
  }
  if (others.length === 0) return [];
  const names = others.map((other) => engineNames[other]).join(' and ');
  return [
    {
      code: 'ENGINE_ASSUMED',
      message: `--driver ${name} is taken on ${engineNames[engine]}, because no server was named. On ${names} its numbers differ.`,
      hint: `Name the server: --server ${others.join(' or --server ')}.`,
    },
  ];
}

/** The most connections that any driver keeps open by default is as many: some snippets lower that for a smaller pool. */
const usualLimit = 10;

/** The driver as a snippet of `emit` sets it up. */
async function asWritten(
  target: Target,
  { id, engine }: NamedDriver,
  known: KnownDriver,
  queryTimeoutMs: number | undefined,
): Promise<DriverUse> {
  const chain = await driverChain(id, engine);
  const at = (connectionLimit: number) => {
    const given = { connectionLimit, ...withoutUndefined({ queryTimeoutMs }) };
    return withOptions(known, chain, setsOf(target, engine, given), connectionLimit);
  };
  const usual = at(usualLimit);
  return {
    ...usual,
    exceeds: (usual.exceeds ?? []).filter(({ by }) => !target.prevents?.includes(by)),
    optionsSet: [...new Set([usual, at(1)].flatMap(({ optionsSet = [] }) => optionsSet))],
  };
}

async function refuseOtherEngine({ id }: NamedDriver, engine: EngineId | undefined): Promise<void> {
  const { engines } = await driverProfile(id);
  if (engine === undefined || !engines || engines.includes(engine)) return;
  throw new PoolctlError('INPUT_CONTRADICTION', `The driver ${id} does not talk to ${engineNames[engine]}.`, {
    hint: `It talks to ${engines.map((one) => engineNames[one]).join(' and ')}: name such a --server, or another --driver.`,
  });
}

/** Queries run on after they were given up: that takes a driver, and a time limit. */
function refuseSlowQuery(read: ReadOption, hasDriver: boolean, queryTimeoutMs: number | undefined): void {
  const slow = read(sizeFlags['slow-query']);
  if (!slow) return;
  if (!hasDriver) {
    throw new PoolctlError('INPUT_MISSING', `${slow.source} is given, but no driver whose queries could run on.`, {
      hint: 'Add --driver pg, or the driver that you use.',
    });
  }
  if (queryTimeoutMs !== undefined) return;
  throw new PoolctlError('INPUT_MISSING', `${slow.source} is given, but no time after which a query is given up.`, {
    hint: 'Add the time limit that your client has for a query: --query-timeout 5s.',
  });
}

function unknown(name: string): Warning {
  return {
    code: 'DRIVER_UNKNOWN',
    message: `What ${name} does beyond its options is not known: connections are counted by the limit alone.`,
    hint: 'docs/drivers.md has the drivers whose behaviour is known.',
  };
}
