#!/usr/bin/env node
/** The command line: `npm run endpoint -- COMMAND …`, and `npx onnx-serving-endpoint COMMAND …`. */

import { main } from './cli/main.ts'

process.exitCode = await main()
