import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { liveBudget } from '../../src/inspect/live-budget.ts';
import { openControl } from '../../src/probe/control/open.ts';
import { asking, targetOf } from '../helpers/asking.ts';
import {
  type BusyPostgres,
  clientsAtWork as clients,
  passwordSql,
  startBusyPostgres,
  walsendersAtWork as walsenders,
  workersAtWork as workers,
} from '../helpers/busy-postgres.ts';
import { isCi, Unavailable } from '../helpers/servers/engine.ts';
import { endAll, type Login, openUntilRefused, ordinary, settled } from '../helpers/sessions.ts';
import { Watchers } from '../helpers/watching.ts';

// What counts as a session of a client on each PostgreSQL, while all that is none is at work there.

const maxConnections = 24;
const forSuperusers = 3;

const majors = [
  { engine: 'postgres10', hasReserved: false, isExact: false, senderTakesSlot: true, limitsCountAll: true },
  { engine: 'postgres13', hasReserved: false, isExact: false, senderTakesSlot: false, limitsCountAll: false },
  // 15.10: since 15.11 its limits count clients alone, as those of 13.23 do.
  { engine: 'postgres15', hasReserved: false, isExact: false, senderTakesSlot: false, limitsCountAll: true },
  { engine: 'postgres16', hasReserved: true, isExact: false, senderTakesSlot: false, limitsCountAll: false },
  { engine: 'postgres17', hasReserved: true, isExact: true, senderTakesSlot: false, limitsCountAll: false },
  { engine: 'postgres', hasReserved: true, isExact: true, senderTakesSlot: false, limitsCountAll: false },
] as const;

describe.each(majors)('$engine', ({ engine, hasReserved, isExact, senderTakesSlot, limitsCountAll }) => {
  const reserved = hasReserved ? 2 : 0;
  const taken = clients + (senderTakesSlot ? walsenders : 0);
  const watchers = new Watchers();
  let busy: BusyPostgres | undefined;

  beforeAll(async () => {
    try {
      const settings = { max_connections: maxConnections, superuser_reserved_connections: forSuperusers };
      busy = await startBusyPostgres(engine, { ...settings, ...(hasReserved && { reserved_connections: reserved }) });
      await busy.boss.rows(`CREATE ROLE told ${passwordSql} IN ROLE pg_monitor`);
    } catch (error) {
      if (!(error instanceof Unavailable) || isCi) throw error;
    }
  });
  afterAll(() => busy?.stop());

  /** On the server that all of this is about; it is skipped where this machine cannot have it. */
  const on = (name: string, promise: (server: BusyPostgres) => Promise<void>) =>
    test(name, async ({ skip }) => {
      if (!busy) return skip();
      await promise(busy);
    });

  const factsFor = (login: Login) => asking('postgres', login, (server) => server.facts());

  async function freeAndOpened({ boss }: BusyPostgres, login: Login) {
    const { limits } = await factsFor(login);
    const alone = () => settled('postgres', boss, clients - 1);
    await alone();
    const { sessions } = await openUntilRefused('postgres', login);
    await endAll(sessions);
    await alone();
    const { freeConnections: free, limitedBy } = liveBudget(limits);
    return { free, limitedBy, unsure: limits.takenUnsure ?? 0, opened: sessions.length };
  }

  on('an ordinary user counts clients, or says how many of those may be none and what shows it', async ({ own }) => {
    const app = ordinary(own);
    const { limits, unseen } = await factsFor(app);
    expect([limits.taken, limits.takenUnsure]).toEqual(
      isExact ? [taken, undefined] : [taken + workers, clients + workers],
    );
    expect(unseen).toEqual(
      [{ what: expect.stringContaining('at most'), grant: `GRANT pg_monitor TO "${app.user}"` }].map((one) =>
        isExact ? { ...one, what: expect.not.stringContaining('at most') } : one,
      ),
    );
  });

  on('that GRANT makes it exact', async ({ as }) => {
    const { limits, sessions } = await factsFor(as('told'));
    expect([limits.taken, limits.takenUnsure, sessions.hidden]).toEqual([taken, undefined, 0]);
  });

  on('as many connections are free as can be opened', async (server) => {
    const app = await freeAndOpened(server, ordinary(server.own));
    expect(app.opened).toBe(maxConnections - forSuperusers - reserved - taken);
    expect(app.free).toBeLessThanOrEqual(app.opened);
    expect(app.free + app.unsure).toBeGreaterThanOrEqual(app.opened);
    if (isExact) expect(app.free).toBe(app.opened);
    const told = await freeAndOpened(server, server.as('told'));
    expect(told).toEqual({ free: app.opened, limitedBy: 'max_connections', unsure: 0, opened: app.opened });
  });

  if (hasReserved) {
    on('reserved_connections are free for those alone who may use them', async (server) => {
      await server.boss.rows(`CREATE ROLE favoured ${passwordSql} IN ROLE pg_monitor, pg_use_reserved_connections`);
      const { free, opened } = await freeAndOpened(server, server.as('favoured'));
      expect([free, opened]).toEqual(Array(2).fill(maxConnections - forSuperusers - taken));
    });
  }

  on('what counts against the limit of a role or database is known', async (server) => {
    const { boss, own, as, replication } = server;
    const sender = await replication('copier', 'database');
    try {
      await boss.rows('ALTER ROLE copier CONNECTION LIMIT 5');
      expect(await freeAndOpened(server, as('copier'))).toMatchObject({
        ...{ free: limitsCountAll ? 3 : 5, opened: limitsCountAll ? 3 : 5 },
        limitedBy: 'CONNECTION LIMIT of the role copier',
      });
      await boss.rows(`ALTER DATABASE ${own.database} CONNECTION LIMIT 9`);
      // The session in the other database does not count; two walsenders and a worker of autovacuum may.
      const left = 9 - (clients - 1) - (limitsCountAll ? 3 : 0);
      expect(await freeAndOpened(server, as('told'))).toMatchObject({
        ...{ free: left, opened: left },
        limitedBy: `CONNECTION LIMIT of the database ${own.database}`,
      });
    } finally {
      await boss.rows(`ALTER DATABASE ${own.database} CONNECTION LIMIT -1`);
      await sender.end();
    }
  });

  on('a look of watch counts the same, and its own session', async ({ own, as }) => {
    const told = await watchers.look('postgres', as('told'));
    expect([told.version, told.taken, told.takenUnsure, told.hidden]).toEqual([own.version, taken + 1, undefined, 0]);
    expect(told.idleInTransaction?.sessions).toBe(0);
    expect(told.transactions?.map(({ state }) => state)).toEqual(['active', 'active']);
    const { taken: seen, takenUnsure = 0, unseen } = await watchers.look('postgres', ordinary(own));
    expect([seen, takenUnsure]).toEqual(isExact ? [taken + 1, 0] : [taken + 1 + workers, clients + workers]);
    expect(unseen.map(({ grant }) => grant)).toEqual([`GRANT pg_monitor TO "${own.user}"`]);
  });

  on('measure counts clients in the database, and the guard of a probe those on the server', async ({ own, as }) => {
    const sampled = (login: Login) => asking('postgres', login, async (server) => (await server.meter()).sample());
    expect(await sampled(as('told'))).toMatchObject({ visible: clients - 1, held: 2, hidden: 0 });
    const { visible, hidden } = await sampled(ordinary(own));
    expect([visible, hidden]).toEqual(Array(2).fill(clients - 1 + (isExact ? 0 : workers)));
    const options = { timeoutMs: 5_000, signal: new AbortController().signal };
    const control = await openControl(targetOf('postgres', as('told')), 'poolctl-probe/majors', options);
    try {
      expect(await control.look([])).toMatchObject({
        ...{ others: clients, othersActive: 2 },
        // Its own connection has one, too.
        freeConnections: maxConnections - forSuperusers - reserved - taken - 1,
      });
    } finally {
      await control.close();
    }
  });
});
