import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freeze, freezeModes, freezePlan, outcomeOfFreeze } from '../helpers/freezes.ts';
import { describeOnce } from '../helpers/live.ts';
import { documentOf, probe } from '../helpers/probe.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import { dsn, ordinary } from '../helpers/sessions.ts';

/** Another seed takes other moments; test/bench/freezes.mjs has many, longer ones, and the other servers. */
const seed = Number(process.env['POOLCTL_FUZZ_SEED'] ?? 8) || 8;

describeOnce('a server that is frozen', () => {
  let server: OwnServer;
  let quietPerSecond = 0;
  const url = () => dsn('postgres', ordinary(server));

  beforeAll(async () => {
    server = await startOwn('postgres');
    const quiet = documentOf(await probe(url(), freezeModes.load));
    quietPerSecond = quiet.result.runs[0]?.throughputPerSecond.value ?? 0;
  });
  afterAll(() => server.stop());

  test.each(freezePlan(6, seed, 3_000))(
    'in a $mode for $forMs ms after $atMs ms is noticed, or changes nothing',
    async (moment) => {
      const freezing = freeze(server, moment);
      const ran = await probe(url(), freezeModes[moment.mode]);
      await freezing;
      expect(outcomeOfFreeze(JSON.parse(ran.stdout), quietPerSecond)).not.toMatch(/^NOT/);
      await sleep(300);
    },
  );
});
