// The environment, read once and checked: the only reader of process.env.
import { mkdirSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { z } from 'zod'

const Environment = z.object({
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
    .optional(),
  SERVER_SECRET: z
    .string()
    .min(32, 'must have at least 32 characters')
    .refine(isVaried, 'must be random, e.g. from: openssl rand -base64 32')
    .optional(),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: z.string().min(1).default('0.0.0.0'),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  TRUST_PROXY: z
    .string()
    .refine(listsNetworks, 'must list addresses or networks, such as 10.0.0.7, 10.0.0.0/24 or loopback')
    .optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.email().optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
})

/** Thirty-two random characters, even hexadecimal ones, hold eight different ones; "changeme" four times does not. */
function isVaried(secret: string): boolean {
  return new Set(secret).size >= 8
}

/** What Express understands; anything else would end the start with a stack. */
function listsNetworks(list: string): boolean {
  return list.split(',').every((entry) => {
    const [address = '', bits] = entry.trim().split('/')
    if (['loopback', 'linklocal', 'uniquelocal'].includes(entry.trim())) return true
    const version = isIP(address)
    if (version === 0) return false
    return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  })
}

/** What the rest of the program knows of its surroundings. */
export interface Config {
  /** Absolute folder of the database file, the keys and the server secret. */
  dataDir: string
  /** PostgreSQL instead of the SQLite file in dataDir. */
  databaseUrl: string | undefined
  serverSecret: Buffer
  port: number
  host: string
  /** Where people reach us, without a slash at the end; undefined while nobody has said. */
  publicUrl: string | undefined
  /** Addresses of reverse proxies whose X-Forwarded-For is believed; nobody by default. */
  trustProxy: string | undefined
  /** The mail server for letters to staff, with the sender's address; undefined: links are shown and handed over. */
  mail: { url: string; from: string } | undefined
  logLevel: string
}

/** A setting that cannot be used; its message is one sentence for the operator. */
export class ConfigError extends Error {}

/** Reads and checks the environment; makes the data folder and, with SQLite, the server secret. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = Environment.safeParse(present)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new ConfigError(
      `The environment variable ${issue?.path.join('.')} cannot be used: ${issue?.message}.`,
    )
  }
  const env = parsed.data
  const dataDir = resolve(env.DATA_DIR)
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new ConfigError(`The folder DATA_DIR = ${dataDir} cannot be made or used (${code}).`)
  }
  if (env.DATABASE_URL !== undefined && env.SERVER_SECRET === undefined) {
    throw new ConfigError(
      'With DATABASE_URL the SERVER_SECRET must be given too, the same for every process.',
    )
  }
  if ((env.SMTP_URL === undefined) !== (env.MAIL_FROM === undefined))
    throw new ConfigError('SMTP_URL and MAIL_FROM must be given together.')
  return {
    dataDir,
    databaseUrl: env.DATABASE_URL,
    serverSecret:
      env.SERVER_SECRET === undefined ? secretOf(dataDir) : Buffer.from(env.SERVER_SECRET, 'utf8'),
    port: env.PORT,
    host: env.HOST,
    publicUrl: env.PUBLIC_URL?.replace(/\/+$/, ''),
    trustProxy: env.TRUST_PROXY,
    mail: mailOf(env),
    logLevel: env.LOG_LEVEL,
  }
}

function mailOf({ SMTP_URL, MAIL_FROM }: z.infer<typeof Environment>): Config['mail'] {
  return SMTP_URL === undefined || MAIL_FROM === undefined ? undefined : { url: SMTP_URL, from: MAIL_FROM }
}

/** The secret kept in the data folder, made on first start; `wx` so that two first starts cannot each keep their own. */
function secretOf(dataDir: string): Buffer {
  const file = join(dataDir, 'secret')
  if (!existsSync(file)) {
    try {
      writeFileSync(file, randomBytes(32).toString('base64url') + '\n', { mode: 0o600, flag: 'wx' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  const text = readFileSync(file, 'utf8').trim()
  if (text.length < 32)
    throw new ConfigError(`The server secret in ${file} is damaged; put the saved one back.`)
  return Buffer.from(text, 'utf8')
}

/** Whether links on printed cards would work from a phone outside: https and not a local or private host. */
export function isReachableFromOutside(publicUrl: string | undefined): boolean {
  if (publicUrl === undefined) return false
  const url = new URL(publicUrl)
  if (url.protocol !== 'https:') return false
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (host === 'localhost' || !/[.:]/.test(host)) return false
  if (/\.(localhost|local|internal|lan|home|test|invalid)$/.test(host)) return false
  if (isIP(host) === 4)
    return !/^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(
      host,
    )
  if (isIP(host) === 6) return !/^(::1?$|f[cd]|fe[89ab]|::ffff:)/.test(host)
  return true
}
