// At the end of `npm run test:long`: all figures once more, one below the other, by database.
import type { Reporter, TestModule } from 'vitest/node'
import type {} from '../support/figures.ts'

export default class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    process.stdout.write('\nSummary\n')
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { figures = [] } = test.meta()
        if (figures.length === 0) continue
        process.stdout.write(`\n${module.project.name} · ${test.name}: ${test.result().state}\n`)
        for (const line of figures) process.stdout.write(`  ${line}\n`)
      }
    }
    process.stdout.write('\n')
  }
}
