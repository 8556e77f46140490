import { wholeMs } from '../../base/units.ts';
import type { Assignment, EmitInput, Target } from '../target.ts';
import { withinSetting } from './amounts.ts';
import { sessionLimit } from './assignments.ts';
import { connectProperty } from './jdbc-url.ts';

/** What it has by default of each, whatever maxActive is. */
const standard = { idle: 100, first: 10 } as const;

const longestMs = 2 ** 31 - 1;

/** The options of Tomcat JDBC that the settings are, by the names of its setters. */
export function tomcatSettings(input: EmitInput, title: string): Assignment[] {
  const { connectionLimit } = input.settings;
  const connect = connectProperty(input);
  return [
    { path: ['maxActive'], value: connectionLimit, of: 'connectionLimit' },
    wait(input, title),
    {
      path: ['connectionProperties'],
      value: `${connect.name}=${connect.value}`,
      of: 'connectTimeoutMs',
      note: `${connect.unit}, of the JDBC driver, to open a session`,
      replaces: (text) => /^\s*connectTimeout=\d+\s*;?\s*$/.test(text),
    },
    ...sessionLimit(input, ['initSQL']),
  ];
}

/** What a new file needs besides: it opens 10 at the start, keeps 10 and up to 100 idle, and tests none that it lends. */
export function tomcatAsides({ settings: { connectionLimit } }: EmitInput): Assignment[] {
  const aside = (name: string, note?: string): Assignment => ({
    path: [name],
    value: connectionLimit,
    of: 'connectionLimit',
    ...(note !== undefined && { note }),
  });
  return [
    ...(connectionLimit < standard.idle
      ? [aside('maxIdle', `${standard.idle} by default, which is above maxActive`)]
      : []),
    ...(connectionLimit < standard.first
      ? [aside('minIdle', `${standard.first} by default, as is initialSize`), aside('initialSize')]
      : []),
    {
      ...aside('testOnBorrow', 'at most every 3 s; untested, connections that the server has ended would be lent'),
      value: 'true',
    },
  ];
}

function wait({ settings: { acquireTimeoutMs: ms } }: EmitInput, title: string): Assignment {
  const path = ['maxWait'];
  if (ms === 0) return { path, value: -1, of: 'acquireTimeoutMs', note: '-1: waits without a limit, as does 0' };
  const value = wholeMs(withinSetting(ms, 1, longestMs, title, 'acquire timeout'));
  return { path, value, of: 'acquireTimeoutMs', note: 'ms, longest wait for a connection' };
}

export const tomcatInstead: Target['instead'] = {
  connectTimeout: 'The snippet sets it in the JDBC driver, through connectionProperties.',
};
