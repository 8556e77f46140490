import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definitionFingerprint } from '../../../src/pools/fingerprint.ts';

class Secret {
  readonly origin: string;
  constructor(origin: string) {
    this.origin = origin;
  }
}

describe('the fingerprint of a definition', () => {
  it('is the same for the same values in any order, and shows none of them', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())), (values) => {
        const turned = Object.fromEntries(Object.entries(values).reverse());
        expect(definitionFingerprint({ ...turned, nothing: undefined })).toBe(definitionFingerprint(values));
      }),
    );
    expect(definitionFingerprint({ user: 'a', password: 'geheim' })).not.toContain('geheim');
  });

  it('changes with any value', () => {
    const before = definitionFingerprint({ host: 'a', tls: { ca: 'x' } });
    expect(definitionFingerprint({ host: 'a', tls: { ca: 'y' } })).not.toBe(before);
    expect(definitionFingerprint({ host: 'a' })).not.toBe(before);
  });

  it('knows functions by their identity, and secrets by where they are from', () => {
    const read = async () => 'x';
    expect(definitionFingerprint({ read })).toBe(definitionFingerprint({ read }));
    expect(definitionFingerprint({ read })).not.toBe(definitionFingerprint({ read: async () => 'x' }));
    const of = (origin: string) => definitionFingerprint({ secret: new Secret(origin) });
    expect(of('env:DB')).toBe(of('env:DB'));
    expect(of('env:DB')).not.toBe(of('env:OTHER'));
    const plain = new (class {})();
    expect(definitionFingerprint({ plain })).toBe(definitionFingerprint({ plain }));
    expect(definitionFingerprint({ plain })).not.toBe(definitionFingerprint({ plain: new (class {})() }));
  });
});
