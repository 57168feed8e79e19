// `npm run test:long`: what takes too long for every change. The same attacks with every ballot through the front door,
// hundreds of kills at moments of chance, and the two bounds of speed; one file at a time, so that nothing of ours is beside
// a measurement.
import { defineConfig } from 'vitest/config'
import { postgresPrograms } from '../support/tools.ts'

const hasPostgres = process.env.TEST_DATABASE_URL !== undefined || postgresPrograms() !== undefined
const onDatabase = ['tests/http/attacks.test.ts', 'tests/long/kill.test.ts']

const projectOn = (dialect: 'sqlite' | 'postgres', include: string[]) => ({
  extends: true as const,
  test: { name: dialect, include, env: { TEST_DIALECT: dialect, LONG_TESTS: '1' } },
})

export default defineConfig({
  test: {
    root: process.cwd(),
    reporters: ['default', './tests/long/summary.ts', './tests/support/closing-line.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    fileParallelism: false,
    projects: [
      projectOn('sqlite', ['tests/long/speed.test.ts', 'tests/long/progress-speed.test.ts', ...onDatabase]),
      ...(hasPostgres ? [projectOn('postgres', onDatabase)] : []),
    ],
  },
})
