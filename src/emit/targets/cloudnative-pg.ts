import { formatCount } from '../../base/units.ts';
import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import type { Target } from '../target.ts';
import { pgbouncerAssignments } from './pgbouncer.ts';

const title = 'CloudNativePG Pooler';

/** Kubernetes takes parameters as text only, so that each number is in quotes. */
export const cloudnativePg: Target = {
  title,
  language: 'yaml',
  engines: ['postgres'],
  driver: 'pgbouncer',
  isPooler: true,
  refusesAtOnce: true,
  instead: {},
  render: (input) => code`
    ${remarks('#', input.why)}
    apiVersion: postgresql.cnpg.io/v1
    kind: Pooler
    metadata:
      name: app-pooler
    spec:
      cluster:
        name: app # yours
      type: rw
      # Each instance has pools of its own: with n of them, give each an n-th of ${formatCount(serverConnections(input), 'connection')}.
      instances: 1
      pgbouncer:
        # SET, LISTEN and session advisory locks do not outlive a transaction then.
        poolMode: transaction
        parameters:
          ${pgbouncerAssignments(input, title)
            .map(
              ({ path, value, note }) =>
                `${note === undefined ? '' : `${note.replace(/^/gm, '# ')}\n`}${path.join('.')}: "${value}"`,
            )
            .join('\n')}
  `,
};

function serverConnections(input: Parameters<Target['render']>[0]): number {
  return Number(pgbouncerAssignments(input, title)[0]?.value);
}
