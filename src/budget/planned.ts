import * as v from 'valibot';
import { PoolctlError } from '../base/errors.ts';
import { parseDocument } from '../documents/document.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const moment = v.object({ connections: count });
const plannedSchema = v.object({
  schema: v.literal('poolctl.fleet/1'),
  result: v.object({
    servers: v.array(v.object({ name: v.string(), normal: moment, worstMinute: moment })),
  }),
});

/** What a fleet takes of its one server at the worst minute, and what that is above normal running. */
export interface PlannedConnections {
  readonly mostConnections: number;
  readonly rolloutConnections: number;
}

/** Whether a text is an answer of `poolctl fleet`, and not of another command. */
export function isFleetDocument(text: string): boolean {
  return /"schema"\s*:\s*"poolctl\.fleet\//.test(text.slice(0, 500));
}

/** Reads what `poolctl fleet --json` has written of one server. @throws PoolctlError INPUT_INVALID */
export function parsePlanned(text: string, file: string): PlannedConnections {
  const hint = 'Write it with `poolctl fleet --server NAME --json -o fleet.json`.';
  const { servers } = parseDocument(plannedSchema, text, { file, what: 'an answer of fleet', hint }).result;
  const [server, another] = servers;
  if (server === undefined || another !== undefined) {
    const names = servers.map(({ name }) => name).join(', ');
    const why = server ? `it is of ${servers.length} servers, and rules are of one: ${names}` : 'it has no server';
    throw new PoolctlError('INPUT_INVALID', `${file}: ${why}.`, { hint });
  }
  const most = server.worstMinute.connections;
  return { mostConnections: most, rolloutConnections: most - server.normal.connections };
}
