// The load client: people with cookies over kept connections, many at once, bounded in number and in time. It follows
// no link by itself and reads no more of a page than it must, because it shares the machine with the servers.
import { Agent, request } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'

export const concurrency = 16

/** One server on the loopback interface with its kept connections. */
export interface Target {
  port: number
  agent: Agent
}

export function targetAt(port: number): Target {
  return { port, agent: new Agent({ keepAlive: true, maxSockets: concurrency }) }
}

export interface Answer {
  status: number
  location: string | undefined
  cookies: string[]
  encoding: string | undefined
  /** As sent, still compressed. */
  body: Buffer
}

/** One request, as a browser on the same site makes it. */
export function exchange(target: Target, path: string, cookie: string, form?: string): Promise<Answer> {
  const headers: Record<string, string> = {
    Accept: 'text/html',
    'Accept-Encoding': 'gzip, deflate, br',
    'Sec-Fetch-Site': 'same-origin',
  }
  if (cookie !== '') headers.Cookie = cookie
  if (form !== undefined) {
    headers['Content-Type'] = 'application/x-www-form-urlencoded'
    headers['Content-Length'] = String(Buffer.byteLength(form))
  }
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent: target.agent,
        host: '127.0.0.1',
        port: target.port,
        path,
        method: form === undefined ? 'GET' : 'POST',
        headers,
      },
      (res) => {
        const chunks: Buffer[] = []
        res.on('data', (chunk: Buffer) => chunks.push(chunk))
        res.on('error', reject)
        res.on('end', () =>
          resolve({
            status: res.statusCode ?? 0,
            location: res.headers.location,
            cookies: res.headers['set-cookie'] ?? [],
            encoding: res.headers['content-encoding'],
            body: Buffer.concat(chunks),
          }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(form)
  })
}

export function textOf({ body, encoding }: Answer): string {
  if (encoding === 'br') return brotliDecompressSync(body).toString('utf8')
  if (encoding === 'gzip') return gunzipSync(body).toString('utf8')
  return body.toString('utf8')
}

/** A browser of one person: keeps cookies and insists on the answer that the way through the site promises. */
export class Person {
  readonly #target: Target
  readonly #cookies = new Map<string, string>()

  constructor(target: Target) {
    this.#target = target
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  async get(path: string): Promise<Answer> {
    const answer = await this.#send(path)
    if (answer.status !== 200) throw unexpected(path, answer)
    return answer
  }

  /** Posts a form that must lead to `next`. */
  async post(path: string, form: string, next: string): Promise<void> {
    const answer = await this.#send(path, form)
    if (answer.status !== 303 || answer.location !== next) throw unexpected(path, answer)
  }

  async #send(path: string, form?: string): Promise<Answer> {
    const answer = await exchange(this.#target, path, this.cookie, form)
    for (const line of answer.cookies) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
      if (value === '') this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return answer
  }
}

/** What went wrong, with the page's words: a bench of refusals would be quick and worthless. */
export function unexpected(path: string, answer: Answer): Error {
  const words = textOf(answer).replace(/<[^>]*>/g, ' ')
  const page = words.replace(/\s+/g, ' ').slice(0, 400)
  return new Error(`${path} answered ${answer.status} ${answer.location ?? ''}: ${page}`)
}

export interface Limits {
  /** No new one begins after so many seconds. */
  seconds: number
  /** At most so many in all. */
  most: number
}

/** Does `one` again and again, `concurrency` at once; the time runs until the last of them has ended. */
export async function load(
  { seconds, most }: Limits,
  one: () => Promise<unknown>,
): Promise<{ done: number; seconds: number }> {
  const start = performance.now()
  const end = start + seconds * 1000
  let begun = 0
  let done = 0
  let failed = false
  const worker = async () => {
    while (!failed && begun < most && performance.now() < end) {
      begun++
      try {
        await one()
      } catch (error) {
        failed = true
        throw error
      }
      done++
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return { done, seconds: (performance.now() - start) / 1000 }
}
