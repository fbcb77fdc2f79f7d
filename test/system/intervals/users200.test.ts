import { proveCoverage } from '../../helpers/coverageSuite.ts';

// The optimism of so few infected people (about 17) is underestimated by the bootstrap: docs/uncertainty.md.
proveCoverage(200, { preset: [0.93, 0.97], tuned: [0.93, 0.97], gain: [0.93, 0.97], bias: 0.06 });
