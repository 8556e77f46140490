import type { FleetAnswer, FleetFinding, ServerAnswer } from '../../src/budget/answer.ts';
import { surgeAt } from '../../src/declarations/manifests/surge.ts';
import type { FleetState } from '../../src/fleet/since/change.ts';
import { fleetModel, type ShortService } from './fleet.ts';

/** A server `orders` of 97 slots, in the worst minute of one service at a time, as its own sum and no more. */
export function fleetState(
  services: Readonly<
    Record<
      string,
      { readonly pool: number; readonly most?: number; readonly surge?: NonNullable<ShortService['surge']> }
    >
  >,
  {
    findings = [],
    usable = 97,
    isBudgeted = true,
  }: { findings?: readonly FleetFinding[]; usable?: number; isBudgeted?: boolean } = {},
): FleetState {
  const model = fleetModel({ servers: { orders: { maxConnections: usable + 3, isBudgeted } }, services });
  const rows = model.services.map((service) => {
    const { pool, most = 1 } = services[service.name] ?? { pool: 0 };
    const running = pool * most;
    return { service, running, extra: pool * (surgeAt(service.surge, most) ?? 0) };
  });
  const moment = (connections: number) => ({ connections, isAtLeast: false });
  const running = rows.reduce((sum, row) => sum + row.running, 0);
  const largest = [...rows].sort((a, b) => b.extra - a.extra)[0];
  const worst = running + (largest?.extra ?? 0);
  const server: ServerAnswer = {
    ...{ name: 'orders', counts: 'server connections', isBudgeted, usable, usableIs: `${usable + 3} less 3 reserved` },
    ...{ normal: moment(running), scaledOut: moment(running), withTerminating: moment(worst), shares: [] },
    worstMinute: { ...moment(worst), rolling: largest ? [largest.service.name] : [] },
    ...{ left: usable - worst, fits: worst <= usable ? 'yes' : 'no' },
  };
  const answer: FleetAnswer = {
    servers: [server],
    services: rows.map(({ service, running: own, extra }) => ({
      ...{
        name: service.name,
        server: 'orders',
        parts: [],
        processes: service.processes,
        instances: service.instances,
      },
      pool: service.pools[0]?.size ?? { kind: 'known', value: 0 },
      ...{ worst: moment(own + extra), worstIs: '' },
    })),
    findings,
  };
  return { model, answer };
}
