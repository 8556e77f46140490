import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { debianProgram } from './servers/apt.ts';

const patienceMs = 60_000;

/** The path of Chromium, which is installed first when it is missing and that is possible. */
export function chromiumProgram(): Promise<string> {
  return debianProgram('chromium', 'chromium');
}

export interface Browser {
  /** Opens a file at that width, and tells what there was to complain about and to fetch. */
  open(url: string, look: { width: number; dark?: boolean; print?: boolean }): Promise<Page>;
  close(): Promise<void>;
}

export interface Page {
  /** The value of an expression in the page; that of a promise is waited for. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** A PNG of the whole page. */
  screenshot(): Promise<Buffer>;
  /** Exceptions, console messages, and what the browser itself reported: broken rules of the content policy, failed loads. */
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
  close(): Promise<void>;
}

type Message = {
  id?: number;
  method?: string;
  params?: Params;
  result?: Params;
  error?: { message: string };
  sessionId?: string;
};
type Params = Record<string, unknown>;
type Send = (method: string, params?: Params, sessionId?: string) => Promise<Params>;

/** Chromium without a screen, driven by its DevTools protocol over a pipe: no port, no library. */
export async function startChromium(): Promise<Browser> {
  const program = await chromiumProgram();
  const folder = mkdtempSync(join(tmpdir(), 'poolctl-chromium-'));
  const flags = [
    ...[
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--hide-scrollbars',
      '--no-first-run',
    ],
    ...['--disable-background-networking', '--disable-component-update', '--disable-extensions', '--disable-sync'],
    ...[`--user-data-dir=${folder}`, '--remote-debugging-pipe', 'about:blank'],
  ];
  const child = spawn(program, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  const { send, listen } = talk(child.stdio[3] as Writable, child.stdio[4] as Readable, ended);
  return {
    open: (url, look) => openPage(send, listen, url, look),
    async close() {
      await send('Browser.close').catch(() => child.kill('SIGKILL'));
      const impatience = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(impatience);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Messages are JSON, each ended by a zero byte. */
function talk(input: Writable, output: Readable, ended: Promise<unknown>) {
  const pending = new Map<number, { resolve(result: Params): void; reject(error: Error): void }>();
  const listeners = new Set<(message: Message) => void>();
  let [lastId, rest] = [0, ''];
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const message = JSON.parse(part) as Message;
      const waiting = message.id === undefined ? undefined : pending.get(message.id);
      if (!waiting) for (const listener of listeners) listener(message);
      else if (message.error) waiting.reject(new Error(message.error.message));
      else waiting.resolve(message.result ?? {});
    }
  });
  input.on('error', () => {}); // Then it has ended, which is told below.
  ended.then(() => {
    for (const { reject } of pending.values()) reject(new Error('Chromium ended'));
  });
  const send: Send = (method, params = {}, sessionId) => {
    const id = ++lastId;
    const answer = new Promise<Params>((resolve, reject) => pending.set(id, { resolve, reject }));
    input.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
    const late = setTimeout(() => pending.get(id)?.reject(new Error(`${method}: no answer`)), patienceMs);
    return answer.finally(() => {
      clearTimeout(late);
      pending.delete(id);
    });
  };
  const listen = (listener: (message: Message) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return { send, listen };
}

async function openPage(
  send: Send,
  listen: (listener: (message: Message) => void) => () => boolean,
  url: string,
  { width, dark = false, print = false }: Parameters<Browser['open']>[1],
): Promise<Page> {
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const ask = (method: string, params?: Params) => send(method, params, String(sessionId));
  const complaints: string[] = [];
  const requests: string[] = [];
  let loaded = () => {};
  const isLoaded = new Promise<void>((resolve) => {
    loaded = resolve;
  });
  const stop = listen(({ method, params = {}, sessionId: from }) => {
    if (from !== sessionId) return;
    if (method === 'Network.requestWillBeSent') requests.push((params['request'] as { url: string }).url);
    if (method === 'Page.loadEventFired') loaded();
    if (/^(?:Runtime\.(?:exceptionThrown|consoleAPICalled)|Log\.entryAdded)$/.test(method ?? ''))
      complaints.push(JSON.stringify(params));
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await ask(`${domain}.enable`);
  await ask('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 });
  await ask('Emulation.setEmulatedMedia', {
    media: print ? 'print' : 'screen',
    features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }],
  });
  await ask('Page.navigate', { url });
  await isLoaded;
  return {
    complaints,
    requests,
    async evaluate<Value>(expression: string) {
      const { result, exceptionDetails } = await ask('Runtime.evaluate', {
        expression,
        returnByValue: true,
        awaitPromise: true,
      });
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { value: Value }).value;
    },
    async screenshot() {
      const { data } = await ask('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true });
      return Buffer.from(String(data), 'base64');
    },
    async close() {
      stop();
      await send('Target.closeTarget', { targetId });
    },
  };
}

/** What would make the page itself scroll sideways; wide tables scroll within themselves. */
export const widerThanThePage = `(() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) return ['page ' + document.documentElement.scrollWidth];
  return [...document.querySelectorAll('h1, h2, h3, p, li, figure, figcaption, svg')]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .map((element) => element.tagName + ' ' + element.textContent.slice(0, 40));
})()`;

/** Texts of charts that stand outside of them. `charts`: their selector, without double quotes. */
export const cutOffTexts = (charts: string) => `[...document.querySelectorAll("${charts}")].flatMap((svg) => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')]
    .filter((text) => {
      const box = text.getBoundingClientRect();
      return box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
    })
    .map((text) => text.textContent);
})`;
