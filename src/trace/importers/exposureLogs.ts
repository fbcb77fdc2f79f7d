/**
 * Logs of exposure checks that iOS ("ExposureChecks", "ExposureDetectionChecks") and Android (exposure checks list) let
 * people export. They are what people have and send, so they are recognised; they cannot be used, and the error says why.
 */
import { EnlabError } from '../../core/errors.ts';
import type { Importer } from '../importer.ts';

const IOS = /"Exposure(?:Detection)?Checks"\s*:/;
/** Fields of one check on both systems, whatever their case. */
const FIELDS = [/"hash"\s*:/i, /"match(?:es)?Count"\s*:/i, /"(?:probable)?keyCount"\s*:/i];

export const exposureLogs: Importer = {
  name: 'exposure-checks',
  title: 'exposure-check logs of iOS and Android: recognised, and refused with the reason',
  reads: [],
  units: [],
  detect: ({ text }) => /^\s*[[{]/.test(text) && (IOS.test(text) || FIELDS.every((field) => field.test(text))),
  // oxlint-disable-next-line require-yield -- an importer that has nothing to give
  async *read(file) {
    const message =
      'this is a log of exposure checks: it tells when a phone looked for matches, the hash of each key file and how ' +
      'many keys matched, but neither durations nor attenuations nor days of exposure';
    const hint =
      'calibration needs exposure windows (an app in debug mode or a partner build exports them) or field traces';
    throw new EnlabError('E-FILE-FORMAT', message, { place: { file: file.path }, hint });
  },
};
