import t from 'tap'
import {
  isAlreadyThere,
  isConflict,
  isMissing,
  isNotYetKnown,
  isTransient,
  messageOf,
  orMissing,
} from '../../../scripts/aws/errors.ts'

const error = (name: string, message = '', more: object = {}) =>
  Object.assign(new Error(message), { name, ...more })

const validation = (message: string) => error('ValidationException', message)

/** What AWS says, and which of the questions are answered with yes. */
const CASES: [Error, ...((error: unknown) => boolean)[]][] = [
  [
    validation('Could not find endpoint "arn:aws:sagemaker:eu-west-1:1:endpoint/a".'),
    isMissing,
    isNotYetKnown,
  ],
  [validation('Could not find model "arn:aws:sagemaker:eu-west-1:1:model/a".'), isMissing, isNotYetKnown],
  [validation('Could not find model data at s3://b/k.'), isMissing],
  [
    validation('Could not assume role arn:aws:iam::1:role/a. Please ensure that the role exists'),
    isNotYetKnown,
  ],
  [
    validation('Cannot create already existing model "arn:aws:sagemaker:eu-west-1:1:model/a".'),
    isAlreadyThere,
    isConflict,
  ],
  [validation('Cannot update in-progress endpoint "arn".'), isConflict],
  [validation("1 validation error detected: Value 'a_b' at 'modelName'")],
  [error('BucketAlreadyOwnedByYou'), isAlreadyThere],
  [error('NoSuchBucket'), isMissing],
  [error('NotFound'), isMissing],
  [error('ResourceNotFoundException', 'The specified log group does not exist.'), isMissing],
  [error('ThrottlingException', 'Rate exceeded'), isTransient],
  [error('InternalFailure', '', { $metadata: { httpStatusCode: 500 } }), isTransient],
  [error('Error', 'connect ECONNREFUSED', { code: 'ECONNREFUSED' }), isTransient],
  [error('AccessDeniedException', 'not authorized to perform')],
  [error('ResourceLimitExceeded', "The account-level service limit 'ml.g5.xlarge' is 0")],
]

for (const [given, ...yes] of CASES) {
  t.test(messageOf(given), async (t) => {
    for (const question of [isMissing, isAlreadyThere, isConflict, isNotYetKnown, isTransient]) {
      t.equal(question(given), yes.includes(question), question.name)
    }
  })
}

t.test('nothing that is thrown is too odd to be asked about', async (t) => {
  for (const odd of [undefined, null, 'text', 1, {}]) {
    t.notOk(isMissing(odd))
    t.notOk(isTransient(odd))
    t.type(messageOf(odd), 'string')
  }
})

t.test('an answer is given back, what is missing is undefined, and all else is thrown', async (t) => {
  t.equal(await orMissing(Promise.resolve(1)), 1)
  t.equal(await orMissing(Promise.reject(error('NotFound'))), undefined)
  await t.rejects(orMissing(Promise.reject(error('AccessDenied', 'no'))), { message: 'no' })
})
