// What the environment may not say: the program does not start with a secret that can be guessed, or half a mail server.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../src/config.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cchc-config-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

test.each([
  ['a short secret', { SERVER_SECRET: 'short' }, /at least 32 characters/],
  ['one sign again and again', { SERVER_SECRET: 'x'.repeat(40) }, /must be random/],
  ['one word again and again', { SERVER_SECRET: 'changeme'.repeat(5) }, /must be random/],
  ['PostgreSQL without a secret', { DATABASE_URL: 'postgres://x/y' }, /SERVER_SECRET must be given/],
  ['a mail server without a sender', { SMTP_URL: 'smtps://mail.example.vn' }, /given together/],
  ['a proxy that is none', { TRUST_PROXY: 'everybody' }, /must list addresses/],
  ['an address that is no site', { PUBLIC_URL: 'javascript:alert(1)' }, /PUBLIC_URL cannot be used/],
])(
  '%s is refused in one sentence that does not repeat it',
  (_, environment: Record<string, string>, sentence) => {
    let refusal: unknown
    try {
      readConfig({ DATA_DIR: folder, ...environment })
    } catch (error) {
      refusal = error
    }
    expect(refusal).toBeInstanceOf(ConfigError)
    expect((refusal as Error).message).toMatch(sentence)
    for (const value of Object.values(environment)) expect((refusal as Error).message).not.toContain(value)
  },
)

test('a secret of ours is 256 random bits in a file for nobody else, another one each time', () => {
  const first = readConfig({ DATA_DIR: join(folder, 'a') }).serverSecret.toString()
  const second = readConfig({ DATA_DIR: join(folder, 'b') }).serverSecret.toString()
  expect(first).toMatch(/^[\w-]{43}$/)
  expect(second).not.toBe(first)
  expect(readConfig({ DATA_DIR: join(folder, 'a') }).serverSecret.toString()).toBe(first)
  expect(statSync(join(folder, 'a', 'secret')).mode & 0o777).toBe(0o600)
  expect(
    readConfig({ DATA_DIR: folder, SERVER_SECRET: 'a4'.repeat(12) + 'bC9_xYz7' }).serverSecret,
  ).toHaveLength(32)
})
