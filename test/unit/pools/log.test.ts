import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PoolEventMap, PoolEventName } from '../../../src/pools/events.ts';
import { logPools, type PoolEventSource } from '../../../src/pools/log/log-pools.ts';
import { messages } from '../../../src/pools/log/messages.ts';
import type { PoolLocale } from '../../../src/pools/status.ts';
import { poolStatusHandler } from '../../../src/pools/status-handler.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function logged(locale: PoolLocale = 'en', levels = ['debug', 'info', 'warn', 'error']) {
  const events = new EventEmitter();
  const manager: PoolEventSource = {
    on(name, listener) {
      events.on(name, listener);
      return () => void events.off(name, listener);
    },
    inspectEntries: () => [],
  };
  const lines: string[] = [];
  const logger = Object.fromEntries(
    levels.map((level) => [level, (text: string) => void lines.push(`${level} ${text}`)]),
  );
  const end = logPools(manager, logger as never, { locale });
  const tell = <Name extends PoolEventName>(name: Name, event: Omit<PoolEventMap[Name], 'generation'>) =>
    void events.emit(name, { generation: 1, ...event });
  return { events, lines, tell, end };
}

describe('the log of pools', () => {
  it('has the words of the Korean guide', () => {
    const { lines, tell } = logged('ko');
    tell('pool.created', { id: '1', engine: 'postgres', max: 10 });
    tell('pool.opened', { id: '1', engine: 'postgres', max: 10, tookMs: 5 });
    tell('pool.evicted', { id: '2', reason: 'idle', idleForMs: 620_000 });
    tell('pool.degraded', { id: '3', failure: 'network', retryAfterMs: 500 });
    tell('query.failed', { id: '1', error: Object.assign(new Error('canary'), { code: '42P01' }) });
    tell('connection.acquired', { id: '1', waitedMs: 0, used: 2, max: 10 });
    tell('connection.released', { id: '1', usedMs: 3, used: 1, max: 10 });
    vi.advanceTimersByTime(60_000);
    expect(lines).toEqual([
      'info 🔧 새 연결 풀 생성 중 (ID: 1)...',
      'info ✅ 연결 풀 생성 완료 (ID: 1, 타입: postgresql, 최대: 10)',
      'info 🧹 유휴 연결 풀 정리 (ID: 2, 유휴: 620초)',
      'warn ⚠️ 연결 풀 비정상 감지 (ID: 3, 원인: 네트워크), 500ms 후 재시도',
      'error ❌ 쿼리 실행 실패 (ID: 1): 42P01',
      'debug [PostgreSQL] 연결 획득 (2/10, ID: 1)',
      'debug [PostgreSQL] 연결 반환 (1/10, ID: 1)',
      'debug 📊 연결 풀 상태: 총 0개, 활성: 0개',
    ]);
  });

  it('has no Korean in English, and none but it in Korean, for each event', () => {
    for (const { en, ko } of Object.values(messages) as { en: unknown; ko: unknown }[]) {
      expect(String(en)).not.toMatch(/\p{Script=Hangul}/u);
      expect(String(ko)).toMatch(/\p{Script=Hangul}/u);
    }
  });

  it('writes one of a kind for a pool in 10 s, and says how many it left out', () => {
    const { lines, tell } = logged();
    const slow = (id: string) => tell('acquire.slow', { id, waitedMs: 2_000, used: 10, max: 10 });
    for (const id of ['a', 'a', 'b', 'a']) slow(id);
    vi.advanceTimersByTime(10_000);
    slow('a');
    expect(lines).toEqual([
      'warn 🐢 Long wait for a connection (ID: a, 2000 ms, in use: 10/10)',
      'warn 🐢 Long wait for a connection (ID: b, 2000 ms, in use: 10/10)',
      'warn 🐢 Long wait for a connection (ID: a, 2000 ms, in use: 10/10) (and 2 more)',
    ]);
  });

  it('lets a worse message of the same kind through', () => {
    const { lines, tell } = logged();
    for (const level of ['info', 'warn', 'error'] as const)
      tell('pool.draining', { id: 'a', reason: 'changed', used: 1, ageMs: 30_000, level });
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['info', 'warn', 'error']);
  });

  it('writes no text of an error, which may quote values', () => {
    const { lines, tell } = logged();
    tell('query.failed', { id: 'a', error: new Error('Duplicate entry canary') });
    tell('query.failed', { id: 'b', error: { code: 'bad\ncode', sql: 'canary' } });
    expect(lines).toEqual(['error ❌ Query failed (ID: a)', 'error ❌ Query failed (ID: b)']);
  });

  it('takes a logger that has `log` for `info`, and none for `debug`', () => {
    const { lines, tell } = logged('en', ['log', 'warn', 'error']);
    tell('pool.recovered', { id: 'a', degradedMs: 1_500 });
    tell('connection.opened', { id: 'a', tookMs: 5, open: 1 });
    expect(lines).toEqual(['log ✅ Connection pool works again (ID: a, after 1.5 s)']);
  });

  it('ends when it is told to, and leaves no listener and no timer', () => {
    const { events, end } = logged();
    expect(events.eventNames()).toHaveLength(Object.keys(messages).length);
    end();
    expect(events.eventNames()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('what cannot log', () => {
  const source: PoolEventSource = { on: () => () => {}, inspectEntries: () => [] };
  it('is refused at once', () => {
    expect(() => logPools(source, undefined as never)).toThrow('This is no logger: it has no warn() and error().');
    expect(() => logPools(source, console, { locale: 'fr' as 'en' })).toThrow('locale is fr; it must be en or ko.');
    expect(() => poolStatusHandler(source as never, { locale: 'fr' as 'en' })).toThrow('locale is fr');
  });

  it('costs a warning of the process where it throws, and nothing else', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const failing = () => {
      throw new Error('the stream has ended');
    };
    const end = logPools(source, { debug: failing, warn: failing, error: failing }, { summaryMs: 1_000 });
    vi.advanceTimersByTime(1_000);
    expect(warn.mock.calls.map(([text]) => text)).toEqual(['The logger of pools failed: the stream has ended']);
    end();
    warn.mockRestore();
  });
});
