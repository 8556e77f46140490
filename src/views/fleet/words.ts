import { listOf } from '../../base/list-of.ts';
import { formatCount, formatNumber } from '../../base/units.ts';
import type { Moment, ServerAnswer, WorstMinute } from '../../budget/answer.ts';
import type { FleetCount } from '../../budget/model.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import type { FleetService } from './result.ts';

/** `12`, or `≥ 4` where no more is known than that. */
export function countText(count: FleetCount): string {
  return count.kind === 'known' ? formatNumber(count.value) : `≥ ${formatNumber(count.atLeast)}`;
}

export function momentText({ connections, isAtLeast }: Moment): string {
  return `${isAtLeast ? '≥ ' : ''}${formatNumber(connections)}`;
}

/** Of numbers that may be unknown. */
export function maybe(value: number | undefined): string {
  return value === undefined ? '?' : formatNumber(value);
}

/** `8 to 20`, `4`. */
export function instancesText({ instances: { normal, most } }: FleetService): string {
  const [from, to] = [countText(normal), countText(most)];
  return from === to ? from : `${from} to ${to}`;
}

export const unitOf = ({ counts }: Pick<ServerAnswer, 'counts'>): 'connection' | 'client' =>
  counts === 'pooler clients' ? 'client' : 'connection';

/** Whether any service of the fleet connects to a server. */
export const hasClients = ({ shares, worstMinute }: ServerAnswer): boolean =>
  shares.length > 0 || worstMinute.connections > 0;

/** `at least 214 of 185 connections`. */
export function worstOf(server: ServerAnswer): string {
  const { usable, worstMinute } = server;
  const some = `${worstMinute.isAtLeast ? 'at least ' : ''}${formatNumber(worstMinute.connections)}`;
  if (usable === undefined) return `${some} of an unknown number of ${unitOf(server)}s`;
  return `${some} of ${formatCount(usable, unitOf(server))}`;
}

/** Who rolls out in the worst minute, and when it is; undefined where nothing is said. */
export function whenText({ rolling, at }: WorstMinute): string | undefined {
  const [first, ...others] = rolling;
  if (first === undefined) return at;
  const who =
    rolling.length > 3
      ? `${first} and ${formatNumber(others.length)} others roll out`
      : `${listOf(rolling)} ${others.length > 0 ? 'roll' : 'rolls'} out`;
  return at === undefined ? who : `${who}, ${at}`;
}

/** `k8s/hpa.yaml:12`. */
export const placeText = ({ file, line }: SourceSpan): string => `${file}:${line}`;

/** `(20 + 5 in a roll-out) x 22; a pool is 20 + 2 of pg-boss`. */
export function worstText({ worstIs, parts }: FleetService): string {
  if (parts.length < 2) return worstIs;
  const some = parts.map(({ name, connections }) => `${formatNumber(connections)} ${name}`);
  return `${worstIs}; pool: ${listOf(some)}`;
}
