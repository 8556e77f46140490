import { engineNames } from '../../src/base/engine.ts';
import type { DriverBehaviour } from '../../src/profiles/behaviour.ts';
import type { DriverProfile } from '../../src/profiles/driver.ts';
import { profileIds } from '../../src/profiles/files.ts';
import { driverProfile } from '../../src/profiles/load.ts';

interface Fact {
  readonly text?: string | undefined;
  readonly source: string;
}

/** Whose behaviour is known, with the version that it was seen at, what it does and where that stands. */
export async function driverBehaviourRows(): Promise<string[][]> {
  const profiles = profileIds('drivers').map(async (id) => ({ id, profile: await driverProfile(id) }));
  return (await Promise.all(profiles)).flatMap(({ id, profile }) => rowsOf(id, profile));
}

function rowsOf(id: string, { behaviour, versions, wraps }: DriverProfile): string[][] {
  if (!behaviour) return [];
  const inherits = wraps ? `, else as ${wraps.map((inner) => `\`${inner}\``).join(' or ')}` : '';
  return factsOf(behaviour).map(([label, does, { text, source }], index) =>
    [
      index === 0 ? `\`${id}\` (${(versions[0] ?? '').replace(/ \(.*/, '')})${inherits}` : '',
      label,
      [does, text].filter(Boolean).join(' '),
      source,
    ].map((cell) => cell.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim()),
  );
}

function factsOf({ lends, opens, idles, ends, checkout, exceeds }: DriverBehaviour): [string, string, Fact][] {
  const rows: (readonly [string, string, Fact] | undefined)[] = [
    lends && ['lends', lendsText(lends), lends],
    opens && ['opens', opensText(opens), opens],
    idles && ['keeps idle', idlesText(idles), idles],
    ends && ['when ended', endsText(ends), ends],
    checkout && ['a checkout', `${trips(checkout.roundTrips)} of its own.`, checkout],
    ...(exceeds ?? []).map((excess) => ['exceeds its limit', exceedsText(excess), excess] as const),
  ];
  return rows.flatMap((row) => (row ? [[...row]] : []));
}

/** Most texts say it themselves. */
function lendsText({ order, sharesBusy, text = '' }: NonNullable<DriverBehaviour['lends']>): string {
  if (text.includes(orders[order])) return '';
  return `${order === 'in-turn' ? '' : 'the '}${orders[order]}${sharesBusy ? ', also behind a query that runs' : ''}.`;
}

const orders = {
  'last-in-first-out': 'connection that was given back last',
  'first-in-first-out': 'connection that was idle longest',
  'in-turn': 'all in turn',
  'in-order': 'first that is idle, in the order of a list',
} as const;

function opensText({ when, atOnce, refills, loginRoundTrips }: NonNullable<DriverBehaviour['opens']>): string {
  const whens = { 'as-needed': 'as needed', 'first-query': 'all at the first query', start: 'at the start' };
  const login = loginRoundTrips === undefined ? '' : `; a login takes ${trips(loginRoundTrips)}`;
  return `${whens[when]}, ${atOnce === 'one' ? 'one at a time' : 'several at once'}${refills ? ', and again without a request' : ''}${login}.`;
}

const keeps = {
  used: 'what the load and the minimum need',
  all: 'all that were opened',
  none: 'only what the load needs',
};

function idlesText({ keeps: usual, withIdleTimeout, mostIdle }: NonNullable<DriverBehaviour['idles']>): string {
  const differs = withIdleTimeout !== undefined && withIdleTimeout !== usual;
  const most = mostIdle === undefined ? '' : `, but no more than ${mostIdle.usual} idle ones (${mostIdle.option})`;
  return `${keeps[usual]}${most}${differs ? `; with an idle timeout ${keeps[withIdleTimeout]}` : ''}.`;
}

function endsText({ held, forMs, waiting }: NonNullable<DriverBehaviour['ends']>): string {
  const helds = {
    waits: 'waits for connections in use',
    closes: 'closes connections in use',
    'waits-then-closes': `waits ${(forMs ?? 0) / 1_000} s for connections in use, then closes them`,
  };
  const waitings = {
    serves: 'serves requests that wait',
    refuses: 'refuses requests that wait',
    'never-answers': 'leaves requests that wait to their timeout',
  };
  return `${helds[held]}, ${waitings[waiting]}.`;
}

const ways = {
  'timed-out-query': 'queries that a time limit of the client leaves running',
  cancel: 'cancels on connections of their own',
  overflow: 'an overflow',
  minimum: 'a minimum above it',
  forgotten: 'connections that it has forgotten',
  'own-connection': 'connections outside of the pool',
} as const;

function exceedsText({
  by,
  engines,
  option,
  prevented,
  most,
}: NonNullable<DriverBehaviour['exceeds']>[number]): string {
  const on = engines === undefined ? '' : ` on ${engines.map((engine) => engineNames[engine]).join(' and ')}`;
  if (most === 0) return `not by ${ways[by]}${on}.`;
  const bounds = { limit: 'as many again', unbounded: 'any number' };
  const amount = typeof most === 'number' ? `${most}` : bounds[most];
  return `by ${ways[by]}${on}: ${amount}${option === undefined ? '' : `, with ${option}`}${prevented === undefined ? '' : `; ${prevented} prevents it`}.`;
}

type RoundTrips = NonNullable<DriverBehaviour['checkout']>['roundTrips'];

function trips(amount: RoundTrips): string {
  if (typeof amount === 'number') return `${amount} round ${amount === 1 ? 'trip' : 'trips'}`;
  const [first = '', ...others] = (['postgres', 'mysql', 'mariadb'] as const).flatMap((engine) =>
    amount[engine] === undefined ? [] : [`${amount[engine]} on ${engineNames[engine]}`],
  );
  return [first.replace(' on', first.startsWith('1 ') ? ' round trip on' : ' round trips on'), ...others].join(', ');
}
