import { statementLimit } from '../../declarations/vocabulary/statement-limit.ts';
import { remarks, wholeSeconds, withinSetting } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { serverSide } from '../parts/pooler.ts';
import type { EmitInput, Target } from '../target.ts';

const title = 'RDS Proxy';

/** Its limit is a share of what the server has, which Terraform is told where the server is. */
export const rdsProxy: Target = {
  title,
  language: 'hcl',
  engines: ['postgres', 'mysql', 'mariadb'],
  driver: 'rds-proxy',
  isPooler: true,
  instead: {
    queryTimeout: 'The snippet has init_query set it on each connection to the server.',
  },
  render: (input) => {
    const { connections, reason } = serverSide(input);
    return code`
      ${remarks('#', input.why)}
      variable "server_max_connections" {
        type        = number
        description = "max_connections of the server behind the proxy"
      }

      resource "aws_db_proxy_default_target_group" "app" {
        db_proxy_name = aws_db_proxy.app.name # yours

        connection_pool_config {
          # Connections to the server: ${reason}; at least 1 %, and all of it at most.
          max_connections_percent = max(1, min(100, floor(100 * ${connections} / var.server_max_connections)))
          # Seconds that a request waits for one.
          connection_borrow_timeout = ${borrowSeconds(input)}
          ${initQuery(input)}
        }
      }
    `;
  },
};

function borrowSeconds({ settings }: EmitInput): number {
  const ms = withinSetting(settings.acquireTimeoutMs, 1_000, 300_000, title, 'acquire timeout');
  return wholeSeconds(ms, title, 'acquire timeout');
}

function initQuery({ settings, engine }: EmitInput): string | undefined {
  if (settings.queryTimeoutMs === undefined) return undefined;
  // The proxy runs it itself, so that a word about poolers in the note is not for it.
  const { sql, note } = statementLimit(engine, settings.queryTimeoutMs);
  return `# ${note.replace('; not through a transaction pooler', '')}\ninit_query = "${sql}"`;
}
