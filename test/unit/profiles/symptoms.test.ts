import { describe, expect, it } from 'vitest';
import { explain, topics } from '../../../src/profiles/explain.ts';
import { fittingSigns } from '../../../src/profiles/fitting-signs.ts';
import { LogSigns } from '../../../src/profiles/log-signs.ts';
import { allSigns, type Sign } from '../../../src/profiles/signs.ts';
import { allSymptoms } from '../../../src/profiles/symptoms.ts';

const symptoms = await allSymptoms();
const signs = await allSigns(symptoms);
const ids = symptoms.map(({ id }) => id);

describe('a symptom', () => {
  it('has an id that nothing else has', () => {
    const all = topics().map(({ id }) => id);
    expect(all.filter((id, at) => all.indexOf(id) !== at)).toEqual([]);
  });

  it.each(symptoms)('leads to texts that are there: $id', async ({ id, see = [] }) => {
    for (const topic of see) expect((await explain(topic)).id).toBe(topic);
    const { text } = await explain(id);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('is said by somebody, but for those that only others tell of', () => {
    expect(ids.filter((id) => !signs.some(({ symptom }) => symptom === id))).toEqual([]);
    expect(signs.filter(({ symptom }) => !ids.includes(symptom))).toEqual([]);
  });
});

/** As it would stand in a log: what differs filled in. */
function written({ message = '' }: Sign): string {
  return message.replace(/<[^>]*>/g, '42').replace(/\s+/g, ' ');
}

const messages = signs.filter(({ message }) => message !== undefined && !/^<[^>]*>$/.test(message));
/** Several say the same, of different things. */
const said = (one: Sign) =>
  signs.filter((other) => written(other).toLowerCase() === written(one).toLowerCase()).map(({ symptom }) => symptom);

describe('a message that a profile has', () => {
  it('is found as it is seen', () => {
    const lost = messages.filter(
      (sign) => !fittingSigns(written(sign), signs).some(({ symptom }) => symptom === sign.symptom),
    );
    expect(lost).toEqual([]);
  });

  it('is found in a log', () => {
    const lost = messages.filter((sign) => {
      const reader = new LogSigns(signs);
      reader.read(`2026-11-30T10:00:00Z ERROR app: ${written(sign)}`);
      return !said(sign).includes(reader.result()[0]?.symptom ?? '');
    });
    expect(lost).toEqual([]);
  });
});
