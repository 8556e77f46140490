import { leftoverNames, probeLeftovers } from '../../inspect/leftovers.ts';
import type { Check } from '../check.ts';

export const leftovers: Check = {
  id: 'leftovers',
  title: 'killed probes',
  after: 'login',
  async run({ server, inspection }) {
    if (!server || !inspection) return undefined;
    const found = await probeLeftovers(server.session, inspection.engine);
    if (found.length === 0) return { status: 'ok', detail: 'none has left anything' };
    return {
      status: 'warning',
      detail: `left on the server: ${leftoverNames(found)}`,
      fix: '`poolctl probe <dsn> --clean` removes it.',
    };
  },
};
