import { wholeMs } from '../../base/units.ts';
import { remarks, wholeSeconds } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { springLogin } from '../parts/hikari.ts';
import { connectProperty } from '../parts/jdbc-url.ts';
import { springYaml } from '../parts/spring-yaml.ts';
import type { Assignment, EmitInput, Target } from '../target.ts';

const title = 'Druid (application.yml)';
const druidBlock = ['spring', 'datasource', 'druid'];

const test = {
  path: [...druidBlock, 'test-on-borrow'],
  value: 'true',
  note: 'untested, connections that the server has ended would be lent',
};

export const druid: Target = {
  title,
  language: 'yaml',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'druid',
  instead: {},
  inFile: { format: 'yaml', springBlock: 'druid', assignments },
  render: (input) => code`
    ${remarks('#', input.why)}
    # For druid-spring-boot-starter 1.2.12 and later.
    ${springYaml([
      { path: ['spring', 'datasource', 'type'], value: 'com.alibaba.druid.pool.DruidDataSource' },
      ...springLogin(input),
      ...assignments(input),
      test,
    ])}
  `,
};

function assignments(input: EmitInput): Assignment[] {
  const { connectionLimit, queueLimit, acquireTimeoutMs, queryTimeoutMs } = input.settings;
  return [
    { path: [...druidBlock, 'max-active'], value: connectionLimit, of: 'connectionLimit' },
    {
      path: [...druidBlock, 'max-wait-thread-count'],
      of: 'queueLimit',
      ...(queueLimit === 0
        ? { value: -1, note: '-1: any number may wait' }
        : { value: queueLimit, note: 'threads that may wait; the next one fails at once' }),
    },
    {
      path: [...druidBlock, 'max-wait'],
      of: 'acquireTimeoutMs',
      ...(acquireTimeoutMs === 0
        ? { value: -1, note: '-1: waits without a limit, as does 0' }
        : { value: wholeMs(acquireTimeoutMs), note: 'ms, longest wait for a connection' }),
    },
    connect(input),
    ...(queryTimeoutMs === undefined
      ? []
      : [
          {
            path: [...druidBlock, 'query-timeout'],
            value: wholeSeconds(queryTimeoutMs, 'Druid', 'query timeout'),
            of: 'queryTimeoutMs' as const,
            note: 'seconds',
          },
        ]),
  ];
}

/** In ms, of which pgjdbc is given the whole seconds. The driver of MariaDB is not given it at all. */
function connect(input: EmitInput): Assignment {
  const { name, value } = connectProperty(input);
  const of = 'connectTimeoutMs';
  if (input.engine === 'mariadb') {
    const note = 'ms, of the JDBC driver, to open a session';
    return { path: [...druidBlock, 'connection-properties'], value: `${name}=${value}`, of, note, replaces: isAlone };
  }
  const whole = input.engine === 'postgres' ? 'ms, in whole seconds' : 'ms';
  const ms = wholeMs(input.settings.connectTimeoutMs);
  return { path: [...druidBlock, 'connect-timeout'], value: ms, of, note: `${whole}, to open a session` };
}

/** It may hold more than one property. */
function isAlone(text: string): boolean {
  return /^\s*connectTimeout=\d+\s*;?\s*$/.test(text);
}
