/** `poolctl/emit`: the settings of a pool as config of a driver, ORM or pooler. */

export type { Language } from '../emit/language.ts';
export { type EmitRequest, emitSnippet, emitSnippets, requestFor, type SnippetOptions } from '../emit/run.ts';
export type { EmitFleet, EmitInput, Emitted, Snippet } from '../emit/target.ts';
