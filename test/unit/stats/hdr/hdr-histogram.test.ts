import fc from 'fast-check';
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { HdrHistogram } from '../../../../src/stats/hdr/hdr-histogram.ts';
import { hgrmOf } from '../../../../src/stats/hdr/hgrm.ts';

const anHourUs = 3_600_000_000;

/** Times of all magnitudes, from none to an hour. */
const times = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 3_000 }),
    fc.double({ min: 0, max: Math.log(anHourUs), noNaN: true }).map((power) => Math.floor(Math.exp(power))),
  ),
  { minLength: 1, maxLength: 300 },
);

function histogramOf(values: readonly number[]): HdrHistogram {
  const histogram = new HdrHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

/** The reference implementation's port to JavaScript, with the same bounds. */
function referenceOf(values: readonly number[]) {
  const reference = build({ bitBucketSize: 64, autoResize: false, highestTrackableValue: anHourUs });
  for (const value of values) reference.recordValue(value);
  return reference;
}

/** The port prints the greatest time itself; the original prints what counts the same, as all other figures are. */
const withoutMax = (table: string) => table.replace(/#\[Max {5}= +[\d.]+/, '#[Max');

const ratios = [0, 0.1, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

describe('the histogram', () => {
  it('gives every percentile that the reference gives', () => {
    fc.assert(
      fc.property(times, (values) => {
        const ours = histogramOf(values);
        const reference = referenceOf(values);
        const theirs = ratios.map((ratio) => reference.getValueAtPercentile(ratio * 100));
        expect(ratios.map((ratio) => ours.valueAt(ratio))).toEqual(theirs);
      }),
    );
  });

  it('has the mean, the deviation and the count of the reference', () => {
    fc.assert(
      fc.property(times, (values) => {
        const ours = histogramOf(values);
        const theirs = referenceOf(values);
        expect(ours.count).toBe(theirs.totalCount);
        expect(ours.mean).toBeCloseTo(theirs.mean, 6);
        expect(ours.standardDeviation / (theirs.stdDeviation || 1)).toBeCloseTo(theirs.stdDeviation ? 1 : 0, 9);
      }),
    );
  });

  it('knows each time to 0.1 %', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: anHourUs }), (value) => {
        const one = histogramOf([value]);
        for (const figure of [one.mean, one.valueAt(0.5), one.min, one.max]) {
          expect(Math.abs(figure - value)).toBeLessThanOrEqual(value * 1e-3);
        }
      }),
    );
  });

  it('is the same when parts are added as when all is recorded', () => {
    fc.assert(
      fc.property(times, times, (some, others) => {
        const added = histogramOf(some);
        added.add(histogramOf(others));
        expect(added.toData()).toEqual(histogramOf([...some, ...others]).toData());
      }),
    );
  });

  it('survives a message to another thread', () => {
    fc.assert(
      fc.property(times, (values) => {
        const sent = histogramOf(values);
        const arrived = HdrHistogram.fromData(structuredClone(sent.toData()));
        expect([arrived.buckets(), arrived.mean]).toEqual([sent.buckets(), sent.mean]);
      }),
    );
  });

  it('rounds, takes what is below zero for none, and what is beyond an hour for an hour', () => {
    const histogram = histogramOf([1.4, 1.6, -5, Number.NaN, 2 * anHourUs, Number.POSITIVE_INFINITY]);
    expect(histogram.buckets().map(({ from, count }) => [from, count])).toEqual([
      [0, 2],
      [1, 1],
      [2, 1],
      [3_598_712_832, 2],
    ]);
  });

  it('counts what lies above a time, and not what counts the same as it', () => {
    expect(histogramOf([5, 10, 10, 11, 5_000_000]).countAbove(10)).toBe(2);
  });

  it('is empty again after it was cleared', () => {
    const histogram = histogramOf([1, 2_000_000]);
    histogram.clear();
    histogram.record(7);
    expect([histogram.count, histogram.min, histogram.max]).toEqual([1, 7, 7]);
  });

  it('has figures of 0 when it is empty', () => {
    const { count, min, max, mean, standardDeviation } = new HdrHistogram();
    expect([count, min, max, mean, standardDeviation, new HdrHistogram().valueAt(0.99)]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('the compressed form', () => {
  it('is read by the reference, count for count', () => {
    fc.assert(
      fc.property(times, (values) => {
        const read = decodeFromCompressedBase64(histogramOf(values).encode(), 64);
        const reference = referenceOf(values);
        const table = withoutMax(reference.outputPercentileDistribution());
        expect(withoutMax(read.outputPercentileDistribution())).toBe(table);
        expect(read.totalCount).toBe(values.length);
      }),
    );
  });

  it('is read here when the reference wrote it, count for count', () => {
    fc.assert(
      fc.property(times, (values) => {
        const read = HdrHistogram.decode(encodeIntoCompressedBase64(referenceOf(values)));
        expect(read.toData()).toEqual(histogramOf(values).toData());
      }),
    );
  });

  it('comes back as it was, with counts beyond 32 bits too', () => {
    const histogram = histogramOf([0, 3]);
    histogram.record(1_000_000, 2 ** 40 + 1);
    expect(HdrHistogram.decode(histogram.encode()).toData()).toEqual(histogram.toData());
  });

  it('comes back empty when it was', () => {
    expect(HdrHistogram.decode(new HdrHistogram().encode()).count).toBe(0);
  });

  it('is small: ten thousand times of a usual spread take less than 4 kB', () => {
    const histogram = new HdrHistogram();
    for (let rank = 0.5; rank < 10_000; rank += 1) histogram.record(-5_000 * Math.log(rank / 10_000));
    expect(histogram.encode().length).toBeLessThan(4_000);
  });

  const text = histogramOf([1, 20, 300, 4_000_000]).encode();
  it.each([
    ['nothing', ''],
    ['other text', 'bm90IGEgaGlzdG9ncmFt'],
    ['half of one', text.slice(0, text.length / 2)],
    ['one with other digits', encodeIntoCompressedBase64(build({ numberOfSignificantValueDigits: 2 }))],
  ])('refuses %s with a sentence', (_what, broken) => {
    expect(() => HdrHistogram.decode(broken)).toThrow(
      /^This is not a histogram in HdrHistogram's compressed V2 form: /,
    );
  });

  it('never does anything but read or refuse, whatever byte is wrong', () => {
    const bytes = Buffer.from(text, 'base64');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = byte;
        try {
          expect(HdrHistogram.decode(damaged.toString('base64')).count).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(String(error)).toContain('This is not a histogram');
        }
      }),
    );
  });
});

describe('the table for the plotter', () => {
  it('is the one that the reference prints', () => {
    fc.assert(
      fc.property(times, (values) => {
        const theirs = referenceOf(values).outputPercentileDistribution(5, 1_000);
        expect(withoutMax(hgrmOf(histogramOf(values)))).toBe(withoutMax(theirs));
      }),
    );
  });
});
