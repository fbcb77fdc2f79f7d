/** Figures of the status page, from what was counted. */
import { expect, it } from 'vitest';
import { newMetrics } from '../../src/backend/metrics.ts';

it('adds up requests, dummies, refusals and times by endpoint', async () => {
  const metrics = newMetrics();
  metrics.observe('upload', 204, 0.1);
  metrics.observe('upload', 204, 0.3);
  metrics.observe('upload', 401, 0.2);
  metrics.dummy('upload');
  metrics.dummy('upload');
  metrics.count('batch', 200);
  metrics.observe('batch', 404, 0.05);
  metrics.missed();
  const { requests, missed } = await metrics.figures();
  expect(missed).toBe(1);
  expect(requests.map(({ mean, ...figures }) => ({ ...figures, mean: Math.round(mean) }))).toEqual([
    { endpoint: 'batch', requests: 2, dummies: 0, refused: 1, mean: 50 },
    { endpoint: 'upload', requests: 3, dummies: 2, refused: 1, mean: 200 },
  ]);
});

it('has nothing to say before the first request', async () => {
  expect(await newMetrics().figures()).toEqual({ requests: [], missed: 0 });
});

it('says the same to Prometheus', async () => {
  const metrics = newMetrics();
  metrics.observe('upload', 204, 0.1);
  metrics.dummy('upload');
  const text = await metrics.text();
  expect(text).toContain('enlab_requests_total{endpoint="upload",status="204"} 1');
  expect(text).toContain('enlab_dummies_total{endpoint="upload"} 1');
  expect(text).toContain('enlab_deadline_missed_total 0');
});
