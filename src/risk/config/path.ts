/** Where a value stands in a configuration document. */

/** Keys and indices from the document down to a value. */
export type Path = readonly (string | number)[];

/** A step of a path that stands for every entry of a list. */
export const EACH = '*';
