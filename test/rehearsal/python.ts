/** The Python that PYTHON names, with test/rehearsal/requirements.txt installed; it has moto, boto3 and the AWS CLI. */

import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { Test } from 'tap'
import { freePort } from '../../benchmark/lib/server.ts'
import { until } from '../contract/serve.ts'

export const PYTHON = process.env.PYTHON || 'python3'

const REGION = 'eu-west-1'

/** Credentials that are none, which moto takes. */
export const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'rehearsal',
  AWS_SECRET_ACCESS_KEY: 'rehearsal',
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_EC2_METADATA_DISABLED: 'true',
}

/** What a Python program prints. */
export const python = (program: string, input = ''): string => {
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', program], { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr || `${PYTHON} does not start`)
  return stdout
}

/** A folder for PATH with the `aws` of that Python. */
export const awsCommand = (folder: string): string => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/aws`, `#!/bin/sh\nexec "${PYTHON}" -m awscli "$@"\n`, { mode: 0o755 })
  return folder
}

/** A moto server of one's own; its address. It emulates AWS with 123456789012 as the account. */
export const startMoto = async (t: Test): Promise<string> => {
  const port = await freePort()
  const child = spawn(PYTHON, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  let printed = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  const url = `http://127.0.0.1:${port}`
  await until(async () => {
    if (child.exitCode !== null)
      throw new Error(`moto does not start; is test/rehearsal/requirements.txt installed?\n${printed}`)
    return fetch(`${url}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    )
  })
  return url
}
