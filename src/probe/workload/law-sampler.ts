import type { LoadValue } from '../../drivers/driver.ts';
import { weightedIndex } from '../../traffic/alias.ts';
import { holdSampler } from '../../traffic/holds.ts';
import type { RandomStream } from '../../traffic/random.ts';
import { zipfRank } from '../../traffic/zipf.ts';
import type { VariableLaw } from './model.ts';

/** Draws the values of a variable by its law. */
export function lawSampler(law: VariableLaw, random: RandomStream): () => LoadValue {
  switch (law.kind) {
    case 'int':
      return wholeNumber(law.from, law.to - law.from + 1, random);
    case 'zipf': {
      const rank = zipfRank(law.to - law.from + 1, law.exponent, random);
      const below = law.from - 1;
      return () => below + rank();
    }
    case 'uuid':
      return () => uuid(random);
    case 'list': {
      const { values, weights } = law;
      const index = weights ? weightedIndex(weights, random) : () => random.below(values.length);
      return () => values[index()] ?? null;
    }
    case 'sleep': {
      const holdMs = holdSampler(law.law, random);
      return () => holdMs() / 1_000;
    }
    default:
      return law satisfies never;
  }
}

/** A draw has 32 bits; a wider range takes a second one, or most of its numbers would never come. */
function wholeNumber(from: number, count: number, random: RandomStream): () => number {
  if (count <= 2 ** 24) return () => from + random.below(count);
  return () =>
    from + Math.min(count - 1, Math.floor((random.below(2 ** 21) * 2 ** -21 + random.uniform() * 2 ** -21) * count));
}

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Version 4 of RFC 9562. */
function uuid(random: RandomStream): string {
  const a = word(random);
  const b = word(random);
  const c = word(random);
  const d = word(random);
  return `${pair(a >>> 16)}${pair(a)}-${pair(b >>> 16)}-${pair((b & 0x0fff) | 0x4000)}-${pair(((c >>> 16) & 0x3fff) | 0x8000)}-${pair(c)}${pair(d >>> 16)}${pair(d)}`;
}

function word(random: RandomStream): number {
  return random.below(2 ** 32) | 0;
}

/** The lower 16 bits. */
function pair(bits: number): string {
  return `${hex[(bits >>> 8) & 255]}${hex[bits & 255]}`;
}
