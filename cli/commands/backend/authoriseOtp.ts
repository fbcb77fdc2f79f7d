/** backend authorise-otp: what the health operator does while the patient waits on the telephone. */
import { REGION_HEADER } from '../../../src/backend/operator.ts';
import { EnlabError } from '../../../src/core/errors.ts';
import { isoDay } from '../../../src/core/time.ts';
import type { UtcDay } from '../../../src/core/units.ts';
import { displayOtp } from '../../../src/protocol/wire/immuni/otp.ts';
import { authoriseOtp, OTP_LIFETIME_SECONDS } from '../../../src/protocol/wire/immuni/otpService.ts';
import { addOperatorOptions, askOperator, type OperatorFlags, operate, refused } from '../../backend/operator.ts';
import { type CommandModule, examples } from '../../command.ts';
import { typedOtp } from '../../options/otp.ts';
import { utcDay } from '../../options/values.ts';

interface Flags extends OperatorFlags {
  readonly symptoms: UtcDay;
  readonly region?: string;
}

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('<code>', 'as the app shows it: blanks, dashes and lower case are fine', typedOtp);
  command.requiredOption('--symptoms <date>', 'UTC day of the first symptoms', utcDay);
  command.option('--region <name>', 'of the operator; asked for in a pilot phase ("backend start --pilot-regions")');
  addOperatorOptions(command);
  examples(command, [
    [
      'enlab backend authorise-otp 9K2-RAY8-UUQ --symptoms 2020-09-10 --data out/backend',
      `valid for ${OTP_LIFETIME_SECONDS} s by the clock of the backend`,
    ],
  ]);
  command.action((otp: string, { symptoms, region, ...flags }: Flags) =>
    operate(edge, flags, {
      name: 'authorise-otp',
      title: 'Authorised',
      work: async () => {
        const { status } = await askOperator(edge, flags, authoriseOtp, {
          headers: region === undefined ? {} : { [REGION_HEADER]: region },
          body: { otp, symptoms_started_on: isoDay(symptoms) },
        });
        assertDone(status);
        return { code: displayOtp(otp), symptoms: isoDay(symptoms), seconds: OTP_LIFETIME_SECONDS };
      },
    }),
  );
};

/** Statuses of the deployed server, in words. */
function assertDone(status: number): void {
  if (status === 204) return;
  if (status === 409)
    throw refused('this code is authorised already', 'the app shows a new one when it is opened again');
  if (status === 400)
    throw new EnlabError('E-USAGE', 'the backend does not take this date', {
      hint: 'days of the future and more than 180 days ago are refused, by the clock of the backend',
    });
  throw refused(`it answered ${status}`);
}
