// Two runs of the tests that touch a database: SQLite, and a real PostgreSQL server where there is one.
import { defineConfig } from 'vitest/config'
import { postgresPrograms } from './tests/support/tools.ts'

const onDatabase = ['tests/http/**/*.test.ts', 'tests/journey.test.ts', 'tests/migrations/**/*.test.ts']

// Without a server the whole project is left out; the global set-up says so by name.
const hasPostgres = process.env.TEST_DATABASE_URL !== undefined || postgresPrograms() !== undefined

const postgresProject = {
  extends: true as const,
  test: { name: 'postgres', include: onDatabase, env: { TEST_DIALECT: 'postgres' } },
}

export default defineConfig({
  test: {
    reporters: ['default', './tests/support/closing-line.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    // Files share what they import, which takes half of a small file's time; none changes what it imports. Two at a
    // time, because a test waits for a browser, a database or a disk as long as it computes.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'sqlite',
          include: [
            ...onDatabase,
            'tests/unit/**/*.test.ts',
            'tests/browser/**/*.test.ts',
            'tests/architecture.test.ts',
          ],
          env: { TEST_DIALECT: 'sqlite' },
        },
      },
      ...(hasPostgres ? [postgresProject] : []),
    ],
  },
})
