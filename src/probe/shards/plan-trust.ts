import { PoolctlError } from '../../base/errors.ts';
import { builtinNames, builtinWorkload } from '../workload/builtin/index.ts';
import type { ProbeWorkload } from '../workload/model.ts';
import { effectOf } from '../workload/writes.ts';
import type { ShardPlan } from './model.ts';
import { hashOfPlan } from './plan-hash.ts';

type Planned = Pick<ShardPlan, 'id' | 'server' | 'workload'>;

/**
 * A hash is no signature: anybody can write a plan that has the right one. What a shard would run without a question is
 * held to the rules of the flags: only workloads of poolctl's own have statements before and after the load, and what
 * only reads has none that writes. @throws PoolctlError INPUT_INVALID
 */
export function refuseForeignStatements(plan: Planned, file: string): void {
  const { kind, name } = plan.workload;
  const reason = kind === 'builtin' ? otherBuiltin(plan) : foreignStatement(plan);
  if (reason === undefined) return;
  throw new PoolctlError('INPUT_INVALID', `${file}: the workload ${name} of this plan ${reason}.`, {
    hint: 'Make the plan with the poolctl that runs its shards.',
  });
}

function otherBuiltin({ id, server, workload }: Planned): string | undefined {
  const own = builtinNames.flatMap((name) =>
    [true, false].map((prepared) =>
      builtinWorkload(name, { engine: server.engine, runId: id, allowWrite: true, prepared }),
    ),
  );
  const isOwn = own.some((one) => isSame(one, workload));
  return isOwn ? undefined : 'is not the one that this poolctl has by that name';
}

function isSame(own: ProbeWorkload, other: ProbeWorkload): boolean {
  return hashOfPlan({ id: own }) === hashOfPlan({ id: other });
}

function foreignStatement({ server, workload }: Planned): string | undefined {
  const { setup, teardown, scripts, readOnly, name } = workload;
  if (setup ?? teardown) return "has statements around the load, which only poolctl's own have";
  const texts = scripts.flatMap(({ check, statements }) => [
    ...statements.map(({ text }) => text),
    ...(check === undefined ? [] : [check]),
  ]);
  for (const text of texts) {
    const effect = effectOf(text, server.engine, name);
    if (effect?.kind === 'never') return `has ${effect.what} in it, which has no place in a load`;
    if (effect && readOnly) return `has ${effect.what} in it, and says that it only reads`;
  }
  return undefined;
}
