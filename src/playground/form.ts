import { html, type Markup } from '../render/html/markup.ts';
import { type Field, type FieldGroup, fieldGroups } from './fields.ts';
import { slideSteps } from './slide.ts';

/** The form: a field a flag, with its name, its help and, for the usual ones, a slider. */
export function formMarkup(): Markup {
  const groups = fieldGroups.map(groupMarkup);
  return html`<form id="form" aria-label="Flags" autocomplete="off">\n${groups}</form>\n`;
}

function groupMarkup({ title, fields, further }: FieldGroup): Markup {
  const more = `More of ${title.toLowerCase().replace('?', '')}`;
  return html`<fieldset>\n<legend>${title}</legend>\n${fields.map(fieldMarkup)}<details><summary>${more}</summary>\n${further.map(fieldMarkup)}</details>\n</fieldset>\n`;
}

function fieldMarkup(field: Field): Markup {
  const { flag, help, slide } = field;
  const slider = slide
    ? html`<input type="range" id="s-${flag}" data-slides="${flag}" min="0" max="${slideSteps}" value="${slideSteps / 2}" aria-label="${flag}, slider">`
    : undefined;
  return html`<div class="field"><label for="f-${flag}">${flag}</label>${inputMarkup(field)}${slider}<p class="soft" id="h-${flag}">${help}</p></div>\n`;
}

function inputMarkup({ flag, words, list, placeholder }: Field): Markup {
  if (words) {
    const options = words.map((word) => html`<option>${word}</option>`);
    return html`<select id="f-${flag}" data-flag="${flag}" aria-describedby="h-${flag}"><option value="">–</option>${options}</select>`;
  }
  // The program fills the list.
  const offered = list && html`<datalist id="l-${flag}"></datalist>`;
  const attribute = list && html` list="l-${flag}"`;
  return html`<input id="f-${flag}" data-flag="${flag}" aria-describedby="h-${flag}" placeholder="${placeholder}" autocapitalize="none" spellcheck="false"${attribute}>${offered}`;
}
