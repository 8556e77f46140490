/**
 * "Add it by hand" for pools of the JVM: DBCP 2 and Tomcat JDBC with the properties that `convert` names do what it says,
 * and do not without those that belong to them; HikariCP, which closes nothing in less than 10 s, takes the values.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ByHand, counterpartIn } from '../../../src/convert/by-hand.ts';
import type { Concept } from '../../../src/declarations/concepts.ts';
import { allTargets } from '../../../src/emit/targets/index.ts';
import { describeWith } from '../../helpers/live.ts';
import { debianJars } from '../../helpers/servers/debian-jvm.ts';
import type { Server } from '../../helpers/servers/facts.ts';
import { findProgram } from '../../helpers/servers/find-program.ts';

const jars = [
  ...['HikariCP', 'commons-dbcp2', 'commons-pool2', 'commons-logging', 'slf4j-api', 'tomcat10-jdbc', 'tomcat10-juli'],
  'postgresql',
];

type Deed = 'burst' | 'rest' | 'kill';

/** What is added, what is done with the pool, and how many connections are idle then, with the companions and without. */
const cases: readonly (readonly [
  pool: 'dbcp2' | 'tomcat' | 'hikaricp',
  concept: Concept,
  value: number | boolean,
  deed: Deed,
  outcome: string,
  alone: string,
])[] = [
  ['dbcp2', 'idleTimeout', 300, 'burst', '0', '3'],
  ['dbcp2', 'minIdle', 2, 'rest', '2', '1'],
  ['dbcp2', 'maxIdle', 1, 'burst', '1', '1'],
  ['dbcp2', 'keepAlive', true, 'kill', '0', '1'],
  ['tomcat', 'idleTimeout', 300, 'burst', '0', '3'],
  ['tomcat', 'maxIdle', 1, 'burst', '1', '3'],
  ['hikaricp', 'idleTimeout', 60_000, 'rest', '60000', 'off'],
  ['hikaricp', 'idleTimeout', 1_800_000, 'rest', '1800000', 'off'],
];

const targets = { dbcp2: 'dbcp2', tomcat: 'tomcat-jdbc-xml', hikaricp: 'hikaricp' } as const;
/** Before them: three connections, and for Tomcat a timer that need not be waited for. */
const base = {
  dbcp2: 'maxTotal=3',
  tomcat: 'maxActive=3;initialSize=0;minIdle=3;maxIdle=3;timeBetweenEvictionRunsMillis=200',
  hikaricp: 'maximumPoolSize=3',
} as const;

describeWith('postgres', (server) => {
  const java = findProgram('java');
  const isMissing = java === undefined || findProgram('javac') === undefined;
  describe.skipIf(isMissing)(isMissing ? 'the JVM (skipped: there is no JDK)' : 'pools of the JVM', () => {
    let seen: Readonly<Record<string, string>> = {};
    beforeAll(async () => {
      seen = await run(java ?? '', server);
    }, 120_000);

    it.each(cases.map(([pool, concept, value], index) => [pool, concept, value, index] as const))(
      '%s does with %s %s what convert says, and not without what belongs to it',
      (_pool, _concept, _value, index) => {
        const [, , , , outcome, alone] = cases[index] ?? [];
        expect([seen[`${index}by`], seen[`${index}alone`]]).toEqual([outcome, alone]);
      },
    );
  });
});

async function run(java: string, server: Server): Promise<Record<string, string>> {
  const known = new Map((await allTargets()).map(({ name, target }) => [name, target]));
  const args = await Promise.all(
    cases.map(async ([pool, concept, value, deed, outcome, alone], index) => {
      const target = known.get(targets[pool]);
      if (!target) throw new Error(`no target ${targets[pool]}`);
      const unit = typeof value === 'boolean' ? 'boolean' : concept === 'idleTimeout' ? 'ms' : 'connections';
      const option = { concept, name: concept, role: 'main', unit } as const;
      const hand = await counterpartIn({ target }, { concept, option, value, connectionLimit: 3 });
      if (hand.kind !== 'add') throw new Error(`${pool} ${concept}: ${hand.kind}`);
      const own = `${index}by;${pool};${deed};${/^\d$/.test(outcome) ? outcome : 0};${base[pool]};${properties(hand, true)}`;
      const bare = `${index}alone;${pool};${deed};${/^\d$/.test(alone) ? 9 : 0};${base[pool]};${properties(hand, false)}`;
      return [own, bare];
    }),
  );
  const { host, port, database, user, password } = server;
  const env = {
    ...process.env,
    ...{ DB_USERNAME: user, DB_PASSWORD: password, OBSERVER_URL: `jdbc:postgresql://${host}:${port}/${database}` },
  };
  const program = fileURLToPath(new URL('jvm/ByHand.java', import.meta.url));
  const options = ['-XX:TieredStopAtLevel=1', '-cp', await debianJars(jars), program, ...args.flat()];
  const { stdout } = await promisify(execFile)(java, options, { env, timeout: 60_000 });
  return Object.fromEntries(
    [...stdout.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value] as const),
  );
}

/** As its own properties: Spring Boot's spelling is bound to these. The evictor comes as often as a test can wait. */
function properties({ option, value, with: beside }: ByHand, isWhole: boolean): string {
  const all = [{ option, value }, ...(isWhole ? beside : [])];
  return all
    .map((each) => {
      const name = (each.option.split('.').at(-1) ?? '').replace(/-(\w)/g, (_dash, letter: string) =>
        letter.toUpperCase(),
      );
      const isEvictor = name === 'timeBetweenEvictionRunsMillis' && Number(each.value) > 0;
      return `${name}=${isEvictor ? 200 : each.value}`;
    })
    .join(';');
}
