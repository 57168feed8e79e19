// The measure beside ours: Express 5 and better-sqlite3 with nothing in between. It parses the form and stores as many
// bytes as our sealed ballot has, one durable commit per insert, and its pages are bytes that lie ready.
//   node bare-server.ts DATABASE_FILE
import type { AddressInfo } from 'node:net'
import Sqlite from 'better-sqlite3'
import express from 'express'
import { z } from 'zod'
import { answerQuestions } from './child.ts'

/** What the bare server is told to send: the bytes that ours sent for the same address. */
export const BarePages = z.object({
  ballotBytes: z.number(),
  pages: z.array(
    z.object({
      path: z.string(),
      encoding: z.string().or(z.undefined()),
      body: z.instanceof<typeof Uint8Array<ArrayBufferLike>>(Uint8Array),
    }),
  ),
  /** Where each form leads. */
  steps: z.array(z.object({ path: z.string(), next: z.string() })),
})

const file = process.argv[2]
if (file === undefined) throw new Error('name the database file')
const db = new Sqlite(file)
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.exec('create table ballot (id integer primary key, content text not null)')
const insert = db.prepare('insert into ballot (content) values (?)')

let pages = new Map<string, { encoding: string | undefined; body: Buffer }>()
let steps = new Map<string, string>()
let ballotBytes = 0

const app = express()
app.disable('x-powered-by')
app.disable('etag')
app.use(express.urlencoded({ extended: false, limit: '100kb', parameterLimit: 2000 }))

app.post('/phieu/gui', (req, res) => {
  const fields = Object.values((req.body ?? {}) as Record<string, string>).join('')
  insert.run(fields.slice(0, ballotBytes).padEnd(ballotBytes, '.'))
  res.redirect(303, '/phieu/cam-on')
})
app.post('/*path', (req, res) => {
  res.redirect(303, steps.get(req.path) ?? '/')
})
app.get('/*path', sendPage)
app.get('/', sendPage)

function sendPage(req: express.Request, res: express.Response): void {
  const page = pages.get(req.path)
  if (!page) {
    res.sendStatus(404)
    return
  }
  if (page.encoding !== undefined) res.setHeader('Content-Encoding', page.encoding)
  res.type('html').send(page.body)
}

const server = app.listen(0, '127.0.0.1', () =>
  answerQuestions(
    {
      port: () => (server.address() as AddressInfo).port,
      show: (input) => {
        const shown = BarePages.parse(input)
        ballotBytes = shown.ballotBytes
        pages = new Map(
          shown.pages.map(({ path, encoding, body }) => [path, { encoding, body: Buffer.from(body) }]),
        )
        steps = new Map(shown.steps.map(({ path, next }) => [path, next]))
      },
      stored: () => db.prepare('select count(*) from ballot').pluck().get(),
    },
    () => {
      server.close()
      db.close()
    },
  ),
)
