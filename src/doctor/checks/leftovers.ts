import { leftoverNames } from '../../inspect/leftovers.ts';
import type { Check } from '../check.ts';

export const leftovers: Check = {
  id: 'leftovers',
  title: 'killed probes',
  after: 'login',
  async run({ inspection }) {
    if (!inspection) return undefined;
    const { leftovers: found } = inspection;
    if (found.length === 0) return { status: 'ok', detail: 'none has left anything' };
    return {
      status: 'warning',
      detail: `left on the server: ${leftoverNames(found)}`,
      fix: '`poolctl probe <dsn> --clean` removes it.',
    };
  },
};
