type Optional<T> = { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };
type Required<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] };

/** The object without its undefined fields: what exactOptionalPropertyTypes and stable JSON both want. */
export const defined = <T extends object>(object: T): Optional<T> & Required<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Optional<T> & Required<T>;
