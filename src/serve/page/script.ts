import { makeCard } from './client/card.ts';
import { makeCharts } from './client/charts.ts';
import { startPage } from './client/start.ts';
import { makeStream } from './client/stream.ts';
import { makeTables } from './client/tables.ts';
import { makeUpdating } from './client/updating.ts';
import { makeWords } from './client/words.ts';

/**
 * The script of the page: the functions of `client/` as they are, so each of them has to be whole in itself. They import types
 * only, and are given what they use.
 */
export const script = `'use strict';
{
const updating = (${makeUpdating})(document);
const words = (${makeWords})();
const charts = (${makeCharts})(updating);
const tables = (${makeTables})(document, updating, words);
const cards = (${makeCard})(updating, words, charts, tables);
const stream = (${makeStream})();
(${startPage})(document, updating, words, cards, stream);
}
`;
