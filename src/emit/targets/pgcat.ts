import { maxDurationMs, wholeMs } from '../../base/units.ts';
import { remarks, withinSetting } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { serverSide } from '../parts/pooler.ts';
import type { Target } from '../target.ts';

const title = 'pgcat';

/** Login data are left out rather than made up: pgcat does not start before they are filled in. */
export const pgcat: Target = {
  title,
  language: 'toml',
  engines: ['postgres'],
  driver: 'pgcat',
  isPooler: true,
  instead: {},
  render: (input) => {
    const { acquireTimeoutMs, queryTimeoutMs } = input.settings;
    const { connections, reason } = serverSide(input);
    const acquire = withinSetting(acquireTimeoutMs, 1, maxDurationMs, title, 'acquire timeout');
    return code`
      ${remarks('#', input.why)}
      [general]
      host = "127.0.0.1"
      port = 6432
      # Required, and yours: admin_username and admin_password.
      # Times are ms. The longest wait for a server connection, also while one is opened.
      connect_timeout = ${acquire}

      [pools.app]
      # SET, LISTEN and session advisory locks do not outlive a transaction then.
      pool_mode = "transaction"

      [pools.app.users.0]
      # Required, and yours: username and password.
      # Connections of this user to each server below: ${reason}.
      pool_size = ${connections}
      ${queryTimeoutMs === undefined ? undefined : `statement_timeout = ${wholeMs(queryTimeoutMs)}`}

      [pools.app.shards.0]
      # Your server.
      servers = [["127.0.0.1", 5432, "primary"]]
      database = "app"
    `;
  },
};
