// Figures of a test for whoever reads the run: printed at once, and again in the summary of `npm run test:long`.
import type { TestContext } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    figures?: string[]
  }
}

export function tell({ task }: Pick<TestContext, 'task'>, ...lines: string[]): void {
  console.log(lines.join('\n'))
  task.meta.figures = [...(task.meta.figures ?? []), ...lines]
}
