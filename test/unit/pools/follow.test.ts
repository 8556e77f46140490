import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DefinitionSource, PoolDefinition } from '../../../src/pools/definition.ts';
import { DefinitionError } from '../../../src/pools/definitions/definition-list.ts';
import { followDefinitions } from '../../../src/pools/definitions/follow.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const definition: PoolDefinition = { engine: 'mysql', host: 'h', port: 3_306, database: 'd', user: 'u' };

function followed(first: ReadonlyMap<string, PoolDefinition | DefinitionError>) {
  const sources = new Map<string, DefinitionSource>();
  const state = { found: first, failure: undefined as Error | undefined, reads: 0 };
  const list = async () => {
    state.reads++;
    if (state.failure) throw state.failure;
    return state.found;
  };
  const registry = {
    register: (id: string, source: DefinitionSource) => void sources.set(id, source),
    unregister: (id: string) => void sources.delete(id),
  };
  return { sources, state, list, registry };
}

describe('a list of definitions that is followed', () => {
  it('of which one cannot be registered: that one is an error for who asks for it', async () => {
    const refused = new DefinitionError('max is 0');
    const { sources, list, registry } = followed(new Map(['a', 'b', 'c'].map((id) => [id, definition])));
    const register = (id: string, source: DefinitionSource) => {
      if (id === 'b' && typeof source !== 'function') throw refused;
      registry.register(id, source);
    };
    await followDefinitions({ ...registry, register }, list, { everyMs: 0 });
    expect([sources.get('a'), sources.get('c')]).toEqual([definition, definition]);
    await expect((sources.get('b') as () => Promise<PoolDefinition>)()).rejects.toBe(refused);
  });

  it('is registered, and again when it changes; what is gone is unregistered', async () => {
    const { sources, state, list, registry } = followed(
      new Map([
        ['a', definition],
        ['b', definition],
      ]),
    );
    const { stop } = await followDefinitions(registry, list, { everyMs: 1_000 });
    expect([...sources.keys()]).toEqual(['a', 'b']);
    state.found = new Map([
      ['b', { ...definition, max: 3 }],
      ['c', definition],
    ]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([...sources.keys()]).toEqual(['b', 'c']);
    expect(sources.get('b')).toMatchObject({ max: 3 });
    stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps the definitions from before when it cannot be read, and says so', async () => {
    const { sources, state, list, registry } = followed(new Map([['a', definition]]));
    const errors: unknown[] = [];
    const { refresh, stop } = await followDefinitions(registry, list, { onError: (error) => errors.push(error) });
    state.failure = new Error('table is locked');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(errors).toEqual([state.failure]);
    await expect(refresh()).rejects.toThrow('table is locked');
    expect([...sources.keys()]).toEqual(['a']);
    stop();
  });

  it('fails at once when it cannot be read the first time', async () => {
    const { state, list, registry } = followed(new Map());
    state.failure = new Error('no such table');
    await expect(followDefinitions(registry, list)).rejects.toThrow('no such table');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('answers who asks for a definition that cannot be understood with its mistake', async () => {
    const mistake = new DefinitionError('db_type is oracle');
    const { sources, list, registry } = followed(new Map([['a', mistake]]));
    await followDefinitions(registry, list, { everyMs: 0 });
    const source = sources.get('a');
    await expect(typeof source === 'function' ? source() : undefined).rejects.toBe(mistake);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not read twice at the same time', async () => {
    const { state, list, registry } = followed(new Map());
    const { refresh, stop } = await followDefinitions(registry, list);
    await Promise.all([refresh(), refresh()]);
    expect(state.reads).toBe(2);
    stop();
  });
});
