import type { PicturedTarget } from '../../picture.ts';

/** What the events tell. */
export interface Told {
  readonly atMs: number;
  readonly intervalMs: number;
  readonly targets: readonly PicturedTarget[];
}

/** Who wants to hear it. */
export interface Listener {
  /** `isWhole`: these are all targets, otherwise those that have changed. */
  told(what: Told, isWhole: boolean): void;
  /** It listens to nothing now, and tries again. */
  lost(): void;
  /** The token is wrong; it tries no more. */
  refused(): void;
}

/** Makes `follow`, which listens to /events by fetch: unlike EventSource, it can send the token in a header. */
export function makeStream() {
  const [firstWaitMs, longestWaitMs] = [1_000, 15_000];
  /** Of three heartbeats, none came. */
  const silenceMs = 45_000;

  async function follow(token: string, listener: Listener): Promise<void> {
    let waitMs = firstWaitMs;
    for (;;) {
      const control = new AbortController();
      try {
        const headers: Record<string, string> = token === '' ? {} : { Authorization: `Bearer ${token}` };
        const response = await fetch('events', { headers, signal: control.signal });
        if (response.status === 401) return listener.refused();
        if (response.ok && response.body) {
          await read(response.body.getReader(), control, (event, text) => {
            waitMs = firstWaitMs;
            listener.told(JSON.parse(text) as Told, event === 'picture');
          });
        }
      } catch {
        // Lost, as below.
      }
      listener.lost();
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      waitMs = Math.min(2 * waitMs, longestWaitMs);
    }
  }

  /** Until its end. Events are ended by an empty line, and their data is one line. */
  async function read(
    reader: { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> },
    control: AbortController,
    heard: (event: string, text: string) => void,
  ): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for (;;) {
      const silence = setTimeout(() => control.abort(), silenceMs);
      const { done, value } = await reader.read().finally(() => clearTimeout(silence));
      if (done) return;
      const events = (rest + decoder.decode(value, { stream: true })).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const [, name, text] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
        if (name !== undefined && text !== undefined) heard(name, text);
      }
    }
  }

  return { follow };
}
