// Letters to staff, where the operator has named a mail server (SMTP_URL). Nothing is ever sent to respondents from here.
import { createTransport } from 'nodemailer'
import type { Config } from '../config.ts'

export interface Letter {
  to: string
  subject: string
  text: string
}

const patienceMs = 8_000

export function canSendMail(config: Pick<Config, 'mail'>): boolean {
  return config.mail !== undefined
}

/** Hands the letter to the mail server; throws when it does not take it. */
export async function sendLetter({ mail }: Pick<Config, 'mail'>, letter: Letter): Promise<void> {
  if (mail === undefined) throw new Error('no mail server is set')
  const transport = createTransport(encryptedOnly(mail.url), { from: mail.from })
  try {
    await withinPatience(transport.sendMail({ ...letter, disableFileAccess: true, disableUrlAccess: true }))
  } finally {
    transport.close()
  }
}

/**
 * smtp:// alone would go on in the clear when the server offers no STARTTLS, or somebody on the way hides the offer: a
 * link that sets a password must not. A server on this very machine is reached without a network.
 */
export function encryptedOnly(mailUrl: string): string {
  const url = new URL(mailUrl)
  if (url.protocol === 'smtps:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) return mailUrl
  url.searchParams.set('requireTLS', 'true')
  url.searchParams.delete('ignoreTLS')
  return url.href
}

async function withinPatience(sending: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('the mail server did not answer')), patienceMs)
  })
  try {
    await Promise.race([sending, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
