import { describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../src/base/errors.ts';
import { listenSettings } from '../../../src/serve/listen.ts';

const env = { TOKEN: 'canary-token', EMPTY: '', BROKEN: 'canary token\n' };
const settingsOf = (flags: Parameters<typeof listenSettings>[0]) => listenSettings(flags, env);

function refusal(flags: Parameters<typeof listenSettings>[0]): string {
  try {
    settingsOf(flags);
  } catch (error) {
    if (error instanceof PoolctlError) return `${error.code}: ${error.message} ${error.hint}`;
  }
  return 'accepted';
}

describe('where to listen', () => {
  it.each([
    ['9187', '127.0.0.1', 9187],
    [':9187', '127.0.0.1', 9187],
    ['127.0.0.1:0', '127.0.0.1', 0],
    ['localhost:9187', 'localhost', 9187],
    ['[::1]:9187', '::1', 9187],
  ])('%s is %s port %d, for everybody on the machine', (listen, host, port) => {
    expect(settingsOf({ listen })).toEqual({ host, port, warnings: [] });
  });

  it.each([
    '',
    'here',
    '127.0.0.1',
    '127.0.0.1:',
    '1.2.3.4:65536',
    '::1:9187',
    '[here]:1',
    'http://127.0.0.1:9187',
    '1:2:3',
  ])('refuses "%s"', (listen) => {
    expect(refusal({ listen })).toMatch(/^VALUE_INVALID: --listen ".*" is no address with a port\. Write 9187/);
  });

  it('wants a token, or the word that none is wanted, where other machines are answered', () => {
    expect(refusal({ listen: '0.0.0.0:9187' })).toMatch(/^INPUT_MISSING: .*--listen-token-env.*--listen-insecure/s);
    expect(settingsOf({ listen: '0.0.0.0:9187', listenTokenEnv: 'TOKEN' })).toMatchObject({ token: 'canary-token' });
    expect(settingsOf({ listen: '[::]:9187', listenInsecure: true })).toMatchObject({ host: '::', port: 9187 });
    expect(refusal({ listen: '0.0.0.0:1', listenInsecure: true, listenTokenEnv: 'TOKEN' })).toMatch(
      /^INPUT_CONTRADICTION/,
    );
  });

  it('warns then, with who may see what, and without the token', () => {
    const [warning] = settingsOf({ listen: '0.0.0.0:9187', listenTokenEnv: 'TOKEN' }).warnings;
    expect(warning).toMatchObject({ code: 'LISTENS_TO_OTHERS' });
    expect(JSON.stringify(warning)).not.toContain('canary');
  });

  it('takes no token that is missing, empty or that no header could carry, and quotes none', () => {
    expect(refusal({ listen: '1', listenTokenEnv: 'NONE' })).toMatch(/^INPUT_MISSING: .*NONE is not set/);
    expect(refusal({ listen: '1', listenTokenEnv: 'EMPTY' })).toMatch(/^INPUT_MISSING: .*EMPTY is not set/);
    expect(refusal({ listen: '1', listenTokenEnv: 'BROKEN' })).toMatch(/^VALUE_INVALID: The token in BROKEN/);
    expect(refusal({ listen: '1', listenTokenEnv: 'BROKEN' })).not.toContain('canary');
  });
});
