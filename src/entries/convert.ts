/** `poolctl/convert`: one system's settings of a pool as config of another, and what is lost on the way. */

export type { ReadDriver } from '../convert/driver.ts';
export type { DroppedSetting } from '../convert/dropped.ts';
export type { ReadBeside, ReadRequest } from '../convert/request.ts';
export { type Converted, type ConvertRequest, convertAll, convertSettings } from '../convert/run.ts';
export type { Settable } from '../declarations/concepts.ts';
export type { FoundSetting } from '../declarations/found-setting.ts';
