// Slows down guessing at one account. Its key is account and address together: a stranger elsewhere can never shut the
// owner out, and whoever shares the owner's address only makes him wait a minute. The count of tries per address,
// whatever the account, is better-auth's (auth.ts). Kept in memory: with several processes each counts for itself.
import { createHash } from 'node:crypto'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { networkOf } from '../lib/network.ts'

const freeFailures = 10
const windowSeconds = 15 * 60
const secondsBetweenTries = 60

export class SignInLimiter {
  readonly #failures = new RateLimiterMemory({ points: freeFailures, duration: windowSeconds })
  readonly #slowTries = new RateLimiterMemory({ points: 1, duration: secondsBetweenTries })

  /** Whether a try may be made now: always within the free failures, then once a minute. */
  async mayTry(email: string, address: string): Promise<boolean> {
    const key = keyOf(email, address)
    const failures = await this.#failures.get(key)
    if (failures === null || failures.consumedPoints < freeFailures) return true
    try {
      await this.#slowTries.consume(key)
      return true
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return false
      throw refusal
    }
  }

  async noteFailure(email: string, address: string): Promise<void> {
    await this.#failures.penalty(keyOf(email, address))
  }

  async noteSuccess(email: string, address: string): Promise<void> {
    const key = keyOf(email, address)
    await this.#failures.delete(key)
    await this.#slowTries.delete(key)
  }
}

/** Hashed so that whatever is typed takes the same room. */
function keyOf(email: string, address: string): string {
  return createHash('sha256')
    .update(`${email.trim().toLowerCase()} ${networkOf(address)}`)
    .digest('base64url')
}
