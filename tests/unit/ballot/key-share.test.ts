// The key of a council: any k papers restore it, k - 1 do not, and no paper of elsewhere opens a share.
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  joinShares,
  newSecret,
  openShare,
  publicKeyOfPaper,
  sealShare,
  splitKey,
} from '../../../src/ballot/key-share.ts'
import { newSealKeyPair } from '../../../src/ballot/seal.ts'

const survey = 'survey-1'

async function council(holders: number, needed: number) {
  const { privateKey } = newSealKeyPair()
  const secrets = Array.from({ length: holders }, newSecret)
  const publicKeys = secrets.map((secret) => publicKeyOfPaper(survey, secret))
  const sealed = await splitKey(survey, privateKey, needed, publicKeys)
  const shareOf = (at: number) => openShare(survey, secrets[at] ?? Buffer.alloc(16), sealed[at] ?? '')
  return { privateKey, secrets, publicKeys, sealed, shareOf }
}

/** All sets of `size` places of `of`. */
function sets(of: number, size: number): number[][] {
  if (size === 0) return [[]]
  return Array.from({ length: of }, (_, last) => last).flatMap((last) =>
    sets(last, size - 1).map((rest) => [...rest, last]),
  )
}

describe.each([
  [3, 2],
  [5, 3],
])('of %i holders', (holders, needed) => {
  test(`any ${needed} restore the key, in any order, and no ${needed - 1} do`, async () => {
    const { privateKey, shareOf } = await council(holders, needed)
    const share = (at: number) => shareOf(at) ?? Buffer.alloc(0)
    for (const some of sets(holders, needed)) {
      expect(await joinShares(some.map(share))).toEqual(privateKey)
      expect(await joinShares(some.toReversed().map(share))).toEqual(privateKey)
    }
    for (const some of sets(holders, needed - 1).filter((each) => each.length > 1))
      expect(await joinShares(some.map(share))).not.toEqual(privateKey)
  })

  test('the sealed shares hold neither the key nor a secret in any form', async () => {
    const { privateKey, secrets, sealed } = await council(holders, needed)
    const bytes = Buffer.concat(sealed.map((each) => Buffer.from(each, 'base64url')))
    for (const hidden of [privateKey, ...secrets]) expect(bytes.includes(hidden)).toBe(false)
  })
})

describe('a paper', () => {
  test('opens its own share alone, in its own survey alone', async () => {
    const { secrets, sealed } = await council(3, 2)
    const own = secrets[0] ?? Buffer.alloc(16)
    expect(openShare(survey, own, sealed[0] ?? '')).toHaveLength(33)
    expect(openShare(survey, own, sealed[1] ?? '')).toBeUndefined()
    expect(openShare('survey-2', own, sealed[0] ?? '')).toBeUndefined()
    expect(openShare(survey, randomBytes(16), sealed[0] ?? '')).toBeUndefined()
    expect(openShare(survey, own, '')).toBeUndefined()
    expect(publicKeyOfPaper('survey-2', own)).not.toBe(publicKeyOfPaper(survey, own))
  })

  test('is void once its share is sealed to another one', async () => {
    const { secrets, sealed, shareOf, privateKey } = await council(3, 2)
    const taker = newSecret()
    const share = shareOf(0) ?? Buffer.alloc(0)
    const handed = sealShare(survey, publicKeyOfPaper(survey, taker), share)
    expect(openShare(survey, secrets[0] ?? Buffer.alloc(16), handed)).toBeUndefined()
    const other = openShare(survey, secrets[1] ?? Buffer.alloc(16), sealed[1] ?? '')
    const parts = [openShare(survey, taker, handed), other].flatMap((each) => each ?? [])
    expect(await joinShares(parts)).toEqual(privateKey)
  })
})
