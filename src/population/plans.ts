/** What is planned for days to come. */

/** By day. */
export type Plans<Planned> = Map<number, Planned[]>;

/** In place: a copy for each would take the square of their number. */
export function plan<Planned>(plans: Plans<Planned>, day: number, planned: Planned): void {
  const ofDay = plans.get(day);
  if (ofDay) ofDay.push(planned);
  else plans.set(day, [planned]);
}

/** What was planned for a day, in the order in which it was; it is forgotten. */
export function taken<Planned>(plans: Plans<Planned>, day: number): readonly Planned[] {
  const ofDay = plans.get(day) ?? [];
  plans.delete(day);
  return ofDay;
}

/** By number, so that it does not matter who came first. */
export const inOrder = (agents: Iterable<number>): readonly number[] =>
  [...agents].toSorted((one, other) => one - other);
