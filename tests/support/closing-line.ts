// The last line of a run: how many tests passed, failed and were skipped. Skipped ones are named; where everything is
// installed (REQUIRE_ALL_TESTS) a skip fails the run.
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    const skipped = tests.filter((test) => test.result().state === 'skipped')
    for (const test of skipped) process.stdout.write(`skipped: ${test.fullName}\n`)
    if (skipped.length > 0 && process.env.REQUIRE_ALL_TESTS) {
      process.stdout.write('A test was skipped although everything should be installed here.\n')
      process.exitCode = 1
    }
    process.stdout.write(`${count('passed')} passed, ${count('failed')} failed, ${skipped.length} skipped\n`)
  }
}
