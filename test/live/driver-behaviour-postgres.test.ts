import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { behaviourOf } from '../../src/profiles/behaviour-of.ts';
import { saidBehaviour, seenBehaviour } from '../helpers/driver-behaviour.ts';
import { driverCases } from '../helpers/driver-cases/index.ts';
import { describeWith } from '../helpers/live.ts';
import { admin, open, type Session } from '../helpers/sessions.ts';

describeWith('postgres', (server) => {
  let watcher: Session;
  beforeAll(async () => {
    watcher = await open('postgres', admin(server));
  });
  afterAll(() => watcher.end());

  describe.concurrent('what profiles say that drivers do', () => {
    const cases = driverCases.filter(({ engine }) => engine === 'postgres');
    it.each(cases)('is what $driver does', async (driverCase) => {
      const seen = await seenBehaviour(driverCase, server, watcher);
      expect(seen).toMatchObject(saidBehaviour(await behaviourOf(driverCase.driver, 'postgres'), driverCase));
    });
  });
});
