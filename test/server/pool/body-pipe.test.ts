import t from 'tap'
import { BodyPipe } from '../../../src/server/pool/body-pipe.ts'

t.test('a process that could not be started has no pipes, and that is not the pipe to say', async (t) => {
  // As Node leaves it when the process has no file descriptors left.
  const pipe = new BodyPipe({ stdio: undefined } as never)
  t.equal(pipe.send([new Uint8Array(100_000)]), undefined)
  pipe.close()
})
