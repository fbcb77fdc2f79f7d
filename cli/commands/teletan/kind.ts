import { checkTeleTan, displayTeleTan, newTeleTan, TELETAN_ALPHABET } from '../../../src/protocol/wire/cwa/teleTan.ts';
import type { CodeKind } from '../../codes.ts';

/** The teleTAN of the Corona-Warn-App. */
export const teleTan: CodeKind = {
  name: 'teletan',
  title: 'teleTAN',
  alphabet: TELETAN_ALPHABET,
  check: checkTeleTan,
  display: displayTeleTan,
  draw: newTeleTan,
};
