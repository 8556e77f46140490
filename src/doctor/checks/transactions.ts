import { idleTransactions, leakHint } from '../../inspect/idle-transactions.ts';
import type { Check } from '../check.ts';

export const transactions: Check = {
  id: 'transactions',
  title: 'transactions',
  after: 'login',
  async run({ inspection }) {
    if (!inspection) return undefined;
    const { unseen, user } = inspection;
    const idle = idleTransactions(inspection);
    if (!idle) {
      const among = unseen.length === 0 ? '' : `, among those that "${user}" may see`;
      return { status: 'ok', detail: `no session idles in one${among}` };
    }
    const { found, who, harm } = idle;
    return harm === undefined
      ? { status: 'ok', detail: found }
      : { status: 'warning', detail: `${found} (${who}): ${harm}`, fix: leakHint };
  },
};
