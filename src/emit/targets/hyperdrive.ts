import { PoolctlError } from '../../base/errors.ts';
import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { serverSide } from '../parts/pooler.ts';
import type { EmitInput, Target } from '../target.ts';

const title = 'Hyperdrive';
/** Of the free plan and of the paid one. */
const most = { free: 20, paid: 100 } as const;
const least = 5;

export const hyperdrive: Target = {
  title,
  language: 'sh',
  engines: ['postgres', 'mysql'],
  driver: 'hyperdrive',
  isPooler: true,
  instead: {
    connectTimeout: 'Cloudflare has 15 s, and nobody can change it.',
    queryTimeout: 'Cloudflare ends a query after 60 s; a shorter time is a setting of the user at the server.',
  },
  render: (input) => code`
    ${remarks('#', input.why)}
    # Connections to the server, which Hyperdrive may exceed for a while: ${serverSide(input).reason}.
    # The id: npx wrangler hyperdrive list. In the API and in Terraform: origin_connection_limit.
    ${serverSide(input).connections > most.free ? `# More than ${most.free} needs a paid plan.` : undefined}
    npx wrangler hyperdrive update "$HYPERDRIVE_ID" --origin-connection-limit=${connectionsOf(input)}
  `,
};

/** @throws PoolctlError INPUT_CONTRADICTION where no plan allows so many or so few */
function connectionsOf(input: EmitInput): number {
  const { connections } = serverSide(input);
  if (connections >= least && connections <= most.paid) return connections;
  throw new PoolctlError(
    'INPUT_CONTRADICTION',
    `${title} takes ${least} to ${most.paid} connections to the server, and ${connections} is not.`,
    { hint: `Choose ${connections < least ? least : most.paid}, or another number in between.` },
  );
}
