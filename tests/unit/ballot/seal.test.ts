// The seal is RFC 9180 to the letter: its published vectors, another implementation in both directions, and
// whatever is altered does not open.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  aes256Gcm,
  newSealKeyPair,
  open,
  openWith,
  publicKeyOf,
  seal,
  SealBroken,
  sealOverhead,
  sealWith,
  type Aead,
} from '../../../src/ballot/seal.ts'
import { openElsewhere, sealElsewhere } from '../../support/hpke.ts'

const hex = (digits: string): Buffer => Buffer.from(digits, 'hex')
const text = (words: string): Buffer => Buffer.from(words, 'utf8')
const none = Buffer.alloc(0)
const aes128Gcm: Aead = { id: 0x0001, cipher: 'aes-128-gcm', keyBytes: 16 }

const info = text('survey-ballot/1:khao-sat')
const aad = text('aad')

/** A sealed message with all that opens it; a test changes one thing. */
function sealedMessage(plaintext = text('Không ai đọc được phiếu này.')) {
  const { publicKey, privateKey } = newSealKeyPair()
  return { publicKey, privateKey, plaintext, sealed: seal(publicKey, info, aad, plaintext) }
}

function flipped(bytes: Buffer, position: number, mask = 0x01): Buffer {
  const copy = Buffer.from(bytes)
  copy[position] = (copy[position] ?? 0) ^ mask
  return copy
}

// Mode base, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, encryption number 0.
// AES-128-GCM: RFC 9180, appendix A.1.1 (A.1.1.1).
// AES-256-GCM: not printed in the RFC; from its machine-readable vectors,
// github.com/cfrg/draft-irtf-cfrg-hpke, test-vectors.json at commit 5f503c564da00b0687b3de75f1dfbdfc4079ad31
// (named in RFC 9180, appendix A), the entry with mode 0, kem_id 32, kdf_id 1, aead_id 2.
const vectors = [
  {
    name: 'AES-128-GCM',
    aead: aes128Gcm,
    info: '4f6465206f6e2061204772656369616e2055726e',
    skEm: '52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736',
    skRm: '4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8',
    pkRm: '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d',
    enc: '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431',
    aad: '436f756e742d30',
    pt: '4265617574792069732074727574682c20747275746820626561757479',
    ct: 'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a',
  },
  {
    name: 'AES-256-GCM',
    aead: aes256Gcm,
    info: '4f6465206f6e2061204772656369616e2055726e',
    skEm: '179d4b53b6365c45b600c4163b61d95cbc2f4d9e36f1695558dce265ab8bab11',
    skRm: '497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d',
    pkRm: '430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c',
    enc: '6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256',
    aad: '436f756e742d30',
    pt: '4265617574792069732074727574682c20747275746820626561757479',
    ct: 'e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a',
  },
]

describe.each(vectors)('the published vector of RFC 9180 with $name', (vector) => {
  const publicKey = hex(vector.pkRm).toString('base64url')

  test('has the public key of its private key', () => {
    expect(publicKeyOf(hex(vector.skRm))).toBe(publicKey)
    expect(publicKeyOf(hex(vector.skEm))).toBe(hex(vector.enc).toString('base64url'))
  })

  test('is what the same keys seal', () => {
    const sealed = sealWith(
      vector.aead,
      publicKey,
      hex(vector.info),
      hex(vector.aad),
      hex(vector.pt),
      hex(vector.skEm),
    )
    expect(sealed.toString('hex')).toBe(vector.enc + vector.ct)
  })

  test('opens', () => {
    const sealed = hex(vector.enc + vector.ct)
    const plaintext = openWith(vector.aead, hex(vector.skRm), hex(vector.info), hex(vector.aad), sealed)
    expect(plaintext.toString('hex')).toBe(vector.pt)
  })
})

test('seal and open are the vector with AES-256-GCM', () => {
  const vector = vectors[1]
  if (!vector) throw new Error('no vector')
  const publicKey = hex(vector.pkRm).toString('base64url')
  const sealed = seal(publicKey, hex(vector.info), hex(vector.aad), hex(vector.pt), hex(vector.skEm))
  expect(sealed.toString('hex')).toBe(vector.enc + vector.ct)
  expect(open(hex(vector.skRm), hex(vector.info), hex(vector.aad), sealed).toString('hex')).toBe(vector.pt)
})

describe('@hpke/core', () => {
  const message = fc.record({
    info: fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
    aad: fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
    plaintext: fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
  })

  test('opens what we seal', async () => {
    await fc.assert(
      fc.asyncProperty(message, async (given) => {
        const { publicKey, privateKey } = newSealKeyPair()
        const sealed = seal(publicKey, given.info, given.aad, given.plaintext)
        const opened = await openElsewhere(privateKey, given.info, given.aad, sealed)
        expect(opened.equals(given.plaintext)).toBe(true)
      }),
    )
  })

  test('seals what we open', async () => {
    await fc.assert(
      fc.asyncProperty(message, async (given) => {
        const { publicKey, privateKey } = newSealKeyPair()
        const sealed = await sealElsewhere(publicKey, given.info, given.aad, given.plaintext)
        expect(open(privateKey, given.info, given.aad, sealed).equals(given.plaintext)).toBe(true)
      }),
    )
  })
})

describe('a sealed message', () => {
  test('opens with the private key and is 48 bytes longer', () => {
    const { privateKey, plaintext, sealed } = sealedMessage()
    expect(open(privateKey, info, aad, sealed).equals(plaintext)).toBe(true)
    expect(sealed.length).toBe(plaintext.length + 48)
    expect(sealOverhead).toBe(48)
  })

  test('may be empty, with empty info and aad', () => {
    const { publicKey, privateKey } = newSealKeyPair()
    const sealed = seal(publicKey, none, none, none)
    expect(sealed.length).toBe(48)
    expect(open(privateKey, none, none, sealed).length).toBe(0)
    expect(() => open(privateKey, none, none, flipped(sealed, 47))).toThrow(SealBroken)
  })

  test('is never the same twice', () => {
    const { publicKey } = newSealKeyPair()
    const all = Array.from({ length: 50 }, () => seal(publicKey, info, aad, text('x')).toString('hex'))
    expect(new Set(all).size).toBe(50)
    expect(new Set(all.map((each) => each.slice(0, 64))).size).toBe(50)
  })

  test('does not open with any one bit of it altered', () => {
    const { privateKey, sealed } = sealedMessage(text('0123'))
    // Key, ciphertext and tag, the key's top bit among them, which X25519 itself ignores.
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      expect(() => open(privateKey, info, aad, flipped(sealed, bit >> 3, 1 << (bit & 7)))).toThrow(SealBroken)
    }
  })

  test('does not open cut to any length, nor with anything added', () => {
    const { privateKey, sealed } = sealedMessage()
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => open(privateKey, info, aad, sealed.subarray(0, length))).toThrow(SealBroken)
      expect(() => open(privateKey, info, aad, sealed.subarray(sealed.length - length))).toThrow(SealBroken)
    }
    expect(() => open(privateKey, info, aad, Buffer.concat([sealed, Buffer.of(0)]))).toThrow(SealBroken)
    expect(() => open(privateKey, info, aad, Buffer.concat([Buffer.of(0), sealed]))).toThrow(SealBroken)
  })

  test('does not open with another key, info or aad', () => {
    const { privateKey, sealed } = sealedMessage()
    expect(() => open(newSealKeyPair().privateKey, info, aad, sealed)).toThrow(SealBroken)
    expect(() => open(privateKey, text('survey-ballot/1:khao-sa'), aad, sealed)).toThrow(SealBroken)
    expect(() => open(privateKey, none, aad, sealed)).toThrow(SealBroken)
    expect(() => open(privateKey, info, none, sealed)).toThrow(SealBroken)
    expect(() => open(privateKey, aad, info, sealed)).toThrow(SealBroken)
  })

  test('does not open under AES-128-GCM, nor the other way round', () => {
    const { publicKey, privateKey, plaintext, sealed } = sealedMessage()
    expect(() => openWith(aes128Gcm, privateKey, info, aad, sealed)).toThrow(SealBroken)
    const other = sealWith(aes128Gcm, publicKey, info, aad, plaintext)
    expect(() => open(privateKey, info, aad, other)).toThrow(SealBroken)
  })

  test('with the halves of two messages does not open', () => {
    const { publicKey, privateKey, sealed } = sealedMessage()
    const second = seal(publicKey, info, aad, text('Không ai đọc được phiếu này.'))
    const mixed = Buffer.concat([sealed.subarray(0, 32), second.subarray(32)])
    expect(() => open(privateKey, info, aad, mixed)).toThrow(SealBroken)
  })
})

describe('a key', () => {
  test('pair is new each time, both halves 32 bytes, the public one in base64url', () => {
    const one = newSealKeyPair()
    const other = newSealKeyPair()
    expect(one.privateKey.length).toBe(32)
    expect(one.publicKey).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(one.publicKey).not.toBe(other.publicKey)
    expect(one.privateKey.equals(other.privateKey)).toBe(false)
  })

  test('of another length is refused, and no damaged ballot is blamed for it', () => {
    const { publicKey, sealed } = sealedMessage()
    for (const length of [0, 16, 31, 33, 64]) {
      const wrong = Buffer.alloc(length, 9)
      expect(() => seal(wrong.toString('base64url'), info, aad, none)).toThrow('32 bytes')
      expect(() => seal(publicKey, info, aad, none, wrong)).toThrow('32 bytes')
      expect(() => open(wrong, info, aad, sealed)).toThrow('32 bytes')
      expect(() => open(wrong, info, aad, sealed)).not.toThrow(SealBroken)
    }
  })

  test('has one spelling', () => {
    const { publicKey } = newSealKeyPair()
    for (const other of [
      `${publicKey}=`,
      ` ${publicKey}`,
      `${publicKey}\n`,
      Buffer.from(publicKey, 'base64url').toString('hex'),
    ]) {
      expect(() => seal(other, info, aad, none)).toThrow('base64url')
    }
    expect(() => seal('', info, aad, none)).toThrow('base64url')
  })

  // The points of order 1, 2, 4 and 8, and their spellings above the prime: each leads to a shared secret of
  // zeros.
  test.each([
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000080',
  ])('of low order is refused, to seal to and to open from: %s', (point) => {
    const { privateKey, sealed } = sealedMessage()
    expect(() => seal(hex(point).toString('base64url'), info, aad, none)).toThrow('low order')
    const forged = Buffer.concat([hex(point), sealed.subarray(32)])
    expect(() => open(privateKey, info, aad, forged)).toThrow(SealBroken)
    expect(() => open(privateKey, info, aad, forged)).toThrow('low order')
  })

  test('private half is left as it was', () => {
    const { privateKey, sealed } = sealedMessage()
    const before = Buffer.from(privateKey)
    open(privateKey, info, aad, sealed)
    expect(privateKey.equals(before)).toBe(true)
  })

  test('works after more surveys than are remembered', () => {
    const first = sealedMessage()
    for (let count = 0; count < 70; count += 1) seal(newSealKeyPair().publicKey, info, aad, none)
    const again = seal(first.publicKey, info, aad, first.plaintext)
    expect(open(first.privateKey, info, aad, again).equals(first.plaintext)).toBe(true)
  })
})
