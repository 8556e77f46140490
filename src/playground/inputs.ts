import type { Browser, Element } from './browser.ts';
import type { Flags } from './core.ts';
import type { Field } from './fields.ts';
import { placeOfText, textAtPlace } from './slide.ts';

/** The fields of the page. */
export interface Inputs {
  read(fields: readonly Field[]): Flags;
  write(flags: Flags): void;
  /** Fills the lists of what some fields take. */
  offer(): Promise<void>;
  /** Marks the fields that a refusal names. */
  markRefused(message: string | undefined): void;
}

/** @param onChange Called after the user has changed a field or moved a slider. */
export function inputsOf({ document }: Browser, fields: readonly Field[], onChange: () => void): Inputs {
  const inputOf = ({ flag }: Field) => document.getElementById(`f-${flag}`);
  const slide = (field: Field) => {
    const slider = field.slide && document.getElementById(`s-${field.flag}`);
    if (!field.slide || !slider) return;
    const text = inputOf(field)?.value ?? '';
    slider.value = `${placeOfText(field.slide, text) ?? slider.value}`;
    slider.setAttribute('aria-valuetext', text === '' ? 'not given' : text);
  };
  const onInput = (target: Element | null) => {
    const sliding = fields.find(({ flag }) => flag === target?.getAttribute('data-slides'));
    const input = sliding && inputOf(sliding);
    if (sliding?.slide && input && target) {
      input.value = textAtPlace(sliding.slide, Number(target.value));
      target.setAttribute('aria-valuetext', input.value);
    } else {
      const field = fields.find(({ flag }) => flag === target?.getAttribute('data-flag'));
      if (!field) return;
      slide(field);
    }
    onChange();
  };
  document.getElementById('form')?.addEventListener('input', ({ target }) => onInput(target));
  return {
    read: (some) =>
      Object.fromEntries(
        some.flatMap((field) => {
          const text = inputOf(field)?.value ?? '';
          return text === '' ? [] : [[field.flag, text] as const];
        }),
      ),
    write(flags) {
      for (const field of fields) {
        const input = inputOf(field);
        const text = flags[field.flag];
        if (!input) continue;
        setValue(document, input, typeof text === 'string' ? text : '');
        slide(field);
        if (text !== undefined) input.closest('details')?.setAttribute('open', '');
      }
    },
    async offer() {
      for (const { flag, list } of fields) {
        const offered = document.getElementById(`l-${flag}`);
        if (!list || !offered) continue;
        for (const name of await list()) {
          const option = document.createElement('option');
          option.value = name;
          offered.append(option);
        }
      }
    },
    markRefused(message) {
      for (const field of fields) {
        const input = inputOf(field);
        if (message !== undefined && new RegExp(`--${field.flag}(?![\\w-])`).test(message)) {
          input?.setAttribute('aria-invalid', 'true');
        } else input?.removeAttribute('aria-invalid');
      }
    },
  };
}

/** A word that a list lacks is added to it, so that the answer can refuse it as the command does. */
function setValue(document: Browser['document'], input: Element, text: string): void {
  input.value = text;
  if (input.value === text) return;
  const option = document.createElement('option');
  option.textContent = text;
  input.append(option);
  input.value = text;
}
