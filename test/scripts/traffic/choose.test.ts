import t from 'tap'
import type { Sticky } from '../../../scripts/config/sticky.ts'
import { choose, userHash } from '../../../scripts/traffic/choose.ts'
import { countryOf, userCookie, userIdOf } from '../../../scripts/traffic/user.ts'

const BEFORE = { primary: 90, challenger: 10 }
const AFTER = { primary: 60, challenger: 40 }

const STICKY: Sticky = {
  salt: 'exp-7',
  userFrom: 'x-user-id',
  force: { tester: 'challenger' },
  country: {
    from: 'CF-IPCountry',
    force: { NL: 'challenger' },
    only: { countries: ['DE', 'NL', 'AT'], others: 'primary' },
  },
}

type Ways = Record<string, { sticky: Sticky; headers: (id: string) => Record<string, string> }>

const WAYS: Ways = {
  'a header': { sticky: { ...STICKY, userFrom: 'X-User-Id' }, headers: (id) => ({ 'x-user-id': id }) },
  'a cookie': {
    sticky: { ...STICKY, userFrom: { cookie: 'uid' } },
    headers: (id) => ({ cookie: `theme=dark; uid=${encodeURIComponent(id)}; other="a b"` }),
  },
}

const chosen = (
  { sticky, headers }: Ways[string],
  id: string,
  country: string | undefined,
  weights: Record<string, number>,
) => {
  const sent = { ...headers(id), ...(country !== undefined && { 'cf-ipcountry': country }) }
  return choose(sticky, userIdOf(sent, sticky.userFrom), countryOf(sent, 'CF-IPCountry'), weights)
}

for (const [name, way] of Object.entries(WAYS))
  t.test(
    `by ${name}: users stay where they were when weights change, and only move to what grew`,
    async (t) => {
      const users = Array.from({ length: 2000 }, (_, index) => `Zoë-${index} 🦊`)
      const moves = new Map<string, number>()
      for (const user of users) {
        const [before, after] = [BEFORE, AFTER].map((weights) => chosen(way, user, 'DE', weights))
        const move = `${before?.variant} → ${after?.variant}`
        moves.set(move, (moves.get(move) ?? 0) + 1)
      }
      t.notOk(moves.has('challenger → primary'), 'nobody leaves the variant that grew')
      const stayed = (moves.get('primary → primary') ?? 0) + (moves.get('challenger → challenger') ?? 0)
      t.ok(Math.abs(stayed - 1400) < 100, `${stayed} of 2000 stay, of whom 1400 may`)
    },
  )

t.test('users of the list and countries keep their variant whatever the weights', async (t) => {
  for (const way of Object.values(WAYS))
    for (const weights of [BEFORE, AFTER, { primary: 1, challenger: 0 }, {}]) {
      const of = (id: string, country?: string) => chosen(way, id, country, weights)
      t.match(of('tester', 'US'), { variant: 'challenger', forced: true }, 'a user comes before a country')
      t.match(of('u', 'NL'), { variant: 'challenger', forced: true })
      t.match(of('u', ' nl '), { variant: 'challenger', forced: true })
      t.match(of('u', 'US'), { variant: 'primary', forced: true })
      t.match(of('u'), { variant: 'primary', forced: true }, 'who may be anywhere does not take part')
      t.match(of('u', 'DE'), { forced: false })
    }
  const nobody = choose(STICKY, undefined, 'NL', BEFORE)
  t.strictSame(nobody, { user: null, variant: 'challenger', forced: true }, 'a country needs no user')
  t.strictSame(choose(STICKY, undefined, 'DE', BEFORE), { user: null, variant: undefined, forced: false })
})

t.test('names of what every object has are users and countries like others', async (t) => {
  for (const id of ['constructor', '__proto__', 'toString'])
    t.match(choose({ ...STICKY, force: {} }, id, id, BEFORE), { variant: 'primary', forced: true })
})

t.test('cookies are what browsers send, and garbage is no user', async (t) => {
  const of = (cookie: string) => userIdOf({ cookie }, { cookie: 'uid' })
  t.equal(of('uid=a'), 'a')
  t.equal(of('a=1;uid=b;uid=c'), 'b', 'the first of a name, which is the one of the nearest path')
  t.equal(of('uid="a"'), '"a"', 'quotes are a part of the value (RFC 6265bis)')
  t.equal(of('uid=%E2%82%AC'), '€')
  t.equal(of('uid=%E2%82'), '%E2%82', 'what is not encoded rightly is taken as it is')
  for (const none of [
    '',
    ';;;',
    'uid',
    'uid=',
    '=;=',
    'Uid=a',
    'xuid=a',
    `${'x'.repeat(8000)}`,
    '__proto__=x',
  ])
    t.equal(of(none), undefined, none.slice(0, 20))
  t.equal(userIdOf({}, { cookie: '__proto__' }), undefined)
  t.equal(userIdOf({}, { cookie: 'toString' }), undefined)
  t.equal(
    userCookie('uid', 'a;b', 60),
    'uid=a%3Bb; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax',
    'no user ends an attribute',
  )
})

t.test('a user is hashed with the salt', async (t) => {
  t.match(userHash('exp-7', 'u'), /^[0-9a-f]{16}$/)
  t.not(userHash('exp-7', 'u'), userHash('exp-8', 'u'))
})
