import { listOf } from '../../base/list-of.ts';
import type { FleetFinding } from '../answer.ts';
import type { JudgedServer, TimedFleet } from '../judge/judge-server.ts';
import type { BudgetServer, BudgetService } from '../model.ts';

/** A fleet with its servers judged. */
export interface JudgedFleet extends TimedFleet {
  readonly judged: readonly JudgedServer[];
  /** The services that connect to each server, by its name. */
  readonly clients: ReadonlyMap<string, readonly BudgetService[]>;
}

/** What the slots of a server are called. */
export function slotsOf({ counts }: Pick<BudgetServer, 'counts'>): string {
  return counts === 'pooler clients' ? 'clients' : 'connections';
}

/** Only a budget that somebody declared can fail. */
export function failing({ isBudgeted }: Pick<BudgetServer, 'isBudgeted'>): FleetFinding['severity'] {
  return isBudgeted ? 'error' : 'warning';
}

/** Where a server is declared, for a finding about it. */
export function atServer({ name, place }: BudgetServer): Pick<FleetFinding, 'server' | 'place'> {
  return { server: name, ...(place && { place }) };
}

/** Where a service is declared, for a finding about it. */
export function atService({ name, place }: BudgetService): Pick<FleetFinding, 'service' | 'place'> {
  return { service: name, ...(place && { place }) };
}

/** "api", "api and web", "api, web and 5 more". */
export function nameList(names: readonly string[], most = 3): string {
  const all = [...new Set(names)];
  const shown = all.length > most ? [...all.slice(0, most - 1), `${all.length - most + 1} more`] : all;
  return listOf(shown);
}
