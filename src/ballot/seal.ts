// Seals bytes to a public key, so that only the holder of the private key reads them. RFC 9180 (HPKE), mode
// base, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, one message per encapsulation, over
// node:crypto. Names in quotes and the order of the steps are the RFC's; its vectors and @hpke/core stand in
// the tests.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  randomBytes,
  type CipherGCMTypes,
  type KeyObject,
} from 'node:crypto'

const publicKeyBytes = 32
const privateKeyBytes = 32
const nonceBytes = 12
const tagBytes = 16

/** How many bytes `seal` adds: the encapsulated key and the tag. */
export const sealOverhead = publicKeyBytes + tagBytes

/** What was sealed cannot be opened: altered, cut, or sealed to another key or for another purpose. */
export class SealBroken extends Error {
  override name = 'SealBroken'
}

/** `id` is the RFC's aead_id, `keyBytes` its Nk. */
export interface Aead {
  id: number
  cipher: CipherGCMTypes
  keyBytes: number
}
export const aes256Gcm: Aead = { id: 0x0002, cipher: 'aes-256-gcm', keyBytes: 32 }

/**
 * A fresh pair: the public key as base64url of its 32 bytes, the private key as its 32 bytes (to be wrapped
 * or split).
 */
export function newSealKeyPair(): { publicKey: string; privateKey: Buffer } {
  const privateKey = randomBytes(privateKeyBytes)
  return { publicKey: publicKeyOf(privateKey), privateKey }
}

/** The public key (base64url) that belongs to a private key of 32 bytes. */
export function publicKeyOf(privateKey: Buffer): string {
  return rawPublicKey(importPrivateKey(privateKey)).toString('base64url')
}

/**
 * Seals `plaintext` to `publicKey` (base64url, 32 bytes): encapsulated key | ciphertext | tag.
 * `info` and `aad` are not stored and must be the same when opening. `ephemeral` is 32 random bytes, never
 * used twice. Throws on a public key that is none or that would lead to a shared secret of zeros.
 */
export function seal(
  publicKey: string,
  info: Buffer,
  aad: Buffer,
  plaintext: Buffer,
  ephemeral?: Buffer,
): Buffer {
  return sealWith(aes256Gcm, publicKey, info, aad, plaintext, ephemeral)
}

/** The opposite of `seal`; throws SealBroken, and a plain Error when `privateKey` is not 32 bytes. */
export function open(privateKey: Buffer, info: Buffer, aad: Buffer, sealed: Buffer): Buffer {
  return openWith(aes256Gcm, privateKey, info, aad, sealed)
}

/** `seal` for any AES-GCM; by itself only for the RFC's appendix, which prints AES-128-GCM. */
export function sealWith(
  aead: Aead,
  publicKey: string,
  info: Buffer,
  aad: Buffer,
  plaintext: Buffer,
  ephemeral: Buffer = randomBytes(privateKeyBytes),
): Buffer {
  const recipient = recipientOf(publicKey)
  const own = importPrivateKey(ephemeral)
  const enc = rawPublicKey(own)
  const dh = agree(own, recipient.key)
  if (!dh) throw new Error('the public key of the seal is a point of low order')

  const { key, nonce } = keySchedule(aead, sharedSecret(dh, enc, recipient.raw), info)
  const cipher = createCipheriv(aead.cipher, key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(aad)
  return Buffer.concat([enc, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/** `open` for any AES-GCM, the counterpart of `sealWith`. */
export function openWith(aead: Aead, privateKey: Buffer, info: Buffer, aad: Buffer, sealed: Buffer): Buffer {
  const own = importPrivateKey(privateKey)
  if (sealed.length < sealOverhead) throw new SealBroken('shorter than an empty seal')
  const enc = sealed.subarray(0, publicKeyBytes)
  const dh = agree(own, importPublicKey(enc))
  if (!dh) throw new SealBroken('the encapsulated key is a point of low order')

  const { key, nonce } = keySchedule(aead, sharedSecret(dh, enc, rawPublicKey(own)), info)
  const decipher = createDecipheriv(aead.cipher, key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(aad)
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
  const plaintext = decipher.update(sealed.subarray(publicKeyBytes, sealed.length - tagBytes))
  try {
    decipher.final()
  } catch (cause) {
    // The tag is all that final() looks at in GCM.
    throw new SealBroken('the seal does not hold', { cause })
  }
  return plaintext
}

// Section 4.1: the key encapsulation.

const kemSuite = Buffer.concat([Buffer.from('KEM'), uint16(0x0020)])

/** ExtractAndExpand: the 32 bytes that both sides share. */
function sharedSecret(dh: Buffer, enc: Buffer, recipient: Buffer): Buffer {
  const prk = labeledExtract(kemSuite, empty, 'eae_prk', dh)
  return labeledExpand(kemSuite, prk, 'shared_secret', Buffer.concat([enc, recipient]), 32)
}

/** The X25519 secret of two keys; undefined where it would be all zeros (section 7.1.4), known to anyone. */
function agree(privateKey: KeyObject, publicKey: KeyObject): Buffer | undefined {
  try {
    const dh = diffieHellman({ privateKey, publicKey })
    return dh.equals(Buffer.alloc(dh.length)) ? undefined : dh
  } catch {
    // OpenSSL looks for the zeros by itself; two imported X25519 keys have no other way to fail.
    return undefined
  }
}

// Section 5.1: the key schedule of mode base (no pre-shared key). The nonce is that of sequence number 0.

function keySchedule(aead: Aead, secretOfBoth: Buffer, info: Buffer): { key: Buffer; nonce: Buffer } {
  const suite = Buffer.concat([Buffer.from('HPKE'), uint16(0x0020), uint16(0x0001), uint16(aead.id)])
  const modeBase = Buffer.of(0x00)
  const context = Buffer.concat([
    modeBase,
    labeledExtract(suite, empty, 'psk_id_hash', empty),
    labeledExtract(suite, empty, 'info_hash', info),
  ])
  const secret = labeledExtract(suite, secretOfBoth, 'secret', empty)
  return {
    key: labeledExpand(suite, secret, 'key', context, aead.keyBytes),
    nonce: labeledExpand(suite, secret, 'base_nonce', context, nonceBytes),
  }
}

// Section 4: labeled HKDF-SHA256.

const empty = Buffer.alloc(0)
const version = Buffer.from('HPKE-v1')

function labeledExtract(suite: Buffer, salt: Buffer, label: string, ikm: Buffer): Buffer {
  return hmac(salt, [version, suite, Buffer.from(label), ikm])
}

/** One block of HKDF-Expand: no length here is above 32. */
function labeledExpand(suite: Buffer, prk: Buffer, label: string, info: Buffer, length: number): Buffer {
  const block = hmac(prk, [uint16(length), version, suite, Buffer.from(label), info, Buffer.of(0x01)])
  return block.subarray(0, length)
}

function hmac(key: Buffer, parts: Buffer[]): Buffer {
  const mac = createHmac('sha256', key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}

/** I2OSP(value, 2) */
function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff)
}

// Raw keys in and out of node:crypto, in the DER wrapping that every Node takes (RFC 8410).

const privateKeyHead = Buffer.from('302e020100300506032b656e04220420', 'hex')
const publicKeyHead = Buffer.from('302a300506032b656e032100', 'hex')

function importPrivateKey(raw: Buffer): KeyObject {
  if (raw.length !== privateKeyBytes)
    throw new Error(`a private key of the seal has ${privateKeyBytes} bytes`)
  const der = Buffer.concat([privateKeyHead, raw])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0) // no copies of the private key left behind in the heap, as far as that is ours to say
  return key
}

function importPublicKey(raw: Buffer): KeyObject {
  return createPublicKey({ key: Buffer.concat([publicKeyHead, raw]), format: 'der', type: 'spki' })
}

function rawPublicKey(key: KeyObject): Buffer {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(publicKeyHead.length)
}

/** Public keys only, one per survey that collects; a private key is never kept here. */
const recipients = new Map<string, { key: KeyObject; raw: Buffer }>()
const mostRecipients = 64

function recipientOf(publicKey: string): { key: KeyObject; raw: Buffer } {
  const known = recipients.get(publicKey)
  if (known) return known
  const raw = Buffer.from(publicKey, 'base64url')
  // Decoding skips what is not base64url; only the one right spelling may stand for a key.
  if (raw.length !== publicKeyBytes || raw.toString('base64url') !== publicKey) {
    throw new Error(`a public key of the seal has ${publicKeyBytes} bytes in base64url`)
  }
  const recipient = { key: importPublicKey(raw), raw }
  if (recipients.size >= mostRecipients) recipients.clear()
  recipients.set(publicKey, recipient)
  return recipient
}
