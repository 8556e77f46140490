import type { PoolSettings } from '../../size/input.ts';
import { code, when } from './code.ts';
import { turnParameter, turns } from './gate.ts';
import { boundsQueue } from './limits.ts';

/**
 * A queue limit and an acquire timeout for postgres.js, which has neither: whatever wants a connection waits its turn
 * in front of it. A query is held back in `handle`, which postgres.js 3 calls when it is about to be sent.
 */
export function takeTurns(settings: PoolSettings, hasReserve: boolean): string {
  const { type, parameter } = turnParameter(settings);
  const { acquireTimeoutMs, nobodyWaits } = settings;
  const bounds = [
    ...(boundsQueue(settings) ? ['at most queueLimit of them'] : []),
    ...(acquireTimeoutMs > 0 ? ['for at most acquireTimeoutMs'] : []),
  ];
  const waits = nobodyWaits ? 'are refused' : `wait their turn, ${bounds.join(' and ')}`;
  return code`
    ⟨interface Query extends PromiseLike<unknown> {
      readonly cancelled: unknown;
      readonly cursorRows?: number;
      handle(): Promise<void>;
      reject(reason: unknown): void;
    }

    interface Requests {
      (...args: unknown[]): Query;
      unsafe(...args: unknown[]): Query;
      file(...args: unknown[]): Query;
      begin(...args: unknown[]): Promise<unknown>;
      ${when(hasReserve, 'reserve(): Promise<postgres.ReservedSql>;')}
    }⟩

    ${type}

    /**
     * Lets ${hasReserve ? 'queries, transactions and reserved connections' : 'queries and transactions'} run, at most connectionLimit at a
     * time. Others ${waits}.
     */
    function takeTurns(pool⟨: postgres.Sql⟩, ${parameter})⟨: postgres.Sql⟩ {
      const sql = pool⟨ as unknown as Requests⟩;
      ${turns(settings)}

      /** Holds a query back until its turn, and counts it until its end. */
      function inTurn(query⟨: Query⟩)⟨: Query⟩ {
        const { handle } = query;
        if (!handle) return query; // not a query but names or values for one
        query.handle = async () => {
          query.handle = async () => {};
          if (query.cursorRows) return handle.call(query); // not counted: its end cannot be seen
          try {
            await enter();
          } catch (error) {
            return query.reject(error);
          }
          if (query.cancelled) return leave();
          query.then(leave, leave);
          return handle.call(query);
        };
        return query;
      }

      const requests = {
        unsafe: (...args⟨: unknown[]⟩) => inTurn(sql.unsafe(...args)),
        file: (...args⟨: unknown[]⟩) => inTurn(sql.file(...args)),
        begin: async (...args⟨: unknown[]⟩) => {
          await enter();
          try {
            return await sql.begin(...args);
          } finally {
            leave();
          }
        },
        ${when(hasReserve, reserve)}
      };
      return new Proxy(pool, {
        apply: (_pool, _this, args) => inTurn(sql(...args)),
        get: (_pool, name) => Reflect.get(name in requests ? requests : pool, name),
      });
    }
  `.trim();
}

const reserve = code`
  reserve: async () => {
    await enter();
    try {
      const reserved = await sql.reserve();
      const { release } = reserved;
      reserved.release = () => {
        reserved.release = () => {};
        release();
        leave();
      };
      return reserved;
    } catch (error) {
      leave();
      throw error;
    }
  },
`.trim();
