/** What a value means: an amount, no limit at all, or something that only words can say. */
export type Meaning =
  | { readonly kind: 'amount'; readonly amount: number }
  | { readonly kind: 'unlimited' }
  | { readonly kind: 'words'; readonly words: string };

/** `Integer.MAX_VALUE ms` is how Java says it. */
const unlimited =
  /^(?:"?-1"?:\s*)?(?:ignored:\s*)?(?:unlimited|no limit|off\b|never|none\b|infinite|infinity|waits? (?:without a limit|for ever))|\b24\.8 days\b/i;
const number = /^(?:reset to )?(\d+)(?:\s*ms)?(?=$|[\s,(])/i;

/** Reads what a profile says of a value: "waits without a limit", "30000", "1 ms, with a warning", "fails at once". */
export function meaningOf(text: string): Meaning {
  if (unlimited.test(text)) return { kind: 'unlimited' };
  const amount = number.exec(text)?.[1];
  return amount === undefined ? { kind: 'words', words: text } : { kind: 'amount', amount: Number(amount) };
}
