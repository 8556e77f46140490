import { profileIds } from './files.ts';
import { driverProfile, findProfile, poolerProfile } from './load.ts';
import type { ServerProfile } from './server.ts';

/** Who says it, and so where the cause is: the pool of the application, the server, a pooler, or what ends sessions. */
export const signFamilies = ['pool', 'server', 'pooler', 'ended'] as const;
export type SignFamily = (typeof signFamilies)[number];

/** What a driver, server or pooler says when a connection is not to be had, or ends. */
export interface Sign {
  readonly family: SignFamily;
  /** The profile that has it: `drivers/hikaricp`. */
  readonly profile: string;
  readonly means: string;
  /** With `<name>` for what differs. */
  readonly message?: string | undefined;
  /** SQLSTATE, errno, symbol or class. */
  readonly codes: readonly string[];
}

/** All that the profiles know. */
export async function allSigns(): Promise<Sign[]> {
  const poolers = profileIds('poolers');
  const signs = await Promise.all([
    // Poolers, whose limits have profiles of their own, are among them.
    ...profileIds('drivers')
      .filter((id) => !poolers.includes(id))
      .map(ofDriver),
    ...profileIds('servers').map(ofServer),
    ...profileIds('poolers').map(ofPooler),
  ]);
  return signs.flat();
}

async function ofDriver(id: string): Promise<Sign[]> {
  const { atExhaustion } = await driverProfile(id);
  return (atExhaustion.errors ?? []).map(({ class: name, code, message, when }) => ({
    // Some hand on what the server says.
    family: ['53300', '1040'].includes(code ?? '') ? 'server' : 'pool',
    profile: `drivers/${id}`,
    means: when ?? 'no connection came free in time',
    message,
    codes: codesOf(name?.split('.').at(-1), code).filter((said) => said !== 'Error'),
  }));
}

/** As it stands in its own file: a managed flavour would repeat all of its engine. */
async function ofServer(id: string): Promise<Sign[]> {
  const profile = `servers/${id}`;
  const { refusals = [], forcedDisconnects = [] } = (await findProfile(profile)).values as ServerProfile;
  return [
    ...refusals.map((refusal): Sign => ({ family: 'server', ...ofRefusal(profile, refusal) })),
    ...forcedDisconnects.map(
      ({ cause, message, ...codes }): Sign => ({
        family: 'ended',
        ...ofRefusal(profile, { ...codes, case: cause, message }),
      }),
    ),
  ];
}

async function ofPooler(id: string): Promise<Sign[]> {
  const { refusals = [] } = await poolerProfile(id);
  return refusals.map((refusal) => ({ family: 'pooler', ...ofRefusal(`poolers/${id}`, refusal) }));
}

interface Refusal {
  readonly case: string;
  readonly message?: string | undefined;
  readonly errno?: number | undefined;
  readonly sqlstate?: string | undefined;
  readonly code?: string | undefined;
  readonly symbol?: string | undefined;
}

function ofRefusal(profile: string, { case: means, message, errno, sqlstate, code, symbol }: Refusal) {
  return { profile, means, message, codes: codesOf(errno, symbol, sqlstate, code) };
}

function codesOf(...codes: readonly (string | number | undefined)[]): string[] {
  return [...new Set(codes.filter((code) => code !== undefined).map(String))];
}
