import { countOf } from '../../declarations/manifests/values.ts';
import { clientsOf } from '../budget/assemble.ts';
import { demandOf, rowWords } from '../budget/demand.ts';
import { isHostOf } from '../budget/hosts.ts';
import { serviceOf } from '../budget/pooler-demand.ts';
import type { Rule } from '../rule.ts';

/** The pools of all instances together are more clients than their pooler takes. */
export const poolerClientsExceeded: Rule = {
  severity: 'error',
  library: 'off',
  *checkProject(project) {
    for (const pooler of project.manifests.poolers) {
      const service = serviceOf(pooler, project);
      const [clients, processes] = [countOf(pooler.clients), countOf(service?.replicas)];
      if (!service || clients === undefined || processes === undefined) continue;
      const rows = clientsOf(project)
        .filter(({ hosts, service: client }) =>
          client.release === service.release || client.kind !== 'compose service'
            ? hosts.some((host) => isHostOf(host, service))
            : false,
        )
        .map(({ row }) => row);
      const { running, worst } = demandOf(rows);
      const slots = clients * processes;
      if (worst <= slots) continue;
      yield {
        place: pooler.place,
        fingerprint: `clients of ${service.name}`,
        message: `The pools of ${service.name} may open ${running} clients${worst > running ? `, ${worst} in a roll-out` : ''}, and it takes ${slots} (max_client_conn ${clients}${processes > 1 ? ` in each of ${processes} processes` : ''}).`,
        expected: `at most ${slots} clients in the worst minute`,
        consequence:
          'PgBouncer refuses further clients with "no more connections allowed (max_client_conn)"; it does not queue them. The server behind it may be idle meanwhile.',
        fix: 'Raise max_client_conn, which costs little memory, or make the pools of the services smaller.',
        related: rows.map((row) => ({ place: row.service?.place ?? row.place, message: rowWords(row) })),
      };
    }
  },
};
