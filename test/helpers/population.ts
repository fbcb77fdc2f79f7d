/** Parts of a population for tests: round figures. */
import { type ContactLayer, contactLayers } from '../../src/population/contacts.ts';
import { Households } from '../../src/population/households.ts';
import { type AgeGroup, People } from '../../src/population/people.ts';
import { type PhoneModel, type PhoneParameters, Phones } from '../../src/population/phones.ts';

/** The same for every layer of contacts. */
export const inEveryLayer = <T>(value: T): Readonly<Record<ContactLayer, T>> =>
  Object.fromEntries(contactLayers.map((layer) => [layer, value])) as Record<ContactLayer, T>;

export const noRing = { neighbours: 0, chance: 0 };
/** Sizes of households, four colleagues on each side, three strangers a day; nobody takes a bus. */
export const townContacts = {
  households: [27, 36, 16, 15, 4, 2],
  group: { neighbours: 4, chance: 0.5 },
  transport: noRing,
  random: 3,
};

/** All of one age. */
export const ageless: readonly AgeGroup[] = [{ from: 18, share: 1, uses: 1 }];
export const plainPhone: PhoneModel = { share: 1, rx: 0, tx: 0, advertises: true };
/** Everybody may use the app, and it works. */
export const plainPhones: PhoneParameters = {
  adoption: 1,
  youngest: 0,
  supported: 1,
  permitted: 1,
  household: 0,
  models: [plainPhone],
};

const AGENTS = 20_000;
/** Phones of people who live alone, all of one age. */
export const phonesOf = (changes: Partial<PhoneParameters> = {}, seed = 1): Phones =>
  new Phones({ ...plainPhones, ...changes }, new People(ageless, new Households(AGENTS, [1], seed), seed), seed);
