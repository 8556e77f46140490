import { formatBytes, formatDuration, formatNumber, formatRatio } from '../base/units.ts';
import type { StepView } from '../render/view.ts';
import type { Quantity, Step } from '../size/steps.ts';

/** One step of `--explain`. */
export function stepView({ label, formula, inputs, result, source }: Step): StepView {
  return {
    title: `${label} = ${formula}`,
    inputs: inputs.map((input) => [input.label, formatQuantity(input), input.source ?? '']),
    result: `${result.label} ${formatQuantity(result)}`,
    source,
  };
}

function formatQuantity({ value, unit }: Quantity): string {
  switch (unit) {
    case 'perSecond':
      return `${formatNumber(value)} TPS`;
    case 'ms':
      return formatDuration(value);
    case 'ratio':
      return formatRatio(value);
    case 'bytes':
      return formatBytes(value);
    default:
      return formatNumber(value);
  }
}
