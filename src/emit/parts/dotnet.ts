import { defaultPorts } from '../../base/engine.ts';
import type { EmitInput, Target } from '../target.ts';
import { remarks, wholeSeconds } from './amounts.ts';
import { code } from './code.ts';

/** A driver of .NET whose connection string sets its pool, and what its builder calls things. */
export interface DotnetDriver {
  readonly title: string;
  readonly namespace: string;
  readonly builder: string;
  readonly host: string;
  readonly user: string;
  readonly port: 'int' | 'uint';
  readonly limit: string;
  readonly timeout: string;
  readonly queryTimeout: string;
  /** Seconds. */
  readonly longestTimeout: number;
  /** What makes connections of the string. */
  readonly use: string;
}

export const dotnetInstead: Target['instead'] = {
  queueLimit: 'A ConcurrencyLimiter of .NET in front of the pool has one; the snippet says which.',
};

/** A class with the connection string, whose address and login come from the environment. */
export function dotnetClass(driver: DotnetDriver, input: EmitInput): string {
  const { settings, why, engine } = input;
  return code`
    ${remarks('//', [...why, ...queue(input)])}
    using System;
    using ${driver.namespace};

    public static class Database
    {
        /// <summary>One pool in each process. ${driver.use}</summary>
        public static readonly string ConnectionString = new ${driver.builder}
        {
            ${driver.host} = Variable("DB_HOST"),
            Port = ${driver.port}.Parse(Environment.GetEnvironmentVariable("DB_PORT") ?? "${defaultPorts[engine]}"),
            ${driver.user} = Variable("DB_USERNAME"),
            Password = Variable("DB_PASSWORD"),
            Database = Variable("DB_DATABASE"),
            ${driver.limit} = ${settings.connectionLimit},
            ${wait(driver, input)}
            ${query(driver, input)}
        }.ConnectionString;

        private static string Variable(string name) =>
            Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");
    }
  `;
}

function queue({ settings: { connectionLimit, queueLimit, nobodyWaits } }: EmitInput): string[] {
  if (!nobodyWaits && queueLimit === 0) return [];
  return [
    'No queue limit of its own. System.Threading.RateLimiting has one for requests:',
    `ConcurrencyLimiter with PermitLimit = ${connectionLimit} and QueueLimit = ${nobodyWaits ? 0 : queueLimit}.`,
  ];
}

/** A deadline hardly ever leads to whole seconds, so that they are rounded up; 0 waits without a limit. */
function wait(driver: DotnetDriver, { settings: { acquireTimeoutMs: ms } }: EmitInput): string {
  const what = 'the wait for a connection, and the opening of one';
  if (ms === 0) return `${driver.timeout} = 0, // ${what}: without a limit`;
  const seconds = Math.ceil(ms / 1_000);
  if (seconds > driver.longestTimeout)
    return `${driver.timeout} = ${driver.longestTimeout}, // seconds, the longest there is: ${what}`;
  return `${driver.timeout} = ${seconds}, // seconds: ${what}${ms % 1_000 === 0 ? '' : `; ${ms} ms rounded up`}`;
}

function query(driver: DotnetDriver, { settings: { queryTimeoutMs: ms } }: EmitInput): string {
  return ms === undefined
    ? `// ${driver.queryTimeout} is 30 s by default; 0 is no limit.`
    : `${driver.queryTimeout} = ${wholeSeconds(ms, driver.title, 'query timeout')}, // seconds`;
}
