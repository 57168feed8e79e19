// Slows down guessing. Its key is account and address together: a stranger elsewhere can never shut the owner out, and
// whoever shares the owner's address only makes him wait a minute. The count of tries per address, whatever the account,
// is better-auth's (auth.ts). Kept in memory: with several processes each counts for itself.
import { createHash } from 'node:crypto'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { networkOf } from '../lib/network.ts'

const freeFailures = 10
const windowSeconds = 15 * 60
const secondsBetweenTries = 60

/** `who` = an e-mail address, a person's id, or a fixed word where a code itself is guessed. */
export class SignInLimiter {
  readonly #failures = new RateLimiterMemory({ points: freeFailures, duration: windowSeconds })
  readonly #slowTries = new RateLimiterMemory({ points: 1, duration: secondsBetweenTries })

  /**
   * Whether a try may be made now: always within the free failures, then once a minute. It counts as a failure from here
   * on, until `noteSuccess`: of many made at once none would have been counted when the others are looked at.
   */
  async mayTry(who: string, address: string): Promise<boolean> {
    const key = keyOf(who, address)
    const { consumedPoints } = await this.#failures.penalty(key)
    if (consumedPoints <= freeFailures) return true
    try {
      await this.#slowTries.consume(key)
      return true
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return false
      throw refusal
    }
  }

  async noteSuccess(who: string, address: string): Promise<void> {
    const key = keyOf(who, address)
    await this.#failures.delete(key)
    await this.#slowTries.delete(key)
  }
}

/**
 * For the six digits of the second factor, whoever asks from wherever: a million codes are few enough to be guessed from
 * many addresses at once. Only who knows the password gets here; a recovery code is never slowed down by others.
 */
export class SecondFactorLimiter {
  readonly #here = new SignInLimiter()
  readonly #anywhere = new SignInLimiter()

  async mayTry(staffId: string, address: string, { recovery }: { recovery: boolean }): Promise<boolean> {
    if (!(await this.#here.mayTry(staffId, address))) return false
    const anywhere = await this.#anywhere.mayTry(staffId, '')
    return recovery || anywhere
  }

  async noteSuccess(staffId: string, address: string): Promise<void> {
    await this.#here.noteSuccess(staffId, address)
    await this.#anywhere.noteSuccess(staffId, '')
  }
}

/** Hashed so that whatever is typed takes the same room. */
function keyOf(who: string, address: string): string {
  return createHash('sha256')
    .update(`${who.trim().toLowerCase()} ${networkOf(address)}`)
    .digest('base64url')
}
