import t from 'tap'
import { completeSticky, sticky, stickyText } from '../../../scripts/config/sticky.ts'
import { settingsFrom } from '../../../scripts/traffic/settings.ts'

t.test('the environment names the endpoint, and says who sees what as endpoint.yaml does', async (t) => {
  t.strictSame(settingsFrom({ ENDPOINT_NAME: 'flowers' }), {
    endpoint: 'flowers',
    sticky: { salt: 'flowers', userFrom: 'x-user-id', force: {} },
  })
  t.match(settingsFrom({ ENDPOINT_NAME: 'f', STICKY: '{salt: s, userFrom: {cookie: uid}, force: {7: b}}' }), {
    sticky: { salt: 's', userFrom: { cookie: 'uid' }, force: { 7: 'b' } },
  })
})

t.test('mistakes are told with the variable and the key', async (t) => {
  const cases: [Record<string, string>, RegExp][] = [
    [{}, /ENDPOINT_NAME is not set/],
    [{ ENDPOINT_NAME: 'f', STICKY: '{' }, /STICKY is not valid YAML/],
    [
      { ENDPOINT_NAME: 'f', STICKY: '{salt: s}' },
      /STICKY is not valid:\n {2}userFrom: expected the name of a header/,
    ],
    [{ ENDPOINT_NAME: 'f', STICKY: '{salt: s, userFrom: u, force: users.yaml}' }, /force is a file/],
    [{ ENDPOINT_NAME: 'f', STICKY: 'text' }, /STICKY is not valid/],
  ]
  for (const [environment, message] of cases) t.throws(() => settingsFrom(environment), { message })
})

t.test('what is written for an environment is read as it was', async (t) => {
  const given = completeSticky(
    sticky.parse({
      salt: 'été "7"',
      userFrom: { cookie: 'uid', maxAge: '720h' },
      force: { 'Zoë 🦊': 'b' },
      country: { from: 'CF-IPCountry', only: { countries: ['NO'], others: 'a' } },
      exposures: 's3://bucket/prefix/',
    }),
  )
  t.strictSame(settingsFrom({ ENDPOINT_NAME: 'f', STICKY: stickyText(given) }).sticky, given)
})
