import { type EngineId, engineNames } from '../../base/engine.ts';
import type { PoolEventMap, PoolEventName } from '../events.ts';
import type { FailureKind } from '../failure-kind.ts';
import { dbTypes, type PoolLocale } from '../status.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What a message may need beside its event. */
export interface OfMessage {
  /** Of the pool; undefined before it was made. */
  readonly engine: EngineId | undefined;
}

/** A line of the log in each language. */
export interface Message<Event> {
  readonly level: LogLevel | ((event: Event) => LogLevel);
  readonly en: (event: Event, more: OfMessage) => string;
  readonly ko: (event: Event, more: OfMessage) => string;
}

const s = (ms: number) => Number((ms / 1_000).toFixed(ms < 10_000 ? 1 : 0));
const ms = (time: number) => Math.round(time);
const of = ({ engine }: OfMessage) => (engine ? `[${engineNames[engine]}] ` : '');

const failuresKo: Readonly<Record<FailureKind, string>> = {
  network: '네트워크',
  starting: '서버 시작 중',
  auth: '인증 실패',
  database: '데이터베이스 없음',
  full: '서버 연결 한도 초과',
  tls: 'TLS',
  secret: '비밀번호를 읽을 수 없음',
  other: '기타',
};

/**
 * All that is logged, in the words of the Korean guide to pools of external databases where it has the event. No message has a
 * host, a user, a statement or a secret.
 */
export const messages: { readonly [Name in PoolEventName]: Message<PoolEventMap[Name]> } = {
  'pool.created': {
    level: 'info',
    en: ({ id }) => `🔧 Creating a connection pool (ID: ${id})...`,
    ko: ({ id }) => `🔧 새 연결 풀 생성 중 (ID: ${id})...`,
  },
  'pool.opened': {
    level: 'info',
    en: ({ id, engine, max }) => `✅ Connection pool created (ID: ${id}, type: ${dbTypes[engine]}, max: ${max})`,
    ko: ({ id, engine, max }) => `✅ 연결 풀 생성 완료 (ID: ${id}, 타입: ${dbTypes[engine]}, 최대: ${max})`,
  },
  'pool.degraded': {
    level: 'warn',
    en: ({ id, failure, retryAfterMs }) =>
      `⚠️ Connection pool out of order (ID: ${id}, cause: ${failure}), ${again(retryAfterMs)}`,
    ko: ({ id, failure, retryAfterMs }) =>
      `⚠️ 연결 풀 비정상 감지 (ID: ${id}, 원인: ${failuresKo[failure]}), ${retryAfterMs === undefined ? '설정이 변경될 때까지 재시도 안 함' : `${ms(retryAfterMs)}ms 후 재시도`}`,
  },
  'pool.recovered': {
    level: 'info',
    en: ({ id, degradedMs }) => `✅ Connection pool works again (ID: ${id}, after ${s(degradedMs)} s)`,
    ko: ({ id, degradedMs }) => `✅ 연결 풀 정상 복구 (ID: ${id}, ${s(degradedMs)}초 후)`,
  },
  'pool.draining': {
    level: ({ level }) => level,
    en: ({ id, used, ageMs }) =>
      `⏳ Old connection pool waits for connections in use (ID: ${id}, in use: ${used}, for ${s(ageMs)} s)`,
    ko: ({ id, used, ageMs }) =>
      `⏳ 이전 연결 풀이 사용 중인 연결을 기다리는 중 (ID: ${id}, 사용 중: ${used}, ${s(ageMs)}초)`,
  },
  'pool.evicted': {
    level: 'info',
    en: ({ id, reason, idleForMs }) =>
      `🧹 Closing ${reason === 'idle' ? 'an idle' : 'the least recently used'} connection pool (ID: ${id}, idle: ${s(idleForMs)} s)`,
    ko: ({ id, reason, idleForMs }) =>
      `🧹 ${reason === 'idle' ? '유휴' : '가장 오래 사용되지 않은'} 연결 풀 정리 (ID: ${id}, 유휴: ${s(idleForMs)}초)`,
  },
  'pool.closed': {
    level: 'info',
    en: ({ id, reason }) => `🛑 Connection pool closed (ID: ${id}, reason: ${reason})`,
    ko: ({ id, reason }) => `🛑 연결 풀 종료 (ID: ${id}, 사유: ${reason})`,
  },
  'connection.opened': {
    level: 'debug',
    en: ({ id, open, tookMs }, more) => `${of(more)}Connection opened (ID: ${id}, open: ${open}, ${ms(tookMs)} ms)`,
    ko: ({ id, open, tookMs }, more) => `${of(more)}연결 생성 (ID: ${id}, 열린 연결: ${open}, ${ms(tookMs)}ms)`,
  },
  'connection.failed': {
    level: 'error',
    en: ({ id, failure, tookMs }, more) =>
      `${of(more)}Connection pool error (ID: ${id}): ${failure}, after ${ms(tookMs)} ms`,
    ko: ({ id, failure, tookMs }, more) =>
      `${of(more)}연결 풀 오류 (ID: ${id}): ${failuresKo[failure]}, ${ms(tookMs)}ms 후`,
  },
  'connection.closed': {
    level: 'debug',
    en: ({ id, open, reason }, more) => `${of(more)}Connection closed (ID: ${id}, open: ${open}, reason: ${reason})`,
    ko: ({ id, open, reason }, more) => `${of(more)}연결 종료 (ID: ${id}, 열린 연결: ${open}, 사유: ${reason})`,
  },
  'connection.acquired': {
    level: 'debug',
    en: ({ id, used, max }, more) => `${of(more)}Connection acquired (${used}/${max}, ID: ${id})`,
    ko: ({ id, used, max }, more) => `${of(more)}연결 획득 (${used}/${max}, ID: ${id})`,
  },
  'connection.released': {
    level: 'debug',
    en: ({ id, used, max }, more) => `${of(more)}Connection released (${used}/${max}, ID: ${id})`,
    ko: ({ id, used, max }, more) => `${of(more)}연결 반환 (${used}/${max}, ID: ${id})`,
  },
  'acquire.slow': {
    level: 'warn',
    en: ({ id, waitedMs, used, max }) =>
      `🐢 Long wait for a connection (ID: ${id}, ${ms(waitedMs)} ms, in use: ${used}/${max})`,
    ko: ({ id, waitedMs, used, max }) => `🐢 연결 대기 지연 (ID: ${id}, ${ms(waitedMs)}ms, 사용 중: ${used}/${max})`,
  },
  leak: {
    level: ({ returned }) => (returned ? 'info' : 'warn'),
    en: ({ id, ageMs, returned, stack }) =>
      `${returned ? '↩️ Connection came back after all' : '💧 Connection not given back'} (ID: ${id}, for ${s(ageMs)} s)${stack ? `\n${stack}` : ''}`,
    ko: ({ id, ageMs, returned, stack }) =>
      `${returned ? '↩️ 늦게 반환된 연결' : '💧 반환되지 않은 연결'} (ID: ${id}, ${s(ageMs)}초)${stack ? `\n${stack}` : ''}`,
  },
  'health.changed': {
    level: ({ to }) => (to === 'no' ? 'warn' : 'info'),
    en: ({ id, from, to }) => `🩺 Reachable: ${from} → ${to} (ID: ${id})`,
    ko: ({ id, from, to }) => `🩺 서버 응답: ${from} → ${to} (ID: ${id})`,
  },
  'circuit.changed': {
    level: 'debug',
    en: ({ id, from, to }) => `Circuit: ${from} → ${to} (ID: ${id})`,
    ko: ({ id, from, to }) => `회로 차단기: ${from} → ${to} (ID: ${id})`,
  },
  'budget.exhausted': {
    level: 'warn',
    en: ({ id, scope, budget }) => `⚠️ Budget of connections used up (ID: ${id}, ${scope}: ${budget})`,
    ko: ({ id, scope, budget }) => `⚠️ 연결 예산 소진 (ID: ${id}, ${scope === 'server' ? '서버' : '전체'}: ${budget})`,
  },
  'query.failed': {
    level: 'error',
    en: ({ id, error }) => `❌ Query failed (ID: ${id})${codeOf(error)}`,
    ko: ({ id, error }) => `❌ 쿼리 실행 실패 (ID: ${id})${codeOf(error)}`,
  },
};

function again(retryAfterMs: number | undefined): string {
  return retryAfterMs === undefined ? 'no retry before its definition changes' : `next try in ${ms(retryAfterMs)} ms`;
}

/** A message of a server quotes values of the user's; its code does not. */
function codeOf(error: unknown): string {
  const { code } = Object(error);
  return typeof code === 'string' && /^\w{1,40}$/.test(code) ? `: ${code}` : '';
}

/** Of all pools, once a minute. */
export const summaries: Readonly<Record<PoolLocale, (total: number, active: number) => string>> = {
  en: (total, active) => `📊 Connection pools: ${total} in all, ${active} active`,
  ko: (total, active) => `📊 연결 풀 상태: 총 ${total}개, 활성: ${active}개`,
};

/** What was left out since the last message of that kind. */
export const leftOut: Readonly<Record<PoolLocale, (count: number) => string>> = {
  en: (count) => ` (and ${count} more)`,
  ko: (count) => ` (외 ${count}건)`,
};
