// Answers come at even times, so that how long one took tells nothing of what was found.
import { setTimeout as wait } from 'node:timers/promises'

/** Milliseconds: more than any of our answers to a code takes, less than a person notices. */
const step = 25

/** The outcome of the work, good or bad, at the next whole step after it began. */
export async function atEvenTime<Result>(work: () => Promise<Result>): Promise<Result> {
  const began = performance.now()
  try {
    return await work()
  } finally {
    const spent = performance.now() - began
    await wait(Math.ceil(spent / step) * step - spent)
  }
}
