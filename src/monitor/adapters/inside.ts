import { ownerAdapter } from '../adapter.ts';
import { hasMethods } from '../shape.ts';

interface DrizzleDatabase {
  readonly $client: object;
}

interface ObjectionModel {
  knex(): object | undefined;
}

/** Drizzle shows the driver's pool that it was given or made. */
export const drizzleAdapter = ownerAdapter('drizzle', isDrizzle, ({ $client: pool }, found) => {
  found([{ pool, role: undefined }]);
  return () => {};
});

function isDrizzle(candidate: object): candidate is DrizzleDatabase {
  return '$client' in candidate && typeof candidate.$client === 'object' && candidate.$client !== null;
}

/** A model class of Objection that was bound to a Knex: `Model.knex(knex)`. */
export const objectionAdapter = ownerAdapter('objection', isObjection, (model, found) => {
  const knex = model.knex();
  found(knex ? [{ pool: knex, role: undefined }] : []);
  return () => {};
});

function isObjection(candidate: object): candidate is ObjectionModel {
  return 'isObjectionModelClass' in candidate && hasMethods(candidate, 'knex');
}
