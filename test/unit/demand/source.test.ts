import { describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../src/base/errors.ts';
import { isDemandSource, parseDemandSource } from '../../../src/demand/source.ts';

const parse = (text: string) => parseDemandSource(text, '/');
function refusal(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof PoolctlError) return `${error.message} ${error.hint}`;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a URL of Prometheus', () => {
  it.each([
    ['prometheus://host', { isTls: false, host: 'host', port: 9_090, path: '' }],
    ['prometheus://host:80', { port: 80 }],
    ['prometheus+https://metrics.example/prom/', { isTls: true, port: 443, path: '/prom' }],
    ['prometheus+http://[::1]:9090/api/v1/query', { host: '::1', path: '' }],
  ])('%s is where it is asked', (text, expected) => {
    expect(parse(text)).toMatchObject({ kind: 'prometheus', ...expected });
  });

  it('has settings, and any other name is a label', () => {
    const text = 'prometheus://h?service=api&pool=orders&window=30m&peak=1d&at=2026-11-28T00:00Z&namespace=shop';
    expect(parse(text).asked).toEqual({
      ...{ service: 'api', pool: 'orders', windowMs: 1_800_000, peakMs: 86_400_000, atMs: Date.UTC(2026, 10, 28) },
      labels: { namespace: 'shop' },
    });
  });

  it.each(['peak=0', 'peak=none'])('asks for no history with %s', (setting) => {
    expect(parse(`prometheus://h?${setting}`).asked.peakMs).toBe(0);
  });

  it.each([
    ['prometheus://admin:hunter2@h:9090?service=api', 'userEnv=PROM_USER'],
    ['prometheus://h?token=hunter2', 'tokenEnv=NAME'],
    ['prometheus://h?password=hunter2', 'passwordEnv=NAME'],
    ['prometheus://h?tokenEnv=hunter-2/x', 'name of an environment variable'],
  ])('that shows a secret is refused, and its error does not quote it: %s', (text, hint) => {
    expect(refusal(text)).toContain(hint);
    expect(refusal(text)).not.toContain('hunter');
  });

  it.each([
    ['prometheus://h?window=abc', 'window "abc" is not a time'],
    ['prometheus://h?window=5', 'below 1 s'],
    ['prometheus://h?at=yesterday', 'at "yesterday" is no moment'],
    ['prometheus://h?metric=rate(x)', 'no name of a metric'],
    ['prometheus://h?pool=', 'pool= has no value'],
    ['prometheus://h?win-dow=1h', 'Did you mean "window"?'],
    ['prometheus://', 'no URL of a Prometheus'],
  ])('%s is refused: %s', (text, why) => {
    expect(refusal(text)).toContain(why);
  });
});

it('is not what a DSN, a name or a missing file is', () => {
  for (const text of ['postgres://u@h/db', 'env', 'production', 'nowhere.json?pool=x', '-']) {
    expect([text, isDemandSource(text, '/')]).toEqual([text, false]);
  }
});
