import type { ConnectionTarget } from '../../engines/target.ts';
import { openControl } from '../control/open.ts';
import type { ProbeWorkload } from './model.ts';

const customers = 2_000;
const ordersOfEach = 5;

const tables = [
  'CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL)',
  'CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL REFERENCES customers, cents int NOT NULL)',
  `INSERT INTO customers SELECT n, 'customer ' || n FROM generate_series(1, ${customers}) AS n`,
  `INSERT INTO orders SELECT n, 1 + n % ${customers}, 100 + n % 9900 FROM generate_series(1, ${customers * ordersOfEach}) AS n`,
  'CREATE INDEX ON orders (customer)',
  'ANALYZE',
] as const;

/** Fills the embedded server with a small shop. */
export async function fillDemo(target: ConnectionTarget, timeoutMs: number): Promise<void> {
  const control = await openControl(target, 'poolctl-demo', { timeoutMs, signal: new AbortController().signal });
  try {
    await control.write(tables);
  } finally {
    await control.close();
  }
}

const workMs = 25;

/** What an application does with the shop: it looks a customer up, thinks, and reads what the customer ordered. */
export const demoWorkload: ProbeWorkload = {
  name: 'the orders of a customer',
  description: `Each request reads a customer, works on it for ${workMs} ms on average (the server sleeps in the application's place) and reads the orders, in one transaction.`,
  kind: 'builtin',
  readOnly: true,
  transportOnly: false,
  scripts: [
    {
      weight: 1,
      isTransaction: true,
      statements: [
        { text: 'SELECT name FROM customers WHERE id = $1', prepared: true, parameters: ['customer'] },
        { text: 'SELECT pg_sleep($1)', prepared: true, isSleep: true, parameters: ['work'] },
        {
          text: 'SELECT count(*), sum(cents) FROM orders WHERE customer = $1',
          prepared: true,
          parameters: ['customer'],
        },
      ],
    },
  ],
  variables: {
    customer: { kind: 'int', from: 1, to: customers },
    work: { kind: 'sleep', law: { kind: 'exponential', meanMs: workMs } },
  },
};
