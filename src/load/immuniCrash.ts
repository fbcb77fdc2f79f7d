/** Uploads and batches of Immuni, for crashes. */
import { toBase64 } from '../core/bytes.ts';
import { uniformFrom } from '../core/entropy.ts';
import { isoDay, utcDayOf } from '../core/time.ts';
import { INTERVALS_PER_DAY, intervalOfDay } from '../protocol/gaen/intervals.ts';
import { uploadEndpoint } from '../protocol/wire/immuni/ingestion.ts';
import { keysBatch, keysIndex } from '../protocol/wire/immuni/keys.ts';
import { newOtp, otpToken } from '../protocol/wire/immuni/otp.ts';
import { authoriseOtp } from '../protocol/wire/immuni/otpService.ts';
import { bearer } from '../protocol/wire/immuni/parts.ts';
import { buildRequest, parseReply } from '../protocol/wire/messages.ts';
import type { Crashable, CrashPorts, CrashServer, Exports } from './crash.ts';
import { get, keysOf, replyOf } from './crashReplies.ts';

async function upload(server: CrashServer, { http, entropy, begin }: CrashPorts): Promise<string | undefined> {
  const today = utcDayOf(begin);
  const otp = newOtp(entropy);
  const key_data = toBase64(entropy(16));
  const rolling_start_number = intervalOfDay(today - 1 - Math.floor(uniformFrom(entropy) * 7));
  const asked = { body: { otp, symptoms_started_on: isoDay(today - 10) } };
  const { headers, ...authorisation } = buildRequest(authoriseOtp, asked);
  const operator = { ...headers, authorization: bearer(server.token) };
  const message = buildRequest(uploadEndpoint, {
    headers: {
      authorization: bearer(otpToken(otp)),
      'immuni-dummy-data': '0',
      'immuni-client-clock': String(begin),
    },
    body: {
      teks: [{ key_data, rolling_start_number, rolling_period: INTERVALS_PER_DAY }],
      province: 'MI',
      exposure_detection_summaries: [],
      padding: '',
    },
  });
  await replyOf(server, { ...authorisation, headers: operator }, http);
  const reply = await replyOf(server, message, http);
  return reply?.status === 204 ? key_data : undefined;
}

/** Keys of all batches that the index names. */
async function published(server: CrashServer, { http }: CrashPorts): Promise<Exports> {
  const keys = new Map<string, readonly string[]>();
  const answer = parseReply(keysIndex, await get(server, buildRequest(keysIndex, {}), http));
  if (!answer.ok) return { keys, problem: `the index: ${answer.reason}` };
  if (answer.value.status !== 200) return { keys, problem: '' };
  const { oldest, newest } = answer.value.body;
  for (let index = oldest; index <= newest; index++) {
    const found = keysOf(await get(server, buildRequest(keysBatch, { parameters: { index } }), http), server);
    if (typeof found === 'string') return { keys, problem: `batch ${index} of ${oldest} to ${newest}: ${found}` };
    keys.set(String(index), found);
  }
  return { keys, problem: '' };
}

export const immuniCrash: Crashable = {
  options: [],
  upload,
  publish: (server, ports) => ports.operate(server, '/enlab/publish', {}),
  exports: published,
};
