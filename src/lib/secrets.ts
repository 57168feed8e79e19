// One server secret, one derived key per use (HKDF with a label), so that no key serves two purposes.
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomBytes } from 'node:crypto'

/** Keys that were derived before: each request of a respondent needs two, and deriving is dearer than using them. */
const derived = new WeakMap<Buffer, Map<string, Buffer>>()

/** A 32-byte key for one use, e.g. keyFor(secret, 'access-code'). */
export function keyFor(serverSecret: Buffer, label: string): Buffer {
  const keys = derived.get(serverSecret) ?? new Map<string, Buffer>()
  derived.set(serverSecret, keys)
  const known = keys.get(label)
  if (known) return known
  const key = Buffer.from(hkdfSync('sha256', serverSecret, Buffer.alloc(0), `cchc-survey/1/${label}`, 32))
  keys.set(label, key)
  return key
}

const nonceBytes = 12
const tagBytes = 16

/** AES-256-GCM with a random nonce: nonce | ciphertext | tag. `context` must be the same when opening. */
export function encrypt(key: Buffer, context: string, plaintext: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', createSecretKey(key), nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(context, 'utf8'))
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/** The opposite of `encrypt`; undefined when anything was altered, cut or made with another key. */
export function decrypt(key: Buffer, context: string, sealed: Buffer): Buffer | undefined {
  if (sealed.length < nonceBytes + tagBytes) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', createSecretKey(key), sealed.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    })
    decipher.setAAD(Buffer.from(context, 'utf8'))
    decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
    return Buffer.concat([
      decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes)),
      decipher.final(),
    ])
  } catch {
    // A wrong tag is the one thing that throws here, and it means: not ours.
    return undefined
  }
}
