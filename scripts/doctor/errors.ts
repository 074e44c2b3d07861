/** What AWS says in errors, where doctor must tell them apart. */

const DENIED = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'AuthorizationError']

export const isDenied = (error: unknown): boolean => DENIED.includes((error as Error).name)

export const messageOf = (error: unknown): string => {
  const { name, message } = error as Error
  // The SDK's errors on answers that are none go on with advice for programmers.
  const [line = ''] = message.split('\n')
  return name === 'Error' ? line : `${name}: ${line}`
}
