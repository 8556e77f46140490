import { listOf } from '../../../base/list-of.ts';
import type { FleetFinding } from '../../../budget/answer.ts';
import type { ExtraConnections } from '../../../budget/model.ts';
import type { JoinedFleet, JoinedService } from '../model.ts';

const words: Readonly<Record<ExtraConnections['per'], string>> = {
  instance: 'an instance',
  'new instance': 'a new instance',
  service: 'in all',
  rollout: 'in a roll-out',
};

/** Connections that no setting of a pool bounds: of packages, health checks, leaders. They are in the budget. */
export function hiddenPoolRemarks({ joined }: JoinedFleet): FleetFinding[] {
  return joined.flatMap((one): FleetFinding[] => {
    const { service } = one;
    const hidden = [
      ...hiddenIn(one),
      ...service.extras.map((extra) => `${extra.connections} ${words[extra.per]} (${extra.name})`),
    ];
    if (hidden.length === 0) return [];
    const setting = service.pools.find((pool) => pool.setting !== undefined)?.setting;
    return [
      {
        id: 'hidden-pool',
        severity: 'info',
        text: `${service.name}: ${listOf(hidden)} ${hidden.length === 1 && /^1 /.test(hidden[0] ?? '') ? 'is' : 'are'} outside ${setting ?? 'its pools'}, and in the budget.`,
        ...{ service: service.name, ...(service.place && { place: service.place }) },
      },
    ];
  });
}

/** Pools of packages stand without a setting beside those of the program. */
function hiddenIn({ read }: JoinedService): string[] {
  return read.flatMap(({ pool, setting, parts }) =>
    pool || setting !== undefined ? [] : parts.map(({ name, connections }) => `${connections} a process (${name})`),
  );
}
