// The key of a council-held survey, cut into shares (Shamir, k of n), each sealed to the secret that one holder keeps on
// paper. The secret was made before the key and is stored nowhere, so a paper can be rehearsed and checked without the
// key, and handed over by sealing the share anew. Source: confidentiality.md §7; README, "Decisions".
import { hkdfSync, randomBytes } from 'node:crypto'
import { combine, split } from 'shamir-secret-sharing'
import { open, publicKeyOf, seal, SealBroken } from './seal.ts'
import { secretBytes } from './key-words.ts'

/** A new secret for one holder's paper, 128 random bits. */
export function newSecret(): Buffer {
  return randomBytes(secretBytes)
}

/** The public half of a paper (base64url): what the server keeps of it. Another survey's paper gives another one. */
export function publicKeyOfPaper(surveyId: string, secret: Buffer): string {
  return publicKeyOf(privateKeyOfPaper(surveyId, secret))
}

function privateKeyOfPaper(surveyId: string, secret: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `cchc-key-paper/1:${surveyId}`, 32))
}

/**
 * Cuts a private key into one share for each holder, any `needed` of which restore it, each sealed to its holder.
 * @param publicKeys of the holders' papers, base64url, in their order
 * @returns sealed shares, base64url, in the same order
 */
export async function splitKey(
  surveyId: string,
  privateKey: Buffer,
  needed: number,
  publicKeys: readonly string[],
): Promise<string[]> {
  // The library takes plain Uint8Arrays alone, no Buffers.
  const bytes = new Uint8Array(privateKey)
  const shares = await split(bytes, publicKeys.length, needed)
  bytes.fill(0)
  return shares.map((share, at) => {
    const sealed = sealShare(surveyId, publicKeys[at] ?? '', Buffer.from(share))
    share.fill(0)
    return sealed
  })
}

/** The share for another holder's paper: how it is handed over. */
export function sealShare(surveyId: string, publicKey: string, share: Buffer): string {
  return seal(publicKey, purposeOf(surveyId), noAad, share).toString('base64url')
}

/** A holder's share, by the paper; undefined when the paper is not the one that it was sealed to. */
export function openShare(surveyId: string, secret: Buffer, sealed: string): Buffer | undefined {
  try {
    return open(
      privateKeyOfPaper(surveyId, secret),
      purposeOf(surveyId),
      noAad,
      Buffer.from(sealed, 'base64url'),
    )
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}

/** The private key out of shares. With fewer than were needed it is another one: the caller compares the public key. */
export async function joinShares(shares: readonly Buffer[]): Promise<Buffer> {
  return Buffer.from(await combine(shares.map((share) => new Uint8Array(share))))
}

const noAad = Buffer.alloc(0)

function purposeOf(surveyId: string): Buffer {
  return Buffer.from(`survey-key-share/1:${surveyId}`, 'utf8')
}
