/** What the records of one exposure say of it: each may carry a label and a weight of its own. */
export class Statements {
  #isContact = false;
  #isNone = false;
  #isUnknown = false;
  #records = 0;
  #weight = 1;

  add(label: boolean | null | undefined, weight = 1): void {
    if (label === true) this.#isContact = true;
    else if (label === false) this.#isNone = true;
    else if (label === null) this.#isUnknown = true;
    this.#weigh(weight, 1);
  }

  addAll(other: Statements): void {
    this.#isContact ||= other.#isContact;
    this.#isNone ||= other.#isNone;
    this.#isUnknown ||= other.#isUnknown;
    this.#weigh(other.#weight, other.#records);
  }

  /** Running mean: records of equal weight leave exactly that weight. */
  #weigh(weight: number, records: number): void {
    this.#records += records;
    if (this.#records === records) this.#weight = weight;
    else this.#weight += ((weight - this.#weight) * records) / this.#records;
  }

  /** As for a user's exposures (contract.md 2): contact if any record says so, else unknown if any does. */
  get label(): boolean | null | undefined {
    if (this.#isContact) return true;
    if (this.#isUnknown) return null;
    return this.#isNone ? false : undefined;
  }

  /** Mean of the records; 1 where none says. */
  get weight(): number {
    return this.#weight;
  }

  get isContradictory(): boolean {
    return this.#isContact && this.#isNone;
  }
}
