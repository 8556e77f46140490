import { groupBy } from '../../base/group-by.ts';
import { formatCount, formatNumber } from '../../base/units.ts';
import type { FleetFinding, ServerAnswer } from '../../budget/answer.ts';
import type { VerdictView, View } from '../../render/view.ts';
import { findingVerdicts, findingWarnings, knowTable, wrongWith } from './findings.ts';
import type { FleetResult, FleetService } from './result.ts';
import { ceilingsTable, nextTable, serversTable, servicesTable, settingsTable } from './tables.ts';
import { foldServers, foldServices, urgencyOf } from './urgency.ts';
import { hasClients, unitOf, whenText, worstOf } from './words.ts';

/** How much of a fleet a reader sees. */
export interface FleetLook {
  /** Servers that fit are not folded, nor are small services. */
  readonly isAll: boolean;
  /** Cells that a name may take; left out: as long as it is. */
  readonly nameCells?: number;
}

/** The answer of `fleet` for a reader: each server's worst minute against what it lets in, who takes it, and what fits. */
export function fleetView(result: FleetResult, look: FleetLook): View {
  const { shown, folded } = foldServers(result.servers, look.isAll);
  const names = new Set(shown.map(({ name }) => name));
  const services = groupBy(result.services, ({ server }) => server);
  const findings = look.isAll
    ? result.findings
    : result.findings.filter(({ server }) => server === undefined || names.has(server));
  return {
    headline: headlineOf(result.servers),
    verdicts: [
      ...shown.map((server) => namedVerdict(server, findings, result)),
      ...foldedVerdict(folded),
      ...findingVerdicts(findings.filter(({ server }) => server === undefined || !names.has(server))),
    ],
    tables: [
      serversTable(shown, look),
      ...shown.flatMap((server) => {
        const fold = foldServices(services.get(server.name) ?? [], look.isAll);
        if (isSettled(server, fold.shown) && !look.isAll) return [ceilingsTable(server, fold, look)];
        return [servicesTable(server, fold, look), settingsTable(server, fold.shown, look)];
      }),
      nextTable(
        result.services.filter(({ server }) => names.has(server)),
        look,
      ),
      knowTable({ findings, notes: result.notes }, look),
    ].filter((table) => table !== undefined),
    warnings: findingWarnings(findings, look),
  };
}

/** Whether a server fits as it is, so that nothing is to be set. */
function isSettled(server: ServerAnswer, services: readonly FleetService[]): boolean {
  const isKept = ({ settings, pool }: FleetService) =>
    !settings ||
    (settings.queueLimit === undefined && pool.kind === 'known' && pool.value === settings.connectionLimit);
  return urgencyOf(server) === 'fine' && services.every(isKept);
}

/** The answer in one line: how many are over, and which is worst or closest. */
export function headlineOf(servers: readonly ServerAnswer[]): string {
  const [first] = foldServers(servers, true).shown;
  if (!first)
    return 'No server is declared here: write it below servers: in fleet.yaml. `poolctl init` writes a first one.';
  const worst = hasClients(first)
    ? `${first.name} needs ${worstOf(first)} in the worst minute`
    : `no service is found that connects to ${first.name}`;
  const of = (urgency: string) => servers.filter((server) => urgencyOf(server) === urgency).length;
  const [over, unknown] = [of('over'), of('unknown')];
  if (over > 0) {
    return servers.length === 1
      ? `Over: ${worst}.`
      : `${formatNumber(over)} of ${formatCount(servers.length, 'server')} over: ${worst}.`;
  }
  if (unknown > 0) return `${formatNumber(unknown)} of ${formatCount(servers.length, 'server')} not known: ${worst}.`;
  return servers.length === 1
    ? `Fits: ${worst}.`
    : `${formatCount(servers.length, 'server')} fit; the closest is ${first.name}: ${worstOf(first)} at worst.`;
}

const answers = { yes: 'yes', no: 'no', unknown: 'unknown', 'not judged': 'unknown' } as const;

/** The worst minute of a server against what it lets in, and how both come about. */
export function serverVerdict(server: ServerAnswer): VerdictView {
  if (!hasClients(server)) return { answer: 'unknown', text: 'no service is found that connects to it.', details: [] };
  const { fits, left, usableIs, worstMinute, isBudgeted } = server;
  const room =
    left === undefined ? '' : left < 0 ? `: ${formatNumber(-left)} too many` : `: ${formatNumber(left)} left`;
  const when = whenText(worstMinute);
  return {
    answer: answers[fits],
    text: `${worstOf(server)} in the worst minute${room}.`,
    details: [
      [
        when === undefined ? '' : `Worst when ${when}.`,
        usableIs === '' ? '' : `Usable: ${usableIs}.`,
        isBudgeted ? '' : `No budget is declared, so the exit code does not tell.`,
      ]
        .filter((part) => part !== '')
        .join(' '),
    ].filter((line) => line !== ''),
  };
}

/** The same among others: with its name, and with what is wrong there. */
function namedVerdict(server: ServerAnswer, findings: readonly FleetFinding[], result: FleetResult): VerdictView {
  const { answer, text, details } = serverVerdict(server);
  return {
    answer,
    text: `${server.name}: ${text}`,
    details: [...details, ...wrongWith(findings, server.name), ...beyondText(server, result)],
  };
}

/** Where no size of the pools is small enough. */
export function beyondText({ name }: ServerAnswer, { allocation }: FleetResult): string[] {
  return (allocation.doesNotFit ?? [])
    .filter(({ server }) => server === name)
    .map(({ role, usable, floors }) => {
      const whose = role === undefined ? '' : ` of role ${role}`;
      return `No size of the pools fits: the least${whose} takes ${formatNumber(floors)} of ${formatNumber(usable)}. Run fewer instances, or put a pooler in front.`;
    });
}

function foldedVerdict(folded: readonly ServerAnswer[]): VerdictView[] {
  const [closest] = folded;
  if (!closest) return [];
  const { name, left = 0 } = closest;
  const text = `+ ${formatCount(folded.length, 'server')} that fit; the closest is ${name}, ${formatCount(left, unitOf(closest))} left. --all shows them.`;
  return [{ answer: 'yes', text, details: [] }];
}
