import { describe, expect, it } from 'vitest';
import { checkedFacts } from '../../../src/engines/checked-facts.ts';
import type { ServerFacts } from '../../../src/engines/facts.ts';
import { namedVersion } from '../../../src/engines/named-version.ts';
import { numberIn } from '../../../src/engines/rows.ts';
import { ConnectionTarget } from '../../../src/engines/target.ts';

const target = new ConnectionTarget({
  ...{ protocol: 'postgres', host: 'db', port: 5432, user: 'app', tls: { mode: 'disable' } },
});

function factsWith(maxConnections: number, engine: ServerFacts['engine'] = 'postgres'): ServerFacts {
  return {
    ...{ engine, version: '18.4', address: 'db:5432', user: 'app', encrypted: false, replica: false },
    limits: { maxConnections, reserved: [], caps: [], taken: 0, takenByOthers: 0, besides: [] },
    sessions: { connected: 0, hidden: 0, groups: [] },
    ...{ timeLimits: [], unseen: [], throughPooler: false, identity: {} },
  };
}

describe('facts', () => {
  it.each([1, 100, 100_000, 262_143])('may have max_connections %d', (most) => {
    expect(checkedFacts(factsWith(most)).limits.maxConnections).toBe(most);
  });

  it.each([
    { most: 0, engine: 'postgres', says: 'db:5432 answers SHOW max_connections with nothing; is it PostgreSQL?' },
    { most: -1, engine: 'postgres', says: 'db:5432 answers SHOW max_connections with -1; is it PostgreSQL?' },
    { most: 1.5, engine: 'postgres', says: 'db:5432 answers SHOW max_connections with 1.5; is it PostgreSQL?' },
    {
      most: Number.NaN,
      engine: 'mysql',
      says: "db:5432 answers SHOW VARIABLES LIKE 'max_connections' with NaN; is it MySQL?",
    },
    {
      most: 1e9,
      engine: 'mariadb',
      says: "db:5432 answers SHOW VARIABLES LIKE 'max_connections' with 1000000000; is it MariaDB?",
    },
  ] as const)('with max_connections $most of $engine are an error, not a budget', ({ most, engine, says }) => {
    expect(() => checkedFacts(factsWith(most, engine))).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_MISMATCH', message: says }),
    );
  });
});

describe('a version', () => {
  it.each(['18.4', '10.11.19-MariaDB-0+deb12u1', '1.18.0/bouncer'])('may be %s', (version) => {
    expect(namedVersion(version, target, 'SELECT VERSION()')).toBe(version);
  });

  it.each([undefined, '', 'undefined', 'hello'])('is not %s', (version) => {
    expect(() => namedVersion(version, target, 'SELECT VERSION()')).toThrow(
      expect.objectContaining({
        code: 'PROTOCOL_MISMATCH',
        message: expect.stringMatching(
          /^db:5432 answers SELECT VERSION\(\) with (?:nothing|no version); is it PostgreSQL\?$/,
        ),
      }),
    );
  });
});

it.each([
  { value: 12, number: 12 },
  { value: '12', number: 12 },
  { value: '1e3', number: 1_000 },
  { value: 12n, number: 12 },
  { value: null, number: undefined },
  { value: '', number: undefined },
  { value: 'twelve', number: undefined },
  { value: [], number: undefined },
  { value: {}, number: undefined },
  { value: true, number: undefined },
  { value: Number.POSITIVE_INFINITY, number: undefined },
])('reads $value of a row as the number $number', ({ value, number }) => {
  expect(numberIn({ column: value }, 'column')).toBe(number);
});
