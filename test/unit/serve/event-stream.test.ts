import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventStream } from '../../../src/serve/event-stream.ts';
import type { TargetState } from '../../../src/watch/state.ts';
import { targetState, watchState } from '../../helpers/watch-state.ts';

/** A reader that says itself when it has taken what was sent. */
class MadeResponse extends EventEmitter {
  readonly sent: string[] = [];
  isSlow = false;
  ended = '';
  flushHeaders(): void {}
  write(message: string): boolean {
    this.sent.push(message);
    return !this.isSlow;
  }
  end(): void {
    this.ended = 'end';
    this.emit('close');
  }
  destroy(): void {
    this.ended = 'destroyed';
    this.emit('close');
  }
  /** Events by name, with the names of the targets in them. */
  get heard(): string[] {
    return this.sent.flatMap((message) => {
      const [, event, data = ''] = /^event: (\w+)\ndata: (.*)\n\n$/.exec(message) ?? [];
      if (event === undefined) return [];
      const { targets } = JSON.parse(data) as { targets: { name: string; figures?: { taken: number } }[] };
      return [`${event} ${targets.map(({ name, figures }) => `${name}=${figures?.taken}`).join(' ')}`];
    });
  }
}

const target = (name: string, taken: number): TargetState => {
  const base = targetState({ name });
  return { ...base, look: { ...base.look, taken } as NonNullable<TargetState['look']> };
};
const [a, b] = [target('a', 1), target('b', 2)];

function listen(stream: EventStream): MadeResponse {
  const response = new MadeResponse();
  stream.add(response as unknown as ServerResponse);
  return response;
}

describe('the stream of events', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells the whole picture first, and then the targets that have changed', () => {
    const stream = new EventStream(watchState([a, b]), 50);
    const reader = listen(stream);
    stream.changed(watchState([a, target('b', 3)]));
    vi.advanceTimersByTime(250);
    expect(reader.heard).toEqual(['picture a=1 b=2', 'targets b=3']);
  });

  it('tells many changes at once, the newest of each', () => {
    const stream = new EventStream(watchState([a, b]), 50);
    const reader = listen(stream);
    for (let taken = 3; taken < 100; taken += 1) stream.changed(watchState([a, target('b', taken)]));
    vi.advanceTimersByTime(1_000);
    expect(reader.heard).toEqual(['picture a=1 b=2', 'targets b=99']);
  });

  it('sends nothing to a reader that is slow until it has taken what is under way, and then what is so by then', () => {
    const stream = new EventStream(watchState([a, b]), 50);
    const [slow, quick] = [listen(stream), listen(stream)];
    slow.isSlow = true;
    for (let taken = 10; taken < 20; taken += 1) {
      stream.changed(watchState([a, target('b', taken)]));
      vi.advanceTimersByTime(300);
    }
    expect(slow.heard).toEqual(['picture a=1 b=2', 'targets b=10']);
    expect(quick.heard).toHaveLength(11);
    slow.isSlow = false;
    slow.emit('drain');
    expect(slow.heard.slice(2)).toEqual(['targets b=19']);
  });

  it('drops a reader that takes nothing for half a minute, and forgets one that has gone', () => {
    const stream = new EventStream(watchState([a]), 50);
    const [stuck, quick] = [listen(stream), listen(stream)];
    stuck.isSlow = true;
    stream.changed(watchState([target('a', 5)]));
    vi.advanceTimersByTime(30_500);
    expect([stuck.ended, quick.ended, stream.readers]).toEqual(['destroyed', '', 1]);
    quick.emit('close');
    expect(stream.readers).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('beats while nothing changes', () => {
    const reader = listen(new EventStream(watchState([a]), 50));
    vi.advanceTimersByTime(31_000);
    expect(reader.sent.slice(1)).toEqual([':\n\n', ':\n\n']);
  });

  it('ends all readers when it closes', () => {
    const stream = new EventStream(watchState([a]), 50);
    const reader = listen(stream);
    stream.close();
    expect([reader.ended, stream.readers, vi.getTimerCount()]).toEqual(['end', 0, 0]);
  });
});
