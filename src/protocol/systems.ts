/** Every tracing system, one line each. To add one: its folder here, and src/protocol/tracingSystem.ts says what it must do. */
import { gaen } from './gaen/gaen.ts';
import type { TracingSystem } from './tracingSystem.ts';

/** What is inside registrations, secrets and reports is the business of each system. */
export const tracingSystems: readonly TracingSystem[] = [gaen()];
