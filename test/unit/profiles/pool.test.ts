import { describe, expect, it } from 'vitest';
import { profileIds } from '../../../src/profiles/files.ts';
import { poolProfile } from '../../../src/profiles/load.ts';
import { parsePoolProfile } from '../../../src/profiles/pool.ts';

const mistakeIn = (yaml: string) => {
  try {
    parsePoolProfile(yaml, 'mine.yaml');
  } catch (error) {
    return (error as Error).message;
  }
  return 'no mistake';
};

describe("a mistake in a user's profile", () => {
  it.each([
    [
      'title: Mine\nsettings:\n  conectionLimit: 20\n',
      'mine.yaml:3:19: settings.conectionLimit: unknown key. Did you mean "connectionLimit"? Allowed here: connectionLimit, queueLimit, acquireTimeout, connectTimeout, queryTimeout.',
    ],
    [
      'title: Mine\nheadrom: 30%\n',
      'mine.yaml:2:10: headrom: unknown key. Did you mean "headroom"? Allowed here: title, settings, workload, headroom, madeFor, source.',
    ],
    [
      'title: Mine\nworkload:\n  hold: fast\n',
      'mine.yaml:3:9: workload.hold: the value "fast" is not a time. Write a time as 300 (milliseconds), 300ms, 0.3s or 1m30s.',
    ],
    [
      'title: Mine\nsettings:\n  connectionLimit: 0\n',
      'mine.yaml:3:20: settings.connectionLimit: the value "0" must be at least 1. Write a whole number from 1 to 1000000.',
    ],
    ['settings:\n  connectionLimit: 5\n', 'mine.yaml:1:1: title: is missing.'],
    ['title: Mine\nsettings: 5\n', 'mine.yaml:2:11: settings: must be a list of `key: value` lines.'],
    [
      'title: Mine\nheadroom: 50\n',
      'mine.yaml:2:11: headroom: the value "50" could mean 50% or 50 times. Write 50% if that is meant, or a ratio of at most 1.',
    ],
  ])('in %j has its place and what is allowed', (yaml, message) => {
    expect(mistakeIn(yaml)).toBe(message);
  });

  it.each([
    ['title: [Mine', /^mine\.yaml:1:13: /],
    ['', /^mine\.yaml:1:1: /],
    ['- a\n- b\n', /^mine\.yaml:1:1: /],
    ['title: a\ntitle: b\n', /^mine\.yaml:2:1: a second title: a name stands once\./],
    ['a: &x [*x, *x]\n', /^mine\.yaml:1:/],
  ])('in %j is refused with its place', (yaml, message) => {
    expect(mistakeIn(yaml)).toMatch(message);
  });
});

it('reads times with and without units as milliseconds', () => {
  const { settings } = parsePoolProfile(
    'title: Mine\nsettings: { acquireTimeout: 30s, connectTimeout: 5000 }\n',
    'mine.yaml',
  );
  expect(settings).toEqual({ acquireTimeout: 30_000, connectTimeout: 5_000 });
});

it.each([
  ['local', 20, 10, 10_000, 5_000],
  ['qa', 50, 30, 20_000, 10_000],
  ['production', 90, 50, 30_000, 10_000],
])(
  'ships the settings of the %s environment',
  async (id, connectionLimit, queueLimit, acquireTimeout, connectTimeout) => {
    expect((await poolProfile(id)).settings).toEqual({ connectionLimit, queueLimit, acquireTimeout, connectTimeout });
  },
);

it.each([
  ['small', 50, 200, 0.5],
  ['medium', 200, 300, 0.5],
  ['large', 500, 300, 0.3],
])('ships the rule of a %s service', async (id, tps, p95, headroom) => {
  expect(await poolProfile(id)).toMatchObject({ workload: { tps, p95 }, headroom });
});

it.each([
  ['users-small', 5, 30_000, 60_000],
  ['users-medium', 10, 30_000, 90_000],
  ['users-large', 20, 60_000, 120_000],
])('ships the settings by concurrent users of %s', async (id, connectionLimit, connectTimeout, queryTimeout) => {
  expect((await poolProfile(id)).settings).toEqual({ connectionLimit, connectTimeout, queryTimeout });
});

it('names the nearest profile when there is none of that name', async () => {
  await expect(poolProfile('prodution')).rejects.toThrow('There is no profile "prodution". Did you mean "production"?');
  expect(profileIds('pools')).toHaveLength(9);
});
