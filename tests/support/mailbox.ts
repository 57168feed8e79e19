// A mail server for tests: takes every letter and keeps it, or is not there at all.
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

export interface Received {
  to: string
  from: string
  subject: string
  text: string
}

export interface Mailbox {
  url: string
  /** Letters so far, in the order of their coming. */
  letters: Received[]
  /** Resolves with the letters as soon as there are so many. */
  waitFor: (count: number) => Promise<Received[]>
  close: () => Promise<void>
}

export async function openMailbox(): Promise<Mailbox> {
  const letters: Received[] = []
  let heard: () => void = () => undefined
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      void simpleParser(stream).then(({ from, subject = '', text = '' }) => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join(' ')
        letters.push({ to, from: from?.text ?? '', subject, text })
        heard()
        done()
      })
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    letters,
    waitFor: async (count) => {
      while (letters.length < count) await new Promise<void>((resolve) => (heard = resolve))
      return letters
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

/** The address of a mail server that has gone away. */
export async function deadMailServer(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `smtp://127.0.0.1:${port}`
}
