import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { CommandError } from '../../../scripts/cli/command.ts'
import { contentsOf } from '../../../scripts/package/contents.ts'

/** A model folder with these files; what is in an ONNX file does not matter here. */
const folderOf = (t: Test, files: Record<string, string>): string => {
  const folder = join(t.testdir({ model: {} }), 'model')
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

const errorOf = (folder: string): string => {
  try {
    contentsOf(folder)
  } catch (error) {
    if (error instanceof CommandError) return error.message
    throw error
  }
  return ''
}

t.test('all files of all folders, in one order; dotfiles are left out, and named', async (t) => {
  const folder = folderOf(t, {
    'model.onnx': 'x',
    'b/z.txt': '',
    'B.txt': '',
    'a.bin': '',
    'b/ä.txt': '',
    '.DS_Store': '',
    '.git/config': '',
    'b/.hidden': '',
  })
  t.strictSame(contentsOf(folder), {
    folder,
    files: ['B.txt', 'a.bin', 'b/z.txt', 'b/ä.txt', 'model.onnx'],
    leftOut: ['.DS_Store', '.git/', 'b/.hidden'],
  })
})

t.test('links, sockets and pipes are refused, all at once', async (t) => {
  const folder = folderOf(t, { 'model.onnx': 'x', 'sub/real.txt': '' })
  symlinkSync('sub/real.txt', join(folder, 'link.txt'))
  symlinkSync('sub', join(folder, 'folder-link'))
  linkSync(join(folder, 'sub/real.txt'), join(folder, 'hard.txt'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  const [first, ...lines] = errorOf(folder).split('\n  ')
  t.equal(first, `the model folder ${folder} cannot be packed:`)
  t.strictSame(lines, [
    'folder-link is a symbolic link, which SageMaker refuses; put the file itself there',
    'link.txt is a symbolic link, which SageMaker refuses; put the file itself there',
    'pipe is a socket, a pipe or a device; remove it',
    'sub/real.txt is a hard link to hard.txt, and SageMaker refuses links; copy the file',
  ])
})

t.test('a file that has another name elsewhere is a file', async (t) => {
  const folder = folderOf(t, { 'model.onnx': 'x' })
  linkSync(join(folder, 'model.onnx'), join(dirname(folder), 'elsewhere.onnx'))
  t.strictSame(contentsOf(folder).files, ['model.onnx'])
})

t.test('what the server would not serve is not packed', async (t) => {
  const refused: [Record<string, string>, RegExp][] = [
    [{}, /^Model folder is not valid: no \.onnx file in .*: it is empty$/],
    [{ 'a.onnx': 'x', 'b.onnx': 'x' }, /holds 2 models, "a\.onnx", "b\.onnx": name one in serving\.yaml/],
    [
      { 'a.onnx': 'x', 'serving.yaml': 'lables: [a]' },
      /serving\.yaml is not valid:\n {2}lables: unknown key; did you mean labels\?/,
    ],
    [
      { 'a.onnx': 'x', 'serving.yaml': 'labels: l.txt' },
      /labels: there is no file l\.txt in the model folder/,
    ],
  ]
  for (const [files, expected] of refused) t.match(errorOf(folderOf(t, files)), expected)
})

t.test('a dotfile that the server needs is not left out in silence', async (t) => {
  const labels = folderOf(t, {
    'a.onnx': 'x',
    'serving.yaml': 'labels: .names/l.txt',
    '.names/l.txt': 'cat\n',
  })
  t.match(errorOf(labels), /\.names\/l\.txt is what the server needs, but dotfiles are left out; rename it/)
  const model = folderOf(t, { 'serving.yaml': 'model: .m.onnx', '.m.onnx': 'x' })
  t.match(errorOf(model), /\.m\.onnx is what the server needs/)
})

t.test('a folder that is none is told', async (t) => {
  const folder = folderOf(t, { 'a.onnx': 'x' })
  t.match(errorOf(join(folder, 'a.onnx')), /a\.onnx is not a folder$/)
  t.equal(errorOf('/nowhere'), 'there is no model folder /nowhere')
})
