import mysql from 'mysql2';
import { within } from '../../base/deadline.ts';
import type { LoadDriver, LoadTarget } from '../driver.ts';
import { driverName } from '../driver-name.ts';
import { noteOpening } from '../failure.ts';
import { LoadLine } from '../line.ts';
import { fallsBackToPlain, traitsOf } from '../traits.ts';
import { classifyMysql } from './classify.ts';
import { MysqlConnection } from './connection.ts';
import { isTlsMissing, openingFailure } from './explain.ts';
import { dial, loginOptions } from './options.ts';
import { MysqlLoadPool } from './pool.ts';
import { setUpSession } from './session.ts';
import { wire } from './wiring.ts';

/** Load through mysql2. */
export const mysqlLoad: LoadDriver = {
  name: driverName('mysql2'),

  createPool: (to, settings) => new MysqlLoadPool(to, settings),

  async connect(to, timeoutMs, signal) {
    const line = new LoadLine(timeoutMs);
    const made = mysql.createConnection(loginOptions(to, () => dial(to, line)));
    wire(made, line);
    try {
      await within(open(made, to, line), timeoutMs + 1_000, signal, () => new Error('interrupted'));
    } catch (error) {
      line.cut();
      if (fallsBackToPlain(traitsOf(to.target), to.target, isTlsMissing(error as Error, to))) {
        return mysqlLoad.connect(to, timeoutMs, signal);
      }
      throw openingFailure(error, to, timeoutMs);
    }
    const connection = new MysqlConnection(made, line, to);
    const goodbye = () => new Promise((resolve) => made.end(resolve));
    return { connection, times: line.times, close: () => line.hangUp(goodbye()) };
  },

  classify: classifyMysql,
};

function open(connection: mysql.Connection, to: LoadTarget, line: LoadLine): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.connect((error) => {
      if (error) return reject(error);
      setUpSession(connection, to, line, (refusal) => (refusal ? reject(noteOpening(refusal, line)) : resolve()));
    });
  });
}
