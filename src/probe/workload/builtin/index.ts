import { PoolctlError } from '../../../base/errors.ts';
import type { ProbeWorkload } from '../model.ts';
import type { BuiltinOptions } from './options.ts';
import { pointWorkload } from './point.ts';
import { tpcbLike } from './tpcb-like.ts';

export const builtinNames = ['select1', 'point', 'tpcb-like'] as const;
export type BuiltinName = (typeof builtinNames)[number];

/** Reads --workload. @throws PoolctlError VALUE_INVALID */
export function parseBuiltin(text: string): BuiltinName {
  const found = builtinNames.find((name) => name === text);
  if (found) return found;
  throw new PoolctlError('VALUE_INVALID', `--workload "${text}" is not one of poolctl's own.`, {
    hint: `There are ${builtinNames.join(', ')}; --sql and --file take SQL of yours.`,
  });
}

/** A workload that poolctl brings along. @throws PoolctlError WRITE_REFUSED where it needs a table and may not make one */
export function builtinWorkload(name: BuiltinName, options: BuiltinOptions): ProbeWorkload {
  if (name !== 'select1' && !options.allowWrite) {
    throw new PoolctlError(
      'WRITE_REFUSED',
      `--workload ${name} makes tables of its own, and removes them at the end.`,
      {
        hint: 'Add --allow-write; or take --workload select1, --hold 20ms or --sql "SELECT ...", which only read.',
      },
    );
  }
  if (!/^[a-z0-9]{1,20}$/.test(options.runId)) throw new Error(`no run id: ${options.runId}`);
  switch (name) {
    case 'select1':
      return select1(options);
    case 'point':
      return pointWorkload(options);
    case 'tpcb-like':
      return tpcbLike(options);
    default:
      return name satisfies never;
  }
}

/** Wire, driver and pool alone. */
export function select1({ prepared }: { readonly prepared: boolean }): ProbeWorkload {
  return {
    name: 'select1',
    description:
      'SELECT 1 shows how fast the network, the driver and the pool are, not the database: no pool should be sized by it.',
    kind: 'builtin',
    readOnly: true,
    transportOnly: true,
    scripts: [{ weight: 1, isTransaction: false, statements: [{ text: 'SELECT 1', prepared, parameters: [] }] }],
    variables: {},
  };
}
