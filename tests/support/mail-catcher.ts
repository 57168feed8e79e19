// A mail server of the tests: takes every letter and keeps it, so that a test reads what a person would read.
import type { AddressInfo } from 'node:net'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer } from 'smtp-server'

export interface MailCatcher {
  /** For the setting of the mail server. */
  mail: { url: string; from: string }
  letters: ParsedMail[]
  /** The next letter, once it has come; the test's own time limit is the limit. */
  next: () => Promise<ParsedMail>
  close: () => Promise<void>
}

export async function catchMail(): Promise<MailCatcher> {
  const letters: ParsedMail[] = []
  const waiting: ((letter: ParsedMail) => void)[] = []
  let read = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, callback) => {
      simpleParser(stream).then((letter) => {
        letters.push(letter)
        const reader = waiting.shift()
        if (reader) {
          read++
          reader(letter)
        }
        callback()
      }, callback)
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    mail: { url: `smtp://127.0.0.1:${port}`, from: 'khaosat@example.com' },
    letters,
    next: () => {
      const letter = letters[read]
      if (letter === undefined) return new Promise((resolve) => waiting.push(resolve))
      read++
      return Promise.resolve(letter)
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
