import type { IncomingMessage, ServerResponse } from 'node:http';
import { packageVersion } from '../base/version.ts';
import { systemClock } from '../pools/clock.ts';
import { requestRefusal } from '../pools/request-refusal.ts';
import { poolStatusPath } from '../pools/status-handler.ts';
import { usualTop } from '../watch/grouping.ts';
import { type Answer, guardHeaders, jsonAnswer, plainAnswer, send } from './answers.ts';
import { EventStream } from './event-stream.ts';
import { exposition, expositionTypes, formatFor } from './exposition.ts';
import { isLoopbackOnly, loopback } from './listen.ts';
import { servedFamilies } from './metrics.ts';
import type { ServeOptions, WatchSource } from './options.ts';
import { watchPage } from './page/page.ts';
import { watchedStatus } from './watched-status.ts';

const mostReaders = 32;
/** Nothing has changed for so long: the loop, which notes each of its tries, stands still. */
const stillMs = 120_000;

/** Answers requests from the last state of what is watched. */
export class Endpoint {
  readonly #source: WatchSource;
  readonly #options: Required<Omit<ServeOptions, 'port' | 'token' | 'headersTimeoutMs'>>;
  readonly #token: string | undefined;
  readonly #version = packageVersion();
  readonly #events: EventStream;
  readonly #stop: () => void;
  readonly #startedAtMs: number;
  #changedAtMs: number;

  constructor(source: WatchSource, { host = loopback, token, top = usualTop, nowMs = systemClock.now }: ServeOptions) {
    this.#source = source;
    this.#options = { host, top, nowMs };
    this.#token = token;
    this.#events = new EventStream(source.state, top);
    this.#startedAtMs = source.state.atMs;
    this.#changedAtMs = nowMs();
    this.#stop = source.onChange((state) => {
      this.#changedAtMs = nowMs();
      this.#events.changed(state);
    });
  }

  close(): void {
    this.#stop();
    this.#events.close();
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', () => {}); // The client has gone.
    request.on('error', () => {});
    request.resume(); // What came with the request is of no interest.
    const path = request.url?.split('?')[0];
    try {
      const refusal = this.#refusal(request, path);
      if (refusal) send(request, response, refusal);
      else if (path === '/events') this.#stream(request, response);
      else send(request, response, this.#answerTo(request, path));
    } catch {
      if (!response.headersSent) send(request, response, plainAnswer(500, 'This is a bug in poolctl.'));
      else response.destroy();
    }
  }

  #refusal(request: IncomingMessage, path: string | undefined): Answer | undefined {
    if (isLoopbackOnly(this.#options.host) && !isOwnName(request.headers.host))
      return plainAnswer(421, 'This is served to localhost and 127.0.0.1 only.');
    const isOpen = path === '/' || path === '/healthz'; // They tell nothing of what is watched.
    const refusal = requestRefusal(request, isOpen ? undefined : this.#token);
    if (!refusal) return undefined;
    const { code, message, headers } = refusal;
    return path === poolStatusPath
      ? jsonAnswer(code, { success: false, data: null, message }, headers)
      : plainAnswer(code, message, headers);
  }

  #answerTo(request: IncomingMessage, path: string | undefined): Answer {
    const { top, nowMs } = this.#options;
    const version = this.#version;
    const { state } = this.#source;
    switch (path) {
      case '/':
        return watchPage({ asksForToken: this.#token !== undefined, version });
      case '/metrics': {
        const format = formatFor(request.headers.accept);
        const text = exposition(servedFamilies(state, { top, version, nowMs: nowMs() }), format);
        return { code: 200, type: expositionTypes[format], text };
      }
      case '/healthz':
        return this.#isStill() ? plainAnswer(503, 'The loop has stood still for two minutes.') : plainAnswer(200, 'ok');
      case poolStatusPath:
        return this.#isStill()
          ? jsonAnswer(503, { success: false, data: null, message: 'The targets are no longer watched.' })
          : jsonAnswer(200, watchedStatus(state, this.#startedAtMs, nowMs()));
      default:
        return plainAnswer(404, `Nothing is here. There are /, /events, /metrics, /healthz and ${poolStatusPath}.`);
    }
  }

  #stream(request: IncomingMessage, response: ServerResponse): void {
    if (this.#events.readers >= mostReaders) {
      send(request, response, plainAnswer(503, 'Too many pages are open.', { 'Retry-After': '10' }));
      return;
    }
    response.writeHead(200, { ...guardHeaders, 'Content-Type': 'text/event-stream; charset=utf-8' });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    request.socket.setTimeout(0); // The stream has a patience of its own.
    this.#events.add(response);
  }

  #isStill(): boolean {
    if (this.#source.isPaused) return false;
    const { intervalMs, targets } = this.#source.state;
    const slowest = Math.max(intervalMs, ...targets.map((target) => target.intervalMs ?? 0));
    return this.#options.nowMs() - this.#changedAtMs > Math.max(stillMs, 5 * slowest);
  }
}

/**
 * A page on the Internet may have its name lead to 127.0.0.1, and then ask here as if this were its own server; the name that
 * it asks by gives it away. A program that sends no Host is no browser.
 */
function isOwnName(host: string | undefined): boolean {
  return host === undefined || isLoopbackOnly(host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1'));
}
