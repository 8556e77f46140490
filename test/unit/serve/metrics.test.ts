import { describe, expect, it } from 'vitest';
import { exposition } from '../../../src/serve/exposition.ts';
import { servedMetrics } from '../../../src/serve/metric-names.ts';
import { servedFamilies } from '../../../src/serve/metrics.ts';
import type { TargetState } from '../../../src/watch/state.ts';
import {
  capacityOf,
  group,
  lostTarget,
  manyGroups,
  poolerLook,
  poolerPool,
  poorLook,
  raisedAlarm,
  targetLook,
  targetState,
  unseenTarget,
  watchState,
} from '../../helpers/watch-state.ts';

/** The lines of values, by default of a target whose look is 1.5 s old. */
function linesOf(targets: TargetState | readonly TargetState[], { top = 50, nowMs = 61_500 } = {}): string[] {
  const state = watchState([targets].flat());
  const text = exposition(servedFamilies(state, { top, nowMs, version: '0.1.0' }), 'prometheus');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

const named = (lines: readonly string[], name: string) => lines.filter((line) => line.startsWith(`${name}{`));
const totalOf = (lines: readonly string[]) => lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);

describe('the metrics of a target', () => {
  it('are of its last look: taken, usable, max and reserved, and the groups that add up to what is taken', () => {
    const lines = linesOf(targetState());
    expect(lines).toEqual(
      expect.arrayContaining([
        'poolctl_build_info{version="0.1.0"} 1',
        'poolctl_target_info{target="orders",kind="postgres",version="18.4"} 1',
        'poolctl_target_up{target="orders"} 1',
        'poolctl_target_saturated{target="orders"} 0',
        'poolctl_snapshot_age_seconds{target="orders"} 1.5',
        'poolctl_server_connections{target="orders",database="orders",user="app",application="orders-api",state="idle"} 12',
        'poolctl_server_connections_taken{target="orders"} 22',
        'poolctl_server_connections_usable{target="orders"} 27',
        'poolctl_server_connections_max{target="orders"} 30',
        'poolctl_server_connections_reserved{target="orders"} 3',
        'poolctl_server_connections_high_water{target="orders"} 22',
        'poolctl_server_sessions_total{target="orders"} 1200',
        'poolctl_server_idle_transactions{target="orders"} 0',
        'poolctl_server_oldest_idle_transaction_seconds{target="orders"} 0',
        'poolctl_server_oldest_transaction_seconds{target="orders"} 0',
        'poolctl_poll_duration_seconds{target="orders"} 0.004',
        'poolctl_polls_total{target="orders"} 30',
      ]),
    );
    expect(totalOf(named(lines, 'poolctl_server_connections'))).toBe(22);
  });

  it('lose every figure once it is stale, and say so: an old number is worse than none', () => {
    const names = linesOf(lostTarget('orders')).map((line) => line.split('{')[0]);
    const lasting = Object.values(servedMetrics).flatMap(({ name, lasts }) => (lasts === 'always' ? [name] : []));
    expect(names.filter((name) => name !== undefined && !(lasting as string[]).includes(name))).toEqual([]);
    expect(linesOf(lostTarget('orders'))).toContain('poolctl_target_up{target="orders"} 0');
    expect(linesOf(lostTarget('orders'))).toContain('poolctl_snapshot_age_seconds{target="orders"} 1.5');
  });

  it('lose them also when the watching itself has stopped to say anything', () => {
    expect(linesOf(targetState(), { nowMs: 67_000 })).toContain('poolctl_target_up{target="orders"} 1');
    const late = linesOf(targetState(), { nowMs: 68_001 });
    expect(late).toContain('poolctl_target_up{target="orders"} 0');
    expect(named(late, 'poolctl_server_connections')).toEqual([]);
    expect(linesOf(targetState({ intervalMs: 60_000 }), { nowMs: 200_000 })).toContain(
      'poolctl_target_up{target="orders"} 1',
    );
  });

  it('tell a full server from one that is down', () => {
    const full = targetState({ look: targetLook({ capacity: capacityOf(25, 3) }) });
    expect(linesOf(full)).toContain('poolctl_target_saturated{target="orders"} 1');
    expect(linesOf(unseenTarget('late', { phase: 'saturated' }))).toEqual(
      expect.arrayContaining(['poolctl_target_saturated{target="late"} 1', 'poolctl_target_up{target="late"} 0']),
    );
    expect(linesOf(lostTarget('gone'))).toContain('poolctl_target_saturated{target="gone"} 0');
  });

  it('leave out what the login may not see, and never say 0 for it', () => {
    const lines = linesOf(targetState({ look: poorLook() }));
    expect(named(lines, 'poolctl_server_lock_waiters')).toEqual([]);
    expect(named(lines, 'poolctl_server_oldest_transaction_seconds')).toEqual([]);
    expect(lines).toContain('poolctl_server_connections_hidden{target="orders"} 21');
    expect(lines).toContain('poolctl_server_connections{target="orders",database="orders",user="app"} 21');
  });

  it('have a series for each alarm and severity, so that a rule need not ask whether it is there', () => {
    const lines = named(linesOf(targetState({ alarms: [raisedAlarm()] })), 'poolctl_alarm');
    expect(lines).toHaveLength(12);
    expect(lines.filter((line) => line.endsWith(' 1'))).toEqual([
      'poolctl_alarm{target="orders",alarm="saturation",severity="warn"} 1',
    ]);
  });

  it('have the labels of the targets file, with names that Prometheus takes', () => {
    const labelled = targetState({ labels: { team: 'a "b"', 'cost-centre': '7' } });
    expect(linesOf(labelled)).toContain(
      'poolctl_target_info{target="orders",kind="postgres",version="18.4",label_team="a \\"b\\"",label_cost_centre="7"} 1',
    );
  });
});

describe('the series of groups', () => {
  it('are at most so many, with the rest in one that keeps the sum', () => {
    const groups = manyGroups(500).map((one, index) => ({ ...one, user: `user${index}` }));
    const lines = named(
      linesOf(targetState({ look: targetLook({ groups }) }), { top: 10 }),
      'poolctl_server_connections',
    );
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toMatch(/application="other"} 490$/);
    expect(totalOf(lines)).toBe(500);
  });

  it('have no address of a client and no name of one process', () => {
    const groups = [
      group('api-5f9d6c7b4d-x2x9z', 2),
      group('api-5f9d6c7b4d-q7w8k', 3, { client: '10.1.1.1' }),
      group('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 1),
    ];
    const lines = named(linesOf(targetState({ look: targetLook({ groups }) })), 'poolctl_server_connections');
    expect(lines).toEqual([
      'poolctl_server_connections{target="orders",database="orders",user="app",application="api"} 5',
      'poolctl_server_connections{target="orders",database="orders",user="app",application="traceparent"} 1',
    ]);
  });

  it('are never two that are alike, whatever servers send', () => {
    const { application: _, ...nameless } = group('', 4);
    const groups = [
      group('', 1),
      nameless,
      group('a\u001b', 1),
      group('a\\x1b', 2),
      group('\u202eevil', 1),
      group('x'.repeat(5_000), 1),
    ];
    const lines = named(linesOf(targetState({ look: targetLook({ groups }) })), 'poolctl_server_connections');
    const series = lines.map((line) => line.replace(/ \d+$/, ''));
    expect(new Set(series).size).toBe(series.length);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    for (const line of lines) expect(line.length).toBeLessThan(300);
  });
});

describe("PgBouncer's pools", () => {
  it('are told as those of a pooler', () => {
    const lines = linesOf(targetState({ name: 'pgb', look: poolerLook() }));
    expect(lines).toEqual(
      expect.arrayContaining([
        'poolctl_pooler_clients_waiting{target="pgb",database="orders",user="app"} 6',
        'poolctl_pooler_max_wait_seconds{target="pgb",database="orders",user="app"} 2.5',
        'poolctl_pooler_servers_limit{target="pgb",database="orders",user="app"} 2',
      ]),
    );
  });

  it('are at most so many: those with a queue first, the rest in one', () => {
    const pools = Array.from({ length: 20 }, (_, index) =>
      poolerPool({ database: `db${index}`, clientsWaiting: index, maxWaitSeconds: index }),
    );
    const lines = linesOf(targetState({ name: 'pgb', look: poolerLook({ pools }) }), { top: 2 });
    expect(named(lines, 'poolctl_pooler_clients_waiting')).toEqual([
      'poolctl_pooler_clients_waiting{target="pgb",database="db19",user="app"} 19',
      'poolctl_pooler_clients_waiting{target="pgb",database="db18",user="app"} 18',
      'poolctl_pooler_clients_waiting{target="pgb",database="other"} 153',
    ]);
    expect(lines).toContain('poolctl_pooler_max_wait_seconds{target="pgb",database="other"} 17');
  });
});

it('names every metric as Prometheus does: own prefix, counters end in _total and nothing else does, times in seconds', () => {
  for (const { name, type, unit } of Object.values(servedMetrics)) {
    expect(name).toMatch(/^poolctl_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    if (unit === 'seconds') expect(name).toMatch(/_seconds$/);
  }
});
