import { describe, expect, it } from 'vitest';
import type { FleetFinding } from '../../../../src/budget/answer.ts';
import { renderTerminal } from '../../../../src/render/terminal.ts';
import { cutMiddle } from '../../../../src/views/fleet/cut-middle.ts';
import { fleetView } from '../../../../src/views/fleet/fleet.ts';
import { type FleetResult, isOverBudget, joinAllocation, ofServer } from '../../../../src/views/fleet/result.ts';
import {
  allocatedPool,
  atLeast,
  count,
  exactly,
  placeIn,
  serverAnswer,
  serviceAnswer,
} from '../../../helpers/fleet-answer.ts';

const fleet = (given: Partial<FleetResult>): FleetResult => ({
  servers: [],
  services: [],
  findings: [],
  notes: [],
  allocation: {},
  ...given,
});
const table = (result: FleetResult, isAll = false) =>
  renderTerminal(fleetView(result, { isAll, nameCells: 16 }), { color: false });
const unknownServer = () => {
  const {
    usable: _,
    left: __,
    largestRollout: ___,
    ...server
  } = serverAnswer({ name: 'db', worst: atLeast(40), fits: 'unknown' });
  return server;
};

describe('the answer', () => {
  it('says first which server is over, by how much, and when', () => {
    const over = serverAnswer({ name: 'orders', usable: 185, worst: exactly(214) });
    const worstMinute = { ...exactly(214), rolling: ['web'], at: 'daily at 03:00 UTC' };
    const text = table(fleet({ servers: [serverAnswer({ name: 'catalog' }), { ...over, worstMinute }] }));
    expect(text.split('\n').slice(0, 3)).toEqual([
      '1 of 2 servers over: orders needs 214 of 185 connections in the worst minute.',
      '✗ orders: 214 of 185 connections in the worst minute: 29 too many.',
      '  Worst when web rolls out, daily at 03:00 UTC. Usable: 188 less 3 reserved.',
    ]);
  });

  it('says of a server that fits how many are left', () => {
    expect(table(fleet({ servers: [serverAnswer({ name: 'db' })] }))).toMatch(
      /^Fits: db needs 60 of 97 connections in the worst minute\.\n✓ db: 60 of 97 connections in the worst minute: 37 left\./,
    );
  });

  it('says at least where parts are unknown, and no number for what is not known', () => {
    const text = table(fleet({ servers: [unknownServer()] }));
    expect(text).toContain('? db: at least 40 of an unknown number of connections in the worst minute.');
    expect(text).toMatch(/\? db +\? +20 +32 +≥ 40 +\? +\?\n/);
    expect(text).not.toMatch(/undefined|NaN|null/);
  });

  it('speaks of the clients of a pooler', () => {
    const edge = serverAnswer({ name: 'edge', counts: 'pooler clients', usable: 1_000 });
    expect(table(fleet({ servers: [edge] }))).toContain('60 of 1000 clients');
  });

  it('says that no budget is declared, where that is so', () => {
    expect(table(fleet({ servers: [serverAnswer({ name: 'db', isBudgeted: false })] }))).toContain(
      'No budget is declared',
    );
  });
});

describe('a service', () => {
  const server = serverAnswer({ name: 'db' });

  it('has its instances, pool, worst minute, and what a pool adds up', () => {
    const parts = [
      { name: 'max', connections: 10 },
      { name: 'pg-boss', connections: 2 },
    ];
    const web = serviceAnswer({ name: 'web', server: 'db', pool: count(12), parts });
    const text = table(fleet({ servers: [server], services: [web] }), true);
    expect(text).toMatch(/ {2}web +4 to 5 +12 +60 +80 +\(5 \+ 1 in a roll-out\)/);
    expect(text.replace(/\s+/g, ' ')).toContain('pool: 10 max and 2 pg-boss');
  });

  it('has its ceilings, in short, where the server fits as it is', () => {
    const web = serviceAnswer({ name: 'web', server: 'db' });
    expect(table(fleet({ servers: [server], services: [web] }))).toMatch(/ {2}web +4 to 5 +≤ 6 +10 +≤ 13 +60 +80\n/);
  });

  it('has the settings that fit beside those of now, and what decided', () => {
    const { services } = joinAllocation(
      { servers: [server], services: [serviceAnswer({ name: 'web', server: 'db' })], findings: [] },
      {
        pools: [
          allocatedPool({ service: 'web', server: 'db', queueLimit: 24, acquireTimeoutMs: 300, limitedBy: 'room' }),
        ],
      },
    );
    expect(table(fleet({ servers: [server], services }))).toMatch(/ {2}web +10 → 8 +24 +300 ms +48 +7 +no room\n/);
  });

  it('says what one more connection is worth, the largest gain first', () => {
    const next = (mean: number) => ({
      waitMeanMs: { now: mean, after: 1 },
      waitP99Ms: { now: mean * 10, after: 10 },
      connections: 6,
    });
    const services = ['small', 'large'].map((name, index) =>
      serviceAnswer({
        name,
        server: 'db',
        settings: { ...allocatedPool({ service: name, server: 'db' }), next: next(2 + index * 8) },
      }),
    );
    expect(table(fleet({ servers: [server], services }))).toMatch(
      /large +db +10 → 1 ms +100 → 10 ms +6\n +small +db +2 → 1 ms/,
    );
  });
});

describe('a large fleet', () => {
  const servers = Array.from({ length: 30 }, (_, index) =>
    serverAnswer({ name: `pg-${index}`, worst: exactly(index === 17 ? 120 : index === 4 ? 92 : 20 + index) }),
  );
  const services = Array.from({ length: 40 }, (_, index) =>
    serviceAnswer({ name: `service-${index}`, server: 'pg-17', worst: exactly(100 - index) }),
  );

  it('shows the servers that are over, then tight ones, and folds those that fit', () => {
    const text = table(fleet({ servers, services }));
    expect(text.match(/^[✗✓?] pg-\d+/gm)).toEqual(['✗ pg-17', '✓ pg-4', '✓ pg-29']);
    expect(text).toContain('✓ + 27 servers that fit; the closest is pg-28, 49 connections left. --all shows');
    expect(text).toContain('Who takes pg-17 (+ 30 services of 2265 together)');
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('shows all with --all', () => {
    const text = table(fleet({ servers, services }), true);
    expect(text.match(/^[✗✓?] pg-\d+/gm)).toHaveLength(30);
    expect(text.match(/^ {2}service-\d+/gm)).toHaveLength(40);
  });

  it('shows a few findings of a kind, and counts the others', () => {
    const findings: FleetFinding[] = Array.from({ length: 9 }, (_, index) => ({
      id: 'unresolved',
      severity: 'warning',
      text: `The pool of s${index} is not known.`,
      hint: 'Write it.',
      place: placeIn('k8s/all.yaml', index + 1),
    }));
    const text = table(fleet({ servers, findings }));
    expect(text).toContain(
      '! k8s/all.yaml:5: The pool of s4 is not known.\n  → Write it.\n! 4 more of this kind (unresolved).',
    );
    expect(text).not.toContain('s5');
  });
});

it('stays within 80 columns with long names, and shows both ends of them', () => {
  const name = 'production-checkout-orders-api-eu-west-1';
  const server = serverAnswer({ name, worst: atLeast(1_234) });
  const services = [serviceAnswer({ name, server: name, instances: { normal: count(100), most: count(2_000) } })];
  const tables = table(fleet({ servers: [server], services }))
    .split('\n\n')
    .slice(1);
  expect(
    tables
      .join('\n')
      .split('\n')
      .filter((line) => line.length > 80),
  ).toEqual([]);
  expect(cutMiddle(name, 16)).toBe('product…u-west-1');
});

describe('the exit code', () => {
  const over = serverAnswer({ name: 'db', worst: exactly(120) });
  const lax = { isStrict: false };

  it('is by a server with a declared budget only', () => {
    expect(isOverBudget(fleet({ servers: [over] }), lax)).toBe(true);
    expect(isOverBudget(fleet({ servers: [{ ...over, isBudgeted: false }] }), lax)).toBe(false);
  });

  it('is by what is unknown only where that is strict', () => {
    const result = fleet({ servers: [unknownServer()] });
    expect([isOverBudget(result, lax), isOverBudget(result, { isStrict: true })]).toEqual([false, true]);
  });

  it('is by an error about such a server, and by the named server alone', () => {
    const fine = serverAnswer({ name: 'fine' });
    const role = { id: 'role-limit', severity: 'error', text: 'Too many for the role.', server: 'fine' } as const;
    expect(isOverBudget(fleet({ servers: [fine], findings: [role] }), lax)).toBe(true);
    expect(isOverBudget(ofServer(fleet({ servers: [over, fine] }), 'fine'), lax)).toBe(false);
  });
});
