import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../src/base/errors.ts';
import type { MeasuredDemand } from '../../../src/demand/demand.ts';
import { demandFrom } from '../../../src/demand/demand-from.ts';

interface Recorded {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly location?: string;
}
const recorded = (name: string): Recorded =>
  JSON.parse(readFileSync(new URL(`answers/errors/${name}.json`, import.meta.url), 'utf8'));

let server: Server;
let answer: (request: IncomingMessage, form: URLSearchParams, response: ServerResponse) => void;
let requests: {
  readonly method: string | undefined;
  readonly authorization: string | undefined;
  readonly query: string;
}[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const form = new URLSearchParams(text);
    const { method, headers } = request;
    requests.push({ method, authorization: headers.authorization, query: form.get('query') ?? '' });
    answer(request, form, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests = [];
});

const always = ({ status, contentType, body, location }: Recorded) => {
  answer = (_request, _form, response) => {
    response.writeHead(status, { 'content-type': contentType, ...(location !== undefined && { location }) });
    response.end(body);
  };
};
const url = (settings = '') => `prometheus://127.0.0.1:${(server.address() as AddressInfo).port}?${settings}`;
const ask = (settings = '', env: Record<string, string> = {}, more: object = {}): Promise<MeasuredDemand> =>
  demandFrom(url(settings), { cwd: '/', env, nowMs: Date.UTC(2026, 10, 28), ...more });

async function failure(settings = '', env: Record<string, string> = {}, more: object = {}): Promise<PoolctlError> {
  try {
    await ask(settings, env, more);
  } catch (error) {
    if (error instanceof PoolctlError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('what Prometheus refuses is one error, with what it said and what to do', () => {
  it.each([
    ['bad-query', 'QUERY_FAILED', 'HTTP 400, bad_data'],
    ['too-many-points', 'QUERY_FAILED', 'exceeded maximum resolution of 11,000 points'],
    ['too-many-samples', 'QUERY_FAILED', 'HTTP 422, execution): query processing would load too many samples'],
    ['dup-labels', 'QUERY_FAILED', 'found duplicate series'],
    ['timeout', 'SERVER_TIMEOUT', 'HTTP 503, timeout): query timed out'],
    ['unauthorized', 'AUTH_FAILED', 'wants a login (HTTP 401)'],
    ['wrong-prefix', 'PROTOCOL_MISMATCH', 'has no /api/v1/query (HTTP 404)'],
    ['not-found', 'PROTOCOL_MISMATCH', 'HTTP 404'],
    ['old-ui', 'PROTOCOL_MISMATCH', 'HTTP 301'],
    ['scalar', 'INPUT_INVALID', 'the result is a scalar, and no series'],
    ['string', 'INPUT_INVALID', 'the result is a string, and no series'],
  ])('%s: %s', async (name, code, said) => {
    always(recorded(name));
    const { code: found, message, hint } = await failure();
    expect([found, message]).toEqual([code, expect.stringContaining(said)]);
    expect(hint).toMatch(/\S/);
    expect(requests).toHaveLength(1);
  });

  it('a web page with status 200', async () => {
    always({ status: 200, contentType: 'text/html', body: '<title>Grafana</title>' });
    expect(await failure()).toMatchObject({
      code: 'PROTOCOL_MISMATCH',
      message: expect.stringContaining('answers with a web page, and not as Prometheus does'),
    });
  });

  it('an answer that is cut off, and one without an end', async () => {
    always({ status: 200, contentType: 'application/json', body: '{"status":"success","data":{"resultType":"vec' });
    expect((await failure()).code).toBe('PROTOCOL_MISMATCH');
    answer = (_request, _form, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(2 ** 20)));
        response.once('drain', more);
      };
      more();
    };
    expect(await failure()).toMatchObject({
      code: 'PROTOCOL_BROKEN',
      message: expect.stringContaining('more than 50 MiB'),
    });
  });

  it('nobody there, and somebody who says nothing', async () => {
    answer = () => {};
    expect(await failure('', {}, { timeoutMs: 1_000 })).toMatchObject({
      code: 'SERVER_SILENT',
      message: expect.stringContaining('gave no answer within 1 s'),
    });
    const nobody = demandFrom('prometheus://127.0.0.1:1', { cwd: '/', env: {}, nowMs: 0 });
    await expect(nobody).rejects.toMatchObject({ code: 'CONNECT_REFUSED' });
  });
});

describe('a login', () => {
  it('is a bearer token or a name and a password, from the variables that the URL names', async () => {
    always(recorded('unauthorized'));
    await failure('tokenEnv=TOKEN', { TOKEN: 'hunter2' });
    await failure('userEnv=NAME&passwordEnv=WORD', { NAME: 'app', WORD: 'hunter2' });
    expect(requests.map(({ authorization }) => authorization)).toEqual([
      'Bearer hunter2',
      `Basic ${Buffer.from('app:hunter2').toString('base64')}`,
    ]);
  });

  it('that is refused is not shown, nor one that is missing', async () => {
    always(recorded('unauthorized'));
    const refused = await failure('tokenEnv=TOKEN', { TOKEN: 'hunter2' });
    expect(`${refused.message} ${refused.hint}`).not.toContain('hunter');
    expect(refused.hint).toBe('Is the right secret in TOKEN?');
    expect(await failure('tokenEnv=TOKEN')).toMatchObject({ code: 'SECRET_UNAVAILABLE' });
  });

  it('with a line end is none, and is not shown', async () => {
    const refused = await failure('tokenEnv=TOKEN', { TOKEN: 'hunter2\r\nx: y' });
    expect(refused.code).toBe('SECRET_UNAVAILABLE');
    expect(`${refused.message} ${refused.hint}`).not.toContain('hunter');
    expect(requests).toEqual([]);
  });
});

/** A pool of HikariCP in Prometheus: what is there, then each query by the tags that it gives. */
function hikari({ history = 'ok', says = {} }: { history?: 'ok' | 'refused'; says?: object } = {}): void {
  const names = ['usage_seconds_count', 'usage_seconds_sum', 'active', 'max'].map(
    (name) => `hikaricp_connections_${name}`,
  );
  answer = (request, form, response) => {
    const query = form.get('query') ?? '';
    const seconds = Number(form.get('time') ?? form.get('end'));
    const send = (resultType: string, result: readonly object[], status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: 'success', ...says, data: { resultType, result } }));
    };
    if (query.startsWith('count by')) {
      return send(
        'vector',
        names.map((name) => ({ metric: { __name__: name, pool: 'orders', job: 'api' }, value: [seconds, '2'] })),
      );
    }
    if (history === 'refused' && (request.url?.includes('query_range') || query.includes('max_over_time(('))) {
      const { status, contentType, body } = recorded('too-many-samples');
      response.writeHead(status, { 'content-type': contentType });
      return response.end(body);
    }
    const values = {
      'window:seconds': '3600',
      uses: '60',
      'use:seconds': '2.7',
      readings: '240',
      limit: '10',
      inUse: '2.7',
    };
    const rows = Object.entries(values).filter(([tag]) => query.includes(`"${tag}"`));
    if (request.url?.includes('query_range')) {
      const result = rows.map(([poolctl, value]) => ({
        metric: { poolctl },
        values: [
          [seconds - 300, value],
          [seconds, 'NaN'],
        ],
      }));
      return send('matrix', result);
    }
    send(
      'vector',
      rows.map(([poolctl, value]) => ({
        metric: { poolctl, ...(poolctl !== 'window:seconds' && { instance: 'a', pool: 'orders' }) },
        value: [seconds, value],
      })),
    );
  };
}

describe('few queries', () => {
  it('are five at most, each a form by POST, at whole past moments', async () => {
    hikari();
    const { peak, ratePerSecond, to } = await ask('service=api');
    expect([ratePerSecond, peak?.ratePerSecond, peak?.inUse]).toEqual([60, 60, 2.7]);
    expect(to).toBe('2026-11-27T23:55:00Z');
    // NaN is no peak.
    expect(peak?.to).toBe('2026-11-27T23:50:00Z');
    expect(requests.length).toBeLessThanOrEqual(5);
    expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(['POST']));
  });

  it('take a rate before a sum, always, and guess no percentile', async () => {
    hikari();
    await ask('service=api');
    for (const { query } of requests) {
      expect(query).not.toMatch(/rate\(\s*(?:sum|avg|max)|histogram_quantile/);
    }
    expect(requests.some(({ query }) => /sum by \([^)]*\) \(rate\(/.test(query))).toBe(true);
  });

  it('go on without the peak where a week is too much, and say so', async () => {
    hikari({ history: 'refused' });
    const { peak, ratePerSecond, warnings } = await ask('service=api');
    expect([peak, ratePerSecond]).toEqual([undefined, 60]);
    expect(warnings).toMatchObject([{ code: 'DEMAND_WITHOUT_PEAK', hint: expect.stringContaining('&peak=1d') }]);
  });

  it('hand on what Prometheus 3 remarks beside its answer', async () => {
    hikari({
      says: {
        warnings: ['PromQL warning: mixed'],
        infos: ['PromQL info: metric might not be a counter', 'PromQL info: other'],
      },
    });
    const { notes } = await ask('service=api&peak=0');
    // That a counter of a known source has an unusual name is no news.
    expect(notes.filter((note) => note.startsWith('Prometheus'))).toEqual([
      'Prometheus says: PromQL warning: mixed',
      'Prometheus says: PromQL info: other',
    ]);
  });

  it('end where the user ends them', async () => {
    answer = () => {};
    const control = new AbortController();
    const asked = failure('', {}, { signal: control.signal });
    await once(server, 'request');
    control.abort();
    expect((await asked).code).toBe('CONNECTION_LOST');
  });
});
