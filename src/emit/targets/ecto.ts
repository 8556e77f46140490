import { defaultPorts } from '../../base/engine.ts';
import { wholeMs } from '../../base/units.ts';
import { queueFor } from '../../declarations/vocabulary/codel.ts';
import { statementLimit } from '../../declarations/vocabulary/statement-limit.ts';
import { remarks, withinSetting } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import type { EmitInput, Target } from '../target.ts';

const title = 'Ecto';

/** Of `timeout`, from the request for a connection to the answer. */
const defaultTimeoutMs = 15_000;
/** What an answer may take on its way after the server has ended a statement. */
const wayMs = 1_000;

function render(input: EmitInput): string {
  const { settings, why, engine } = input;
  return code`
    ${remarks('#', [...why, 'config/runtime.exs; :my_app and MyApp.Repo stand for those of your application.'])}
    import Config

    config :my_app, MyApp.Repo,
      hostname: System.fetch_env!("DB_HOST"),
      port: String.to_integer(System.get_env("DB_PORT", "${defaultPorts[engine]}")),
      username: System.fetch_env!("DB_USERNAME"),
      password: System.fetch_env!("DB_PASSWORD"),
      database: System.fetch_env!("DB_DATABASE"),
      # Of each node; all of them are opened at the start.
      pool_size: ${settings.connectionLimit},
      ${queue(input)}
      ${operation(input)}
      ${statement(input)}
      # ms, to open a TCP connection.
      connect_timeout: ${underscored(wholeMs(settings.connectTimeoutMs))}
  `;
}

/** Ecto has no acquire timeout: it drops requests by the time that they have been in the queue. */
function queue({ settings: { acquireTimeoutMs: ms } }: EmitInput): string {
  if (ms === 0) return '# ms: nobody is ever dropped from the queue.\nqueue_target: 1_073_741_823,';
  const { queueTargetMs, queueIntervalMs } = queueFor(withinSetting(ms, 4, 2_147_483_647, title, 'acquire timeout'));
  return code`
    # ms. Nobody waits longer for a connection than 2 x queue_interval + 2 x queue_target = ${underscored(2 * (queueIntervalMs + queueTargetMs))} ms: a pool
    # that has been too slow for a whole queue_interval drops who has waited for 2 x queue_target.
    queue_target: ${underscored(queueTargetMs)},
    queue_interval: ${underscored(queueIntervalMs)},
  `.trimEnd();
}

/** The default would cut off a long wait, or a statement after a wait. */
function operation({ settings: { acquireTimeoutMs, queryTimeoutMs } }: EmitInput): string | undefined {
  if (queryTimeoutMs === undefined && acquireTimeoutMs > 0 && acquireTimeoutMs < defaultTimeoutMs) {
    return '# From the request for a connection to the answer, `timeout` allows 15_000 ms by default.';
  }
  const means = '# ms, from the request for a connection to the answer; then the connection is closed.';
  if (acquireTimeoutMs === 0) return `${means}\ntimeout: :infinity,`;
  const ms =
    wholeMs(acquireTimeoutMs) + (queryTimeoutMs === undefined ? defaultTimeoutMs : wholeMs(queryTimeoutMs) + wayMs);
  return `${means}\ntimeout: ${underscored(ms)},`;
}

function statement({ settings: { queryTimeoutMs }, engine }: EmitInput): string | undefined {
  if (queryTimeoutMs === undefined) return undefined;
  const { sql, note } = statementLimit(engine, queryTimeoutMs);
  return engine === 'postgres'
    ? `# Query timeout: ${note}.\nparameters: [statement_timeout: "${wholeMs(queryTimeoutMs)}"],`
    : `# Query timeout: ${note}.\nafter_connect: {MyXQL, :query!, ["${sql}", []]},`;
}

/** As Elixir writes large numbers. */
function underscored(value: number): string {
  return value < 10_000 ? String(value) : String(value).replace(/\B(?=(\d{3})+$)/g, '_');
}

const ecto: Omit<Target, 'title' | 'engines'> = {
  language: 'elixir',
  driver: 'ecto',
  instead: {
    queueLimit: 'It cannot be had: Ecto drops requests by their time in the queue, which the snippet bounds.',
  },
  render,
};

export const ectoPostgres: Target = { ...ecto, title: 'Ecto on Postgrex', engines: ['postgres'] };
export const ectoMysql: Target = { ...ecto, title: 'Ecto on MyXQL', engines: ['mysql', 'mariadb'] };
