#!/usr/bin/env node
import { runAtEdge } from './edge.ts';
import { run } from './run.ts';

await runAtEdge(run);
