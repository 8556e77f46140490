import { within } from '../../base/deadline.ts';
import type { LoadDriver } from '../driver.ts';
import { driverName } from '../driver-name.ts';
import { LoadLine } from '../line.ts';
import { OneByOne } from '../one-by-one.ts';
import { fallsBackToPlain, traitsOf } from '../traits.ts';
import { classifyPostgres } from './classify.ts';
import { LoadClient } from './client.ts';
import { PostgresConnection } from './connection.ts';
import { isTlsMissing, openingFailure } from './explain.ts';
import { PostgresLoadPool } from './pool.ts';

/** Load through pg. */
export const postgresLoad: LoadDriver = {
  name: driverName('pg'),

  createPool: (to, settings) => new PostgresLoadPool(to, settings),

  async connect(to, timeoutMs, signal) {
    const client = new LoadClient(to, new LoadLine(timeoutMs));
    const { line } = client;
    try {
      await within(client.connect(), timeoutMs + 1_000, signal, () => new Error('interrupted'));
    } catch (error) {
      line.cut();
      if (fallsBackToPlain(traitsOf(to.target), to.target, isTlsMissing(error as Error))) {
        return postgresLoad.connect(to, timeoutMs, signal);
      }
      throw openingFailure(error, to, timeoutMs);
    }
    const connection = new PostgresConnection(client, new OneByOne());
    return { connection, times: line.times, close: () => line.hangUp(client.end()) };
  },

  classify: classifyPostgres,
};
