import { css } from '../render/html/style.ts';

/** The style of the reports, with a form. */
export const playgroundStyle = `${css}
.columns{display:grid;gap:0 2rem;grid-template-columns:minmax(0,1fr)}
@media(min-width:60rem){main{max-width:96rem}.columns{grid-template-columns:minmax(18rem,24rem) minmax(0,1fr)}#form{position:sticky;top:0;max-height:100vh;overflow-y:auto;padding-right:.5rem}}
fieldset{border:1px solid var(--line);border-radius:.5rem;margin:0 0 1rem;padding:.5rem .75rem .75rem;min-width:0;background:var(--card)}
legend{font-weight:600;padding:0 .35rem}
.field{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:0 .75rem;align-items:center;margin:.5rem 0}
.field p{grid-column:1/-1;font-size:.8125rem;line-height:1.35}
.field label{overflow-wrap:anywhere}
input[type=range]{grid-column:1/-1;width:100%;margin:.35rem 0;padding:0;min-height:1.75rem;accent-color:var(--c0)}
input,select,button{font:inherit;color:inherit;background:var(--ground);border:1px solid var(--soft);border-radius:.35rem;padding:.35rem .6rem;min-width:0;min-height:2.5rem}
button{cursor:pointer;background:var(--card)}button:disabled{opacity:.6;cursor:default}
input::placeholder{color:var(--soft);opacity:.75}
[aria-invalid=true]{border:2px solid var(--no)}
:focus-visible{outline:2px solid var(--c0);outline-offset:2px}
summary{min-height:2rem;padding:.25rem 0}
.buttons{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:.75rem 0}
progress{flex:1 1 8rem;max-width:20rem;accent-color:var(--c0)}
.headline{font-size:1.25rem;font-weight:600;font-variant-numeric:tabular-nums}
pre{margin:.25rem 0;padding:.75rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem;font:.8125rem/1.45 ui-monospace,monospace;width:max-content;min-width:100%}
.old{opacity:.55}
figure{max-width:44rem}.charts figure{max-width:none}
#glance{position:fixed;inset:auto 0 0;margin:0;padding:.5rem .75rem;max-width:none;background:var(--card);border-top:1px solid var(--line);font-size:.875rem;font-weight:600;font-variant-numeric:tabular-nums}#glance.no{color:var(--no)}#glance.yes{color:var(--yes)}
@media(min-width:60rem){#glance{display:none}}@media(max-width:60rem){main{padding-bottom:6rem}}
#failure:empty{display:none}#failure{color:var(--no)}
.steps>li{margin:.5rem 0;overflow-wrap:anywhere}
.result section:first-of-type h2{margin-top:0}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
`;
