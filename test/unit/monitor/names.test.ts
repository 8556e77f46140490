import { expect, it } from 'vitest';
import { errorTypeOf, failureKind } from '../../../src/monitor/failure.ts';
import { poolNameOf } from '../../../src/monitor/pool-name.ts';

it.each([
  [{ host: 'db.internal', port: 5432, database: 'orders' }, 'db.internal:5432/orders'],
  [{ url: 'postgres://ann:secret@db.internal:6543/orders?sslmode=require' }, 'db.internal:6543/orders'],
  [{ url: 'postgres://ann:p%40ss@db.internal/with%20space' }, 'db.internal/with space'],
  [{ url: 'postgres://ann:secret@/orders?host=/run/postgresql' }, '/run/postgresql/orders'],
  [{ url: 'postgres://u:p@[::1]:5432/d' }, '[::1]:5432/d'],
  [{ url: 'postgres://db/d', host: 'ignored', database: 'ignored' }, 'db/d'],
  [{ url: 'no url: secret', host: 'db' }, 'db'],
  [{ database: 'orders' }, '/orders'],
  [{ host: () => 'later' }, 'pool'],
  [{}, 'pool'],
])('%j is the pool %s', (place, name) => {
  expect(poolNameOf(place)).toBe(name);
});

const error = (code: string, message = 'x') => Object.assign(new Error(message), { code });

it.each([
  [error('ECONNREFUSED'), 'connect'],
  [error('28P01'), 'connect'],
  [error('53300'), 'connect'],
  [error('57P03'), 'connect'],
  [error('ER_ACCESS_DENIED_ERROR'), 'connect'],
  [error('ER_CON_COUNT_ERROR'), 'connect'],
  [error('42601'), 'other'],
  [new DOMException('stop', 'AbortError'), 'aborted'],
  [error('X', 'the queue is full'), 'refused'],
  [error('E_TIME', 'x'), 'timeout'],
  ['no error', 'other'],
  [undefined, 'other'],
])('%o is of the kind %s', (given, kind) => {
  expect(
    failureKind(given, [
      [/^the queue is full$/, 'refused'],
      ['E_TIME', 'timeout'],
    ]),
  ).toBe(kind);
});

it('the type of an error is its code or class, never its text', () => {
  expect(
    [error('28P01'), error('has a secret: hunter2'), new TypeError('secret'), 'secret', null].map(errorTypeOf),
  ).toEqual(['28P01', 'Error', 'TypeError', 'string', 'object']);
});
