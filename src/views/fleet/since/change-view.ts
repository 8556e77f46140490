import type { FleetFinding } from '../../../budget/answer.ts';
import { type FleetChange, isUnchanged } from '../../../fleet/since/change.ts';
import type { TableView, VerdictView, View } from '../../../render/view.ts';
import { changeAnswer, changedRows, changeVerdict, toldFindings } from './change-words.ts';

/** What `fleet --since` says to a reader: the verdict, what changed, and what was found or solved. */
export function changeView(change: FleetChange): View {
  const { since, over } = change;
  const findings = toldFindings(change);
  const verdict: VerdictView = { answer: changeAnswer(change), text: changeVerdict(change), details: [] };
  const rows = changedRows(change).map(({ name, at, what, before, now }) => [
    at === undefined ? name : `${name} at ${at}`,
    what,
    before,
    now,
  ]);
  const changed: TableView = {
    title: `Changed since ${since}`,
    head: ['', '', 'before', 'now'],
    rows,
    rightAligned: [2, 3],
  };
  return {
    headline: isUnchanged(change) ? `Nothing of the fleet has changed since ${since}.` : changeVerdict(change),
    ...(isUnchanged(change) && over.length > 0 && { verdict }),
    tables: [
      ...(rows.length > 0 ? [changed] : []),
      ...findingTable('New', findings.new),
      ...findingTable('Solved', findings.solved),
    ],
  };
}

function findingTable(title: string, findings: readonly FleetFinding[]): TableView[] {
  return findings.length === 0 ? [] : [{ title, rows: findings.map(({ severity, text }) => [severity, text]) }];
}
