import type { EngineId } from '../base/engine.ts';
import type { DriverUse } from '../size/driver-facts.ts';
import { serverProfile } from './load.ts';

/** What a login to a server of this engine takes beside its round trips, by its profile; nothing where no run showed it. */
export async function loginTime(
  engine: EngineId,
): Promise<Pick<DriverUse, 'serverLoginMs' | 'furtherLoginMs' | 'loginSource'>> {
  const { login, sources } = await serverProfile(engine);
  if (!login) return {};
  const keys = [login.source ?? []].flat();
  return {
    serverLoginMs: login.alone,
    furtherLoginMs: login.further,
    loginSource: keys.map((key) => sources[key]?.ref ?? key).join('; '),
  };
}
