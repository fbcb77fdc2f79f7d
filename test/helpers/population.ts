/** Parts of a population for tests: round figures. */
import type { AirParameters } from '../../src/population/air.ts';
import { type ContactLayer, contactLayers, type Wanted } from '../../src/population/contacts.ts';
import type { DeliveryParameters } from '../../src/population/delivery.ts';
import type { EncounterParameters } from '../../src/population/encounters.ts';
import { Households } from '../../src/population/households.ts';
import type { ManualTracingParameters } from '../../src/population/manualTracing.ts';
import { type AgeGroup, People } from '../../src/population/people.ts';
import { type PhoneModel, type PhoneParameters, Phones } from '../../src/population/phones.ts';
import type { SimulationParameters } from '../../src/population/simulation.ts';
import { frameworkSchedule } from '../../src/propagation/schedule.ts';
import { indoors } from './propagation.ts';

/** About an hour, at arm's length. */
export const usualEncounter: EncounterParameters = {
  minutes: { median: 45, sigma: 0.8 },
  mostMinutes: 480,
  metres: { median: 1.5, sigma: 0.4 },
};

/** The same for every layer of contacts. */
export const inEveryLayer = <T>(value: T): Readonly<Record<ContactLayer, T>> =>
  Object.fromEntries(contactLayers.map((layer) => [layer, value])) as Record<ContactLayer, T>;

/** Contacts of which `has` is true. */
export const wantedBy = (has: (layer: number, slot: number) => boolean): Wanted => ({
  next: (layer, from, to) => {
    let slot = from;
    while (slot < to && !has(layer, slot)) slot++;
    return slot;
  },
});

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

/** By number. */
export const AGENTS: readonly number[] = Array.from({ length: 20_000 }, (_, agent) => agent);
/** Phones of people who live alone, all of one age. */
export const phonesOf = (changes: Partial<PhoneParameters> = {}, seed = 1): Phones =>
  new Phones({ ...plainPhones, ...changes }, new People(ageless, new Households(AGENTS.length, [1], seed), seed), seed);

/** Uploads two hours after the result, half-hourly batches, phones that look every four hours and are never off. */
export const plainDelivery: DeliveryParameters = {
  operator: { median: 2, sigma: 0 },
  batch: 0.5,
  background: 4,
  offline: 0,
  detections: 6,
};

/** Nobody is asked whom they met. */
export const noManualTracing: ManualTracingParameters = {
  named: inEveryLayer(0),
  daysBefore: 2,
  delay: { median: 24, sigma: 0 },
};

/** Indoors everywhere, phones in hands, nobody between. */
export const plainAir: AirParameters = {
  models: inEveryLayer(indoors),
  schedule: frameworkSchedule,
  level: 'scan',
  carriage: { hand: 1, pocket: 0, bag: 0 },
  bodies: inEveryLayer([1]),
};

/**
 * A town with an app for everybody. All are ill three days after infection, tested two days later, found a day after that, upload
 * and comply.
 */
export const plainTown: SimulationParameters = {
  agents: 3000,
  first: 40,
  ages: ageless,
  provinces: [{ name: 'everywhere', share: 1, uses: 1 }],
  contacts: townContacts,
  epidemic: {
    encounters: inEveryLayer(usualEncounter),
    transmission: { perMinute: 0.002, peak: 0, spread: 2.5, asymptomatic: 1 },
    infectiousDays: 14,
  },
  course: {
    incubation: { median: 3, sigma: 0 },
    symptomatic: 1,
    testing: { tested: 1, wait: { median: 2, sigma: 0 }, lab: { median: 24, sigma: 0 }, sensitivity: 1 },
  },
  phones: plainPhones,
  air: plainAir,
  delivery: plainDelivery,
  analytics: { withExposure: 0, withoutExposure: 0 },
  testsPer1000: 1000,
  manual: noManualTracing,
  keys: { beforeOnset: 14 },
  behaviour: { uploads: 1, complies: 1, calls: 0.5, quarantine: 10, isolation: 10 },
};
