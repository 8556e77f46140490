import { maxDurationMs, wholeMs } from '../../base/units.ts';
import { remarks, withinSetting } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { serverSide } from '../parts/pooler.ts';
import type { Target } from '../target.ts';

const title = 'PgDog';

export const pgdog: Target = {
  title,
  language: 'toml',
  engines: ['postgres'],
  driver: 'pgdog',
  isPooler: true,
  instead: {},
  render: (input) => {
    const { acquireTimeoutMs, connectTimeoutMs, queryTimeoutMs } = input.settings;
    const { connections, reason } = serverSide(input);
    const acquire = withinSetting(acquireTimeoutMs, 1, maxDurationMs, title, 'acquire timeout');
    return code`
      ${remarks('#', input.why)}
      # pgdog.toml; users and their passwords are in users.toml.
      [general]
      host = "127.0.0.1"
      port = 6432
      # SET, LISTEN and session advisory locks do not outlive a transaction then.
      pooler_mode = "transaction"
      # Connections of each user to each server: ${reason}.
      default_pool_size = ${connections}
      # Times are ms. The longest wait for a server connection:
      checkout_timeout = ${acquire}
      # The longest attempt to open one:
      connect_timeout = ${wholeMs(connectTimeoutMs)}
      ${queryTimeoutMs === undefined ? undefined : `query_timeout = ${wholeMs(queryTimeoutMs)}`}

      [[databases]]
      # Your server.
      name = "app"
      host = "127.0.0.1"
      port = 5432
    `;
  },
};
