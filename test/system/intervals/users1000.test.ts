import { proveCoverage } from '../../helpers/coverageSuite.ts';

proveCoverage(1000, { preset: [0.93, 0.97], tuned: [0.93, 0.97], gain: [0.93, 0.97], bias: 0.02 });
