import { expect, test } from 'vitest';
import { errorCodes } from '../../src/base/errors.ts';
import { outcomeOf, outcomesOf, recordedTurns } from '../helpers/hostile.ts';
import { describeWith } from '../helpers/live.ts';
import { admin, protocolOf } from '../helpers/sessions.ts';

for (const engine of ['postgres', 'postgres13', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];

    // A few hundred of what test/bench/hostile-answers.mjs does 20,000 times.
    test('its answers with one thing wrong end with an answer or a known code, and leave no connection', async () => {
      const turns = await recordedTurns(protocol, admin(server));
      expect(await outcomeOf(protocol, turns, undefined, 5_000)).toMatchObject({ code: 'OK', way: 'none', left: 0 });

      const uncaught: unknown[] = [];
      const note = (error: unknown) => uncaught.push(error);
      process.on('uncaughtException', note);
      const outcomes = await outcomesOf(protocol, turns, { count: 300 });
      process.off('uncaughtException', note);

      expect(uncaught).toEqual([]);
      expect(outcomes.filter(({ code }) => code !== 'OK' && !(code in errorCodes))).toEqual([]);
      expect(outcomes.filter(({ left }) => left > 0)).toEqual([]);
      expect(outcomes.filter(({ code }) => code === 'PROTOCOL_BROKEN').length).toBeGreaterThan(60);
    });
  });
}
