// Recognises, on both databases, a unique key that is taken and a store that cannot be had, so that both can be said in
// words.

/** Whether the error says that a unique or primary key exists already. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return (
    error.code === '23505' ||
    error.code === 'SQLITE_CONSTRAINT_UNIQUE' ||
    error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
  )
}

/** Whether the error says that a row was named which is not there, or no longer. */
export function isMissingReference(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return error.code === '23503' || error.code === 'SQLITE_CONSTRAINT_FOREIGNKEY'
}

// PostgreSQL ended one of two transactions that waited for each other: nothing is stored, and a second try works.
const deadlock = '40P01'

/** Whether another process held the SQLite file longer than we wait, or PostgreSQL gave way to somebody else. */
export function isBusy(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return error.code === deadlock || String(error.code).startsWith('SQLITE_BUSY')
}

// PostgreSQL: wrong password, no such role, no such database, starting up or shutting down, too many connections.
const refusals = ['28P01', '28000', '3D000', '57P03', '57P01', '53300']

// A connection that breaks under a query has no code in pg, only these words; a rollback over it hides the cause.
const lost = /^Connection terminated|is not queryable$/

/** Whether the database server could not be reached, was lost under way, or does not let us in. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isUnreachable)
  if (!(error instanceof Error)) return false
  if (lost.test(error.message)) return true
  if (!('code' in error)) return false
  const connecting = 'syscall' in error && ['connect', 'getaddrinfo'].includes(String(error.syscall))
  return connecting || refusals.includes(String(error.code))
}
