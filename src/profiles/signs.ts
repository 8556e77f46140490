import { profileIds } from './files.ts';
import { driverProfile, findProfile, poolerProfile } from './load.ts';
import type { ServerProfile } from './server.ts';
import type { NamedSymptom } from './symptoms.ts';

/** What a driver, server or pooler says when a connection is not to be had, or ends. */
export interface Sign {
  /** The id of the symptom that it tells of. */
  readonly symptom: string;
  /** Who says it: the profile that has it (`drivers/hikaricp`), or a name where there is none. */
  readonly by: string;
  readonly means: string;
  /** With `<name>` for what differs. */
  readonly message?: string | undefined;
  /** SQLSTATE, errno, symbol or class. */
  readonly codes: readonly string[];
  /** Others use the same words. */
  readonly alone?: true;
}

/** All that the profiles and the symptoms know. */
export async function allSigns(symptoms: readonly NamedSymptom[]): Promise<Sign[]> {
  const poolers = profileIds('poolers');
  const [servers, drivers, ...others] = await Promise.all([
    Promise.all(profileIds('servers').map(ofServer)),
    // Poolers, whose limits have profiles of their own, are among them.
    Promise.all(
      profileIds('drivers')
        .filter((id) => !poolers.includes(id))
        .map(ofDriver),
    ),
    ...poolers.map(ofPooler),
  ]);
  // Those who say it themselves before those who hand it on.
  const own = drivers.filter(({ isWrapping }) => !isWrapping);
  const wrapping = drivers.filter(({ isWrapping }) => isWrapping);
  const said = [...own, ...wrapping].flatMap(({ signs }) => signs);
  return [...servers.flat(), ...said, ...others.flat(), ...symptoms.flatMap(ofSymptom)];
}

async function ofDriver(id: string): Promise<{ isWrapping: boolean; signs: Sign[] }> {
  const { atExhaustion, wraps, handsOn } = await driverProfile(id);
  const signs = (atExhaustion.errors ?? []).map(({ class: name, code, message, when, symptom, alone }) => ({
    // Some hand on what the server says.
    symptom: symptom ?? (['53300', '1040'].includes(code ?? '') ? 'server-full' : 'pool-exhausted'),
    by: `drivers/${id}`,
    means: when ?? 'no connection came free in time',
    message,
    codes: codesOf(name?.split('.').at(-1), code).filter((said) => !tooCommon.includes(said)),
    ...(alone && { alone }),
  }));
  return { isWrapping: (wraps ?? handsOn) !== undefined, signs };
}

/** Classes of errors of any kind. */
const tooCommon = [
  ...['Error', 'error', 'FATAL', 'SQLException', 'SqlError', 'TimeoutError', 'DeadlineExceeded'],
  ...['ConnectionError', 'MySqlException', 'NpgsqlException', 'TimedOut'],
];

/** As it stands in its own file: a managed flavour would repeat all of its engine. */
async function ofServer(id: string): Promise<Sign[]> {
  const profile = `servers/${id}`;
  const { refusals = [], forcedDisconnects = [] } = (await findProfile(profile)).values as ServerProfile;
  return [
    ...refusals.map((refusal) => ofRefusal(profile, 'server-full', refusal)),
    ...forcedDisconnects.map(({ cause, message, ...codes }) =>
      ofRefusal(profile, 'session-ended', { ...codes, case: cause, message }),
    ),
  ];
}

async function ofPooler(id: string): Promise<Sign[]> {
  const { refusals = [] } = await poolerProfile(id);
  return refusals.map((refusal) => ofRefusal(`poolers/${id}`, 'pooler-full', refusal));
}

function ofSymptom({ id, says = [], title }: NamedSymptom): Sign[] {
  const drivers = profileIds('drivers');
  return says.map(({ by, message, codes = [], alone }) => ({
    symptom: id,
    by: drivers.includes(by) ? `drivers/${by}` : by,
    means: title,
    message,
    codes,
    ...(alone && { alone }),
  }));
}

interface Refusal {
  readonly case: string;
  readonly message?: string | undefined;
  readonly errno?: number | undefined;
  readonly sqlstate?: string | undefined;
  readonly code?: string | undefined;
  readonly symbol?: string | undefined;
  readonly symptom?: string | undefined;
}

function ofRefusal(
  by: string,
  usual: string,
  { case: means, message, errno, sqlstate, code, symbol, symptom }: Refusal,
): Sign {
  return { symptom: symptom ?? usual, by, means, message, codes: codesOf(errno, symbol, sqlstate, code) };
}

function codesOf(...codes: readonly (string | number | undefined)[]): string[] {
  return [...new Set(codes.filter((code) => code !== undefined).map(String))];
}
