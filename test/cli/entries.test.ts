import { expect, it } from 'vitest';
import { exportsOf, packageEntries, unnamedTypes } from '../helpers/entry-types.ts';

it('exports every type that an export of an entry mentions', () => {
  expect(unnamedTypes()).toEqual([]);
});

it.each(packageEntries())('%s exports something that is there when it runs', async (entry, file) => {
  const values = Object.keys(await import(file.replace(/\.d\.ts$/, '.js')));
  const names = [...exportsOf(file).keys()];
  expect(names.length).toBeGreaterThan(0);
  expect(values.filter((name) => !names.includes(name))).toEqual([]);
  expect(values.length, entry).toBeGreaterThan(0);
});
