import type { FleetFinding } from '../answer.ts';
import { atServer, type JudgedFleet } from './finding-input.ts';

/** Servers that no service of the fleet connects to: 0 connections is then no answer. */
export function noClients({ judged }: JudgedFleet): FleetFinding[] {
  return judged
    .filter(({ rows }) => rows.length === 0)
    .map(({ server }) => ({
      id: 'no-clients',
      severity: server.isBudgeted ? 'warning' : 'info',
      text: `${server.name}: no service is found that connects to it, so that it is not known what it has to let in.`,
      hint: `Write pools: [{to: ${server.name}}] of the services that do, or leave the server out.`,
      ...atServer(server),
    }));
}
