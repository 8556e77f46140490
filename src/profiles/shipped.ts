import { parseProfile } from './document.ts';
import { driverSchema } from './driver.ts';
import { type Kind, profileText } from './files.ts';
import { metricSourceSchema } from './metrics.ts';
import { platformSchema } from './platform.ts';
import { poolSchema } from './pool.ts';
import { poolerSchema } from './pooler.ts';
import { serverSchema } from './server.ts';

const schemas = {
  pools: poolSchema,
  servers: serverSchema,
  drivers: driverSchema,
  poolers: poolerSchema,
  platforms: platformSchema,
  metrics: metricSourceSchema,
} as const satisfies Record<Kind, unknown>;

/** A shipped profile read from its YAML; a mistake in it is PROFILE_INVALID with file, line and column. */
export function parseShipped(kind: Kind, id: string): object {
  return parseProfile(schemas[kind], profileText(kind, id), `profiles/${kind}/${id}.yaml`);
}
