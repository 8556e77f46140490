import type { SaidError } from '../base/error-document.ts';
import { html } from '../render/html/markup.ts';
import { type View, verdictsOf } from '../render/view.ts';
import type { Sized } from '../size/result.ts';
import type { Browser, Element } from './browser.ts';
import { commandLine } from './command-line.ts';
import { comparisonMarkup } from './compare.ts';
import { copyOnClick } from './copy.ts';
import { type Flags, simulationAnswer, sizeAnswer } from './core.ts';
import { drawCurve } from './curve.ts';
import { drawer } from './draw.ts';
import { fieldsFor } from './fields.ts';
import { inputsOf } from './inputs.ts';
import { laterTurn, onceQuiet } from './later.ts';
import { askedBy, hashOf } from './link.ts';
import { answerMarkup, detailsMarkup, refusalMarkup, simulatedMarkup, snippetsMarkup } from './shown.ts';
import { simulatedFlags } from './simulated-flags.ts';

/** What an empty link starts with. */
const first: Flags = { tps: '200', p95: '300ms', p50: '80ms', instances: '3', server: 'mysql' };
const typingMs = 150;
/** A screen reader hears an answer once the fields are left alone. */
const speakingMs = 700;

const browser = globalThis as unknown as Browser;
const { document, history, location } = browser;
const draw = drawer(browser);
const ofSize = fieldsFor('size');
const ofSimulation = fieldsFor('simulate');
const all = [...ofSize, ...ofSimulation];
const inputs = inputsOf(browser, all, onceQuiet(typingMs, changed));

let before: Flags | undefined;
let answered: Sized | undefined;
let answeredBefore: Sized | undefined;
/** Counts the answers that were begun: what a newer one has overtaken is not shown. */
let turn = 0;
let simulation = new AbortController();

function at(id: string): Element {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no ${id}.`);
  return element;
}

const speak = onceQuiet(speakingMs, () => {
  at('status').textContent = at('answer').textContent;
});

function changed(): void {
  const flags = inputs.read(all);
  history.replaceState(null, '', hashOf({ flags, ...(before && { before }) }));
  void answer();
}

async function answer(): Promise<void> {
  turn += 1;
  const mine = turn;
  const flags = inputs.read(ofSize);
  const { text, found, error } = await sizeAnswer({ ...flags, explain: true });
  const old = before && (await sizeAnswer(beforeOf(before)));
  if (mine !== turn) return;
  answered = found?.sized;
  answeredBefore = old?.found?.sized;
  const view = found?.report.view('table');
  draw(at('answer'), view ? answerMarkup(view) : error ? refusalMarkup(error) : html``);
  at('answer').setAttribute('aria-busy', 'false');
  glance(view, error);
  inputs.markRefused(error?.message);
  at('simulated').setAttribute('class', 'old');
  at('json').textContent = text;
  at('command').textContent = commandLine('size', flags);
  draw(at('snippets'), view ? snippetsMarkup(view) : html``);
  draw(at('details'), view ? detailsMarkup(view) : html``);
  draw(at('compared'), comparisonMarkup(answeredBefore, answered, old?.error));
  at('drop').hidden = before === undefined;
  at('simulate').disabled = !answered;
  speak();
  await drawCurve({
    flags,
    sized: answered,
    isOvertaken: () => mine !== turn,
    show: (markup) => draw(at('curve'), markup),
  });
}

/** On a small screen the answer stands far below the fields. */
function glance(view: View | undefined, error: SaidError | undefined): void {
  const isGood = view !== undefined && verdictsOf(view).every((verdict) => verdict.answer !== 'no');
  at('glance').textContent = `${isGood ? '✓' : '✗'} ${view?.headline ?? error?.message}`;
  at('glance').setAttribute('class', isGood ? 'yes' : 'no');
}

const beforeOf = (flags: Flags): Flags =>
  Object.fromEntries(Object.entries(flags).filter(([name]) => ofSize.some(({ flag }) => flag === name)));

async function simulate(): Promise<void> {
  if (!answered) return;
  simulation.abort();
  simulation = new AbortController();
  const { signal } = simulation;
  const flags = simulatedFlags(inputs.read(ofSize), inputs.read(ofSimulation), answered, answeredBefore);
  for (const id of ['stop', 'progress']) at(id).hidden = false;
  const { found, error } = await simulationAnswer(flags, {
    signal,
    onProgress: async (share) => {
      at('progress').value = `${share}`;
      await laterTurn();
    },
  });
  for (const id of ['stop', 'progress']) at(id).hidden = true;
  const view = found?.report.view('table');
  const shown = view ? simulatedMarkup(view, commandLine('simulate', flags)) : error && refusalMarkup(error);
  draw(at('simulated'), shown ?? html``);
  at('simulated').removeAttribute('class');
  at('status').textContent = view?.headline ?? error?.message ?? '';
}

function open(): void {
  const asked = askedBy(
    location.hash,
    all.map(({ flag }) => flag),
  );
  before = asked.before;
  inputs.write(Object.keys(asked.flags).length > 0 ? asked.flags : first);
  void answer();
}

at('keep').addEventListener('click', () => {
  before = inputs.read(ofSize);
  changed();
});
at('drop').addEventListener('click', () => {
  before = undefined;
  changed();
  at('keep').focus();
});
at('reset').addEventListener('click', () => {
  before = undefined;
  inputs.write(first);
  changed();
});
at('simulate').addEventListener('click', () => void simulate());
at('stop').addEventListener('click', () => simulation.abort());
copyOnClick(browser, (said) => {
  at('status').textContent = said;
});
browser.addEventListener('hashchange', open);
browser.poolctl = {
  size: async (flags: Flags) => (await sizeAnswer(flags)).text,
  simulate: async (flags: Flags) => (await simulationAnswer(flags)).text,
};
open();
void inputs.offer();
