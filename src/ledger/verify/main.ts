#!/usr/bin/env node
import { verifyCommand } from './command.js';

/** The verifier by itself: this folder, compiled, needs nothing but Node.js. */
process.exitCode = await verifyCommand(process.argv.slice(2), {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  environment: process.env,
});
