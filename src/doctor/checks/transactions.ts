import { idleTransactions, leakHint } from '../../inspect/idle-transactions.ts';
import type { Check } from '../check.ts';

export const transactions: Check = {
  id: 'transactions',
  title: 'transactions',
  after: 'login',
  async run({ inspection }) {
    if (!inspection) return undefined;
    const { sessions, unseen, user } = inspection;
    if (!sessions.idleInTransaction) {
      return { status: 'ok', detail: `"${user}" may not see whether one idles in a transaction` };
    }
    const idle = idleTransactions(inspection);
    if (!idle) {
      const among = unseen.length === 0 ? '' : `, among those that "${user}" may see`;
      return { status: 'ok', detail: `no session idles in one${among}` };
    }
    const { found, who, harm } = idle;
    if (harm === undefined) return { status: 'ok', detail: found };
    return {
      status: 'warning',
      detail: `${found}: ${harm}; ${who}`,
      fix: leakHint,
    };
  },
};
