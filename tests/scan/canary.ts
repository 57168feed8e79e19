// A page that is open on purpose: what a scanner does not find here, it would not find on the site either.
import Database from 'better-sqlite3'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Served {
  address: string
  close: () => void
}

export async function openCanary(): Promise<Served> {
  const db = new Database(':memory:')
  db.exec("create table word (id integer, text text); insert into word values (1, 'one'), (2, 'two')")
  const wordsOf = (id: string) => {
    try {
      return JSON.stringify(db.prepare(`select text from word where id = ${id}`).all())
    } catch (error) {
      // In the words that scanners look for.
      return `sqlite3.OperationalError: ${error instanceof Error ? error.message : ''}`
    }
  }
  return serve((url) => {
    const id = url.searchParams.get('id')
    if (id === null) return '<html><body><a href="/?id=1">one</a></body></html>'
    return `<html><body><p>${id}</p><p>${wordsOf(id)}</p></body></html>`
  })
}

export interface Endpoint extends Served {
  /** Paths that somebody asked for, beside the scanner itself. */
  called: string[]
}

/** Where wapiti's payloads point a server that can be made to call out: here, and not on the network. It notes each call. */
export async function openEndpoint(): Promise<Endpoint> {
  const called: string[] = []
  const served = await serve(({ pathname }) => {
    if (!/^\/get_\w+\.php$/.test(pathname)) called.push(pathname)
    return '{}'
  }, 'application/json')
  return { ...served, called }
}

async function serve(answer: (url: URL) => string, type = 'text/html'): Promise<Served> {
  const server = createServer((req, res) => {
    res.setHeader('Content-Type', type)
    res.end(answer(new URL(req.url ?? '/', 'http://127.0.0.1')))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
