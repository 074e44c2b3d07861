import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { test } from 'tap'

const STACKS = new URL('../src/stacks.js', import.meta.url)

/** Runs what is bundled as the server is; says what it wrote. */
const run = (program: string): string => {
  const { stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' })
  return stdout + stderr
}

test('a stack names the lines of the sources, in each file of a bundle', async (t) => {
  // What String.replace would take for a part of the text.
  const dir = join(t.testdir(), "a $& $' b#c%20d")
  mkdirSync(dir)
  const sources = {
    'deep.ts': `
      type Never = { no: 'code' }
      export const deep = (value?: Never): never => {
        throw new TypeError('too deep', { cause: value })
      }`,
    'main.ts': `
      import { nameSources } from ${JSON.stringify(fileURLToPath(STACKS))}
      type Nothing = undefined
      nameSources()
      const { deep } = await import('./deep.ts')
      const called = (nothing?: Nothing) => deep(nothing)
      try { called() } catch (error) { console.log((error as Error).stack) }
      const odd = new Error('odd')
      odd.toString = () => { throw odd }
      console.log(odd.stack?.split('\\n').length)
      JSON.parse('{')`,
  }
  for (const [name, text] of Object.entries(sources)) writeFileSync(join(dir, name), text)
  await build({
    entryPoints: [join(dir, 'main.ts')],
    outdir: join(dir, 'out'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    sourcemap: 'linked',
    external: ['node:*'],
    logLevel: 'warning',
  })
  const said = run(join(dir, 'out/main.js'))
  t.match(
    said,
    `TypeError: too deep\n    at deep (${join(dir, 'deep.ts')}:4:15)\n    at called (${join(dir, 'main.ts')}:6:`,
  )
  t.match(said, /^[2-9]$/m)
  t.match(said, /SyntaxError: .*\n {4}at JSON.parse \(<anonymous>\)\n {4}at .*main\.ts:11:12/)
})

test('a stack is as Node writes it where there is no map', async (t) => {
  const dir = t.testdir()
  const program = join(dir, 'plain.mjs')
  writeFileSync(
    program,
    `import { nameSources } from ${JSON.stringify(STACKS.href)}
    const stacks = [false, true].map((named) => {
      if (named) nameSources()
      return new RangeError('plain').stack
    })
    console.log(stacks[0] === stacks[1] || stacks)`,
  )
  t.equal(run(program), 'true\n')
})
