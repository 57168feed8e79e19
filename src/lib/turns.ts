// Long reckoning in steps, so that whoever else waits is served between them.

/** Does all steps at once. */
export function atOnce<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Milliseconds of reckoning after which others have their turn. */
const longestTurn = 20

/** Lets others have their turn between steps. */
export async function inTurns<Result>(steps: Generator<void, Result>): Promise<Result> {
  let began = performance.now()
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    if (performance.now() - began < longestTurn) continue
    await new Promise((resolve) => setImmediate(resolve))
    began = performance.now()
  }
}
