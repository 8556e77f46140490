import { splitProperties } from '../dbcp.ts';
import { driverSettings, engineOf } from '../jvm/driver-settings.ts';
import { relaxedName } from '../jvm/relaxed-name.ts';
import { jvmLogin } from '../jvm/spring-datasource.ts';
import { dbcpResources } from '../jvm/tomcat-pools.ts';
import type { PickedOption, Reader } from '../reader.ts';
import { dbcp2Reader } from './dbcp2.ts';

/** What DBCP 1 of Tomcat 7 reads, and DBCP 2 of Tomcat 8 and later does not. */
const ofDbcp1: Readonly<Record<string, string>> = {
  maxActive: 'maxTotal',
  maxWait: 'maxWaitMillis',
  removeAbandoned: 'removeAbandonedOnBorrow',
};

/** A Resource without a factory, for which Tomcat makes a pool of its copy of DBCP 2; beans of DBCP 2 in XML. */
export const tomcatDbcpReader: Reader = {
  title: 'DBCP 2 of Tomcat',
  made: 'Resource',
  formats: ['xml'],
  drivers: ['dbcp2'],
  rivals: ['dbcp1', 'tomcat-jdbc'],
  login: jvmLogin,
  others: dbcp2Reader.others,
  sections: dbcpResources,
  pick(entries, context) {
    const known = [...context.namesOf('dbcp2'), ...Object.keys(this.others), ...this.login];
    const [pool] = dbcpResources(entries);
    const options = (pool?.entries ?? []).flatMap((entry): PickedOption[] => {
      const name = relaxedName(entry.key, known);
      if (name === 'connectionProperties') return splitProperties({ ...entry, name });
      const now = Object.hasOwn(ofDbcp1, name) ? ofDbcp1[name] : undefined;
      const misplaced = now && `Tomcat 8 and later call it ${now}; only Tomcat 7, with DBCP 1, reads it`;
      return [{ ...entry, name, ...(misplaced && { misplaced }) }];
    });
    const isOld = options.some(({ name }) => name === 'maxActive') && !options.some(({ name }) => name === 'maxTotal');
    const engine = context.engine ?? engineOf(options);
    return {
      driver: 'dbcp2',
      isMarked: pool !== undefined && !isOld,
      options,
      direct: driverSettings(options, engine, ['connectionInitSqls']),
      ...(engine && { engine }),
    };
  },
};
