/** From an upload to a warning: each part by hand, what adds up, and when the same phone looks. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deliveries, type DeliveryParameters, deliveryParts } from '../../src/population/delivery.ts';
import { plainDelivery } from '../helpers/population.ts';

const deliveries = (changes: Partial<DeliveryParameters> = {}, seed = 1) =>
  new Deliveries({ ...plainDelivery, ...changes }, seed);
const phones = Array.from({ length: 4000 }, (_, phone) => phone);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a delivery', () => {
  const parameters = fc.record({
    operator: fc.record({
      median: fc.double({ min: 0, max: 100, noNaN: true }),
      sigma: fc.double({ min: 0, max: 2, noNaN: true }),
    }),
    batch: fc.constantFrom(0, 0.5, 1, 24),
    background: fc.constantFrom(0, 1, 4, 12, 24),
    offline: fc.double({ min: 0, max: 0.9, noNaN: true }),
    detections: fc.integer({ min: 1, max: 24 }),
  });

  it('is made of parts that add up, none below nothing', () => {
    fc.assert(
      fc.property(parameters, fc.nat(1000), fc.double({ min: 0, max: 2000, noNaN: true }), (own, phone, uploaded) => {
        const { notified, parts } = new Deliveries(own, 7).to(phone, uploaded);
        const sum = deliveryParts.reduce((all, part) => all + parts[part], 0);
        expect(uploaded + sum).toBeCloseTo(notified, 6);
        for (const part of deliveryParts) expect(parts[part]).toBeGreaterThanOrEqual(-1e-9);
      }),
    );
  });

  it('waits for what the server may not publish yet, as for an upload at that time', () => {
    const [uploaded, wait] = [
      fc.double({ min: 0, max: 2000, noNaN: true }),
      fc.double({ min: 0, max: 30, noNaN: true }),
    ];
    fc.assert(
      fc.property(parameters, fc.nat(1000), uploaded, wait, (own, phone, at, more) => {
        const all = new Deliveries(own, 7);
        const [late, other] = [all.to(phone, at, at + more), all.to(phone, at + more)];
        expect(late.notified).toBe(other.notified);
        expect(late.parts.batch).toBeCloseTo(other.parts.batch + more, 6);
        expect({ ...late.parts, batch: 0 }).toEqual({ ...other.parts, batch: 0 });
      }),
    );
  });

  it('never comes sooner for an upload that comes later', () => {
    fc.assert(
      fc.property(parameters, fc.nat(1000), fc.nat(1000), fc.nat(50), (own, phone, uploaded, later) => {
        const { to } = { to: (at: number) => new Deliveries(own, 7).to(phone, at).notified };
        expect(to(uploaded + later)).toBeGreaterThanOrEqual(to(uploaded));
      }),
    );
  });

  it('comes at one of the looks of its day, with a network and allowed to detect; none before it was all that', () => {
    const own = parameters.filter(({ background }) => background > 0);
    fc.assert(
      fc.property(own, fc.nat(1000), fc.double({ min: 0, max: 2000, noNaN: true }), (chosen, phone, uploaded) => {
        const all = new Deliveries(chosen, 7);
        const { notified, parts } = all.to(phone, uploaded);
        const [from, to] = [uploaded + parts.batch, notified].map((at) => Math.floor(at / 24)) as [number, number];
        const days = Array.from({ length: to - from + 1 }, (_, k) => from + k);
        const looks = days.flatMap((day) => all.looksOn(phone, day)).filter(({ at }) => at <= notified);
        expect(looks.at(-1)).toEqual({ at: notified, isOffline: false, mayDetect: true });
        const online = looks.filter(({ at, isOffline }) => at >= uploaded + parts.batch && !isOffline);
        expect(online.slice(0, -1).every(({ mayDetect }) => !mayDetect)).toBe(true);
      }),
    );
  });

  it('looks at every hour of the interval, in order, on its day', () => {
    for (const phone of phones.slice(0, 200)) {
      const looks = deliveries({ background: 5 }).looksOn(phone, 3);
      expect([4, 5]).toContain(looks.length);
      for (const [k, { at }] of looks.entries()) {
        expect(Math.floor(at / 24)).toBe(3);
        if (k > 0) expect(at - looks[k - 1]!.at).toBeCloseTo(5, 9);
      }
    }
  });

  it('without any wait is there at once', () => {
    const at = deliveries({ batch: 0, background: 0 });
    expect(at.to(3, 17.3)).toEqual({ notified: 17.3, parts: { batch: 0, background: 0, download: 0, quota: 0 } });
    expect(deliveries({ operator: { median: 0, sigma: 3 } }).uploadAt(3, 11)).toBe(11);
    expect(deliveries().uploadAt(3, 11)).toBe(13);
  });

  it.each([
    [10, 0],
    [10.01, 0.49],
    [10.3, 0.2],
    [10.5, 0],
  ])('of an upload at %d waits %d hours for the next batch', (uploaded, hours) => {
    expect(deliveries().to(1, uploaded).parts.batch).toBeCloseTo(hours, 9);
  });

  it('waits for the next look of the phone, anywhere in its interval', () => {
    const waits = phones.map((phone) => deliveries({ batch: 0 }).to(phone, 30).parts.background);
    expect(Math.max(...waits)).toBeLessThan(4);
    expect(mean(waits)).toBeCloseTo(2, 0);
    expect(waits.filter((hours) => hours < 1).length / phones.length).toBeCloseTo(0.25, 1);
  });

  it('waits for the next look where one fails: geometrically', () => {
    const off = phones.map((phone) => deliveries({ offline: 0.25 }).to(phone, 30).parts.download);
    expect(off.every((hours) => Math.abs(hours / 4 - Math.round(hours / 4)) < 1e-9)).toBe(true);
    expect(off.filter((hours) => hours < 1).length / phones.length).toBeCloseTo(0.75, 1);
    // 4 h * 0.25 / 0.75
    expect(Math.abs(mean(off) - 4 / 3)).toBeLessThan(0.15);
  });

  it.each([
    // Looks every hour, of which one in four may detect.
    [1, 6, 3],
    [1, 24, 0],
    // No more looks than may detect.
    [4, 6, 0],
    [2, 4, 4],
  ])('with looks every %i h and %i a day waits at most %i h for the framework', (background, detections, most) => {
    const own = deliveries({ background, detections, batch: 0 });
    const waits = phones.map((phone) => own.to(phone, 30 + phone * 0.37).parts.quota);
    expect(Math.max(...waits)).toBeCloseTo(most, 9);
    expect(Math.min(...waits)).toBeCloseTo(0, 9);
  });

  it('is the same each time, of one phone at the same times of the day, of others at others', () => {
    const looks = phones.slice(0, 100).map((phone) => deliveries().to(phone, 30).notified % 4);
    expect(phones.slice(0, 100).map((phone) => deliveries().to(phone, 530).notified % 4)).toEqual(
      looks.map((look) => expect.closeTo(look, 9)),
    );
    expect(new Set(looks.map((look) => look.toFixed(3))).size).toBeGreaterThan(90);
    expect(deliveries({}, 2).to(5, 30)).not.toEqual(deliveries({}, 1).to(5, 30));
  });
});
