import { describe, expect, it } from 'vitest';
import { connectionTarget } from '../../../src/engines/dsn-target.ts';
import { ConnectionTarget } from '../../../src/engines/target.ts';

describe('the target of a DSN in the library', () => {
  it('has what the DSN says of the session', () => {
    const query = 'options=-cgeqo%3Doff&schema=a&channel_binding=require&connect_timeout=3&hostaddr=10.0.0.1';
    const target = connectionTarget(`postgres://u@db/x?${query}`);
    expect(target.settings).toEqual({
      options: '-cgeqo=off',
      searchPath: '"a"',
      channelBinding: 'require',
      connectTimeoutMs: 3_000,
    });
    expect(target.address).toBe('db:5432 (10.0.0.1)');
  });

  it.each([
    'sslrootcert=ca.pem',
    'sslcrl=x.pem',
    'service=ours',
    'passfile=p',
    'target_session_attrs=primary',
    'host=a,b',
  ])('is refused where files, services or several servers would have to be asked: %s', (setting) => {
    expect(() => connectionTarget(`postgres://u@db/x?${setting}`)).toThrow(
      expect.objectContaining({ code: 'DSN_INVALID', hint: expect.stringContaining('ConnectionTarget') }),
    );
  });
});

describe('the parts of a target', () => {
  it('make the same target in another thread', () => {
    const made = new ConnectionTarget({
      ...{
        protocol: 'postgres',
        host: 'db',
        hostAddress: '10.0.0.1',
        port: 1,
        user: 'u',
        password: 'p',
        database: 'x',
      },
      tls: { mode: 'verify-full', ca: 'ca', key: 'key', passphrase: 'q', isDirect: true },
      settings: { options: '-c a=b', searchPath: 'a' },
    });
    const again = new ConnectionTarget(structuredClone(made.parts));
    expect(again.parts).toEqual(made.parts);
    expect([again.password, again.tls.passphrase, again.reached]).toEqual(['p', 'q', '10.0.0.1']);
  });

  it('are on this machine where the address is, whatever the name', () => {
    const place = {
      protocol: 'postgres',
      host: 'db.corp.example',
      port: 1,
      user: 'u',
      tls: { mode: 'prefer' },
    } as const;
    expect(new ConnectionTarget({ ...place, hostAddress: '127.0.0.1' }).isThisMachine).toBe(true);
    expect(new ConnectionTarget({ ...place, host: 'localhost', hostAddress: '192.0.2.1' }).isThisMachine).toBe(false);
  });
});
