import type { Reader } from '../reader.ts';
import { loginVariables } from '../vocabulary/login.ts';

/** The variables that `poolctl emit env` writes. */
export const envReader: Reader = {
  title: 'Environment variables',
  formats: ['dotenv'],
  drivers: ['env'],
  login: loginVariables,
  others: {},
  pick(entries) {
    const own = entries.filter(({ key }) => key.startsWith('DB_POOL_') || loginVariables.some((name) => name === key));
    return {
      driver: 'env',
      isMarked: own.some(({ key }) => key.startsWith('DB_POOL_')),
      options: own.map((entry) => ({ ...entry, name: entry.key })),
    };
  },
};
