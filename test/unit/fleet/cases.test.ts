import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { FleetAnswer, FleetFinding, Moment, ServerAnswer, ServiceAnswer } from '../../../src/budget/answer.ts';
import { judgeFleet } from '../../../src/budget/judge-fleet.ts';
import { readFleet } from '../../../src/fleet/read-fleet.ts';

const root = fileURLToPath(new URL('cases/', import.meta.url));

interface ExpectedServer {
  readonly counts: ServerAnswer['counts'];
  readonly usable: number | 'unknown';
  readonly normal: number;
  readonly scaledOut?: number;
  readonly worstMinute: number;
  readonly withTerminating?: number;
  /** What the unknown parts are at least, and those that are known. */
  readonly atLeast?: number;
  readonly left: number | 'unknown';
  readonly fits: boolean | 'unknown' | 'not judged';
}

interface ExpectedService {
  readonly pool?: number | 'unknown';
  readonly processes?: number | 'unknown';
  readonly worst?: number;
  readonly share?: number;
  readonly largestPool?: number;
  readonly mostInstances?: number | 'unknown';
  readonly instances?: readonly [normal: number, most: number];
}

interface ExpectedState {
  readonly exit: 0 | 1;
  readonly servers: Readonly<Record<string, ExpectedServer>>;
  readonly services: Readonly<Record<string, ExpectedService>>;
  readonly says: readonly string[];
}

interface Case {
  readonly story: string;
  readonly before: ExpectedState;
  readonly fixed?: ExpectedState;
  readonly mustNotSay: { readonly numbers: readonly number[]; readonly words: readonly string[] };
}

interface Told {
  readonly answer: FleetAnswer;
  readonly findings: readonly FleetFinding[];
}

async function tell(folder: string): Promise<Told> {
  const { model, findings } = await readFleet([], folder);
  const answer = judgeFleet(model);
  return { answer, findings: [...answer.findings, ...findings] };
}

const cases = readdirSync(root).flatMap((name) => {
  const expected = parse(readFileSync(`${root}${name}/expected.yaml`, 'utf8')) as Case;
  const states = (['before', 'fixed'] as const).flatMap((state) => {
    const own = expected[state];
    return own ? [{ name, state, own, expected, folder: `${root}${name}/${state}` }] : [];
  });
  return states;
});

describe('the cases after public incidents', () => {
  it('are 19, and 16 of them have a cure', () => {
    expect(cases.filter(({ state }) => state === 'before')).toHaveLength(19);
    expect(cases.filter(({ state }) => state === 'fixed')).toHaveLength(16);
  });

  describe.each(cases)('$name, $state', ({ own, folder, state, expected }) => {
    it('has the numbers of every server and service, to the digit', async () => {
      const { answer } = await tell(folder);
      for (const [name, server] of Object.entries(own.servers)) {
        const found = answer.servers.find((one) => one.name === name);
        expect({ name, ...shownServer(found, server) }).toEqual({ name, ...server });
      }
      for (const [key, service] of Object.entries(own.services)) {
        const [name, to] = key.split(' at ');
        const found = answer.services.find((one) => one.name === name && (to === undefined || one.server === to));
        expect({ key, ...shownService(found, service) }).toEqual({ key, ...service });
      }
    });

    it('says what must be said, and nothing that must not', async () => {
      const { answer, findings } = await tell(folder);
      expect(findings.map(({ id }) => id)).toEqual(expect.arrayContaining([...own.says]));
      const output = JSON.stringify({ ...answer, findings }, (key, value) => (key === 'place' ? undefined : value));
      const { numbers, words } = expected.mustNotSay;
      const said = numbers.filter((number) => new RegExp(`(?<![\\d.])${number}(?![\\d.])`).test(output));
      if (state === 'before') expect(said).toEqual([]);
      const texts = findings.map(({ severity, text }) => `${severity} ${text}`).join('\n');
      expect(words.filter((word) => new RegExp(word).test(texts))).toEqual([]);
    });

    it(`ends with exit code ${own.exit}`, async () => {
      const { answer } = await tell(folder);
      const over = answer.servers.filter(({ isBudgeted, fits }) => isBudgeted && fits === 'no');
      expect(over.length > 0 ? 1 : 0).toBe(own.exit);
    });
  });
});

type Shown<Of> = { [Key in keyof Of]: unknown };

/** What the answer says of all that the case says something of. */
function shownServer(found: ServerAnswer | undefined, asked: ExpectedServer): Shown<ExpectedServer> | undefined {
  if (!found) return undefined;
  const { atLeast } = asked;
  const moment = (one: Moment, least: number | undefined) =>
    atLeast !== undefined &&
    one.isAtLeast &&
    least !== undefined &&
    one.connections >= least &&
    one.connections <= atLeast
      ? least
      : one.connections;
  return picked(asked, {
    counts: found.counts,
    usable: found.usable ?? 'unknown',
    normal: moment(found.normal, asked.normal),
    scaledOut: moment(found.scaledOut, asked.scaledOut),
    worstMinute: moment(found.worstMinute, asked.worstMinute),
    withTerminating: moment(found.withTerminating, asked.withTerminating),
    atLeast: asked.atLeast,
    left: found.left ?? 'unknown',
    fits: { yes: true, no: false, unknown: 'unknown', 'not judged': 'not judged' }[found.fits],
  });
}

function shownService(found: ServiceAnswer | undefined, asked: ExpectedService): Shown<ExpectedService> | undefined {
  if (!found) return undefined;
  const count = (one: ServiceAnswer['pool']) => (one.kind === 'known' ? one.value : 'unknown');
  return picked(asked, {
    pool: count(found.pool),
    processes: count(found.processes),
    worst: found.worst.connections,
    share: found.share,
    largestPool: found.largestPool,
    mostInstances: found.mostInstances ?? 'unknown',
    instances: [count(found.instances.normal), count(found.instances.most)],
  });
}

function picked<Of extends object>(asked: Of, all: Shown<Required<Of>>): Shown<Of> {
  return Object.fromEntries(Object.keys(asked).map((key) => [key, all[key as keyof Of]])) as Shown<Of>;
}
