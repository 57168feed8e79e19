// Another implementation of RFC 9180 beside ours: @hpke/core over WebCrypto, with the suite of our seal and our layout,
// encapsulated key | ciphertext | tag.
import type { webcrypto } from 'node:crypto'
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'

const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
})
const encapsulatedBytes = 32

/** Throws when it does not open. */
export async function openElsewhere(
  privateKey: Buffer,
  info: Buffer,
  aad: Buffer,
  sealed: Buffer,
): Promise<Buffer> {
  const plaintext = await suite.open(
    {
      recipientKey: await keyOf(privateKey, false),
      enc: bytes(sealed.subarray(0, encapsulatedBytes)),
      info: bytes(info),
    },
    bytes(sealed.subarray(encapsulatedBytes)),
    bytes(aad),
  )
  return Buffer.from(plaintext)
}

export async function sealElsewhere(
  publicKey: string,
  info: Buffer,
  aad: Buffer,
  plaintext: Buffer,
): Promise<Buffer> {
  const recipientPublicKey = await keyOf(Buffer.from(publicKey, 'base64url'), true)
  const { enc, ct } = await suite.seal(
    { recipientPublicKey, info: bytes(info) },
    bytes(plaintext),
    bytes(aad),
  )
  return Buffer.concat([Buffer.from(enc), Buffer.from(ct)])
}

// Its own types name a global that Node does not declare.
async function keyOf(raw: Buffer, isPublic: boolean): Promise<webcrypto.CryptoKey> {
  return (await suite.kem.importKey('raw', bytes(raw), isPublic)) as webcrypto.CryptoKey
}

function bytes(buffer: Buffer): ArrayBuffer {
  return new Uint8Array(buffer).buffer
}
