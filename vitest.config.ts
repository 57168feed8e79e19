// Two runs of the tests that touch a database: SQLite, and a real PostgreSQL server where there is one.
import { defineConfig } from 'vitest/config'

const onDatabase = ['tests/http/**/*.test.ts', 'tests/journey.test.ts', 'tests/migrations/**/*.test.ts']

export default defineConfig({
  test: {
    globalSetup: ['tests/support/global-setup.ts'],
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
      { extends: true, test: { name: 'postgres', include: onDatabase, env: { TEST_DIALECT: 'postgres' } } },
    ],
  },
})
