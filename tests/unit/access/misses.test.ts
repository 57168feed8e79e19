// Codes that nobody has: ten thousand of them from one address stop neither the next right code nor tell one from the
// other by the time that an answer takes. confidentiality.md §4.
import { Agent, createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newCode } from '../../../src/access/code.ts'
import { testSite, type TestSite } from '../../support/app.ts'
import { openSurveyWith } from '../../support/survey.ts'

let site: TestSite
let server: Server
let agent: Agent
beforeEach(async () => {
  site = await testSite()
  server = createServer(site.app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  agent = new Agent({ keepAlive: true, maxSockets: 64 })
})
afterEach(async () => {
  agent.destroy()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await site.close()
})

interface Answer {
  status: number
  location: string | undefined
  html: string
  /** Milliseconds from the first byte sent to the last one received. */
  took: number
}

/** Posts a code as a program does, over a connection that stays. */
function gives(code: string): Promise<Answer> {
  const { port } = server.address() as AddressInfo
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const body = new URLSearchParams({ code }).toString()
    const headers = {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': String(body.length),
    }
    const sent = request(
      { port, host: '127.0.0.1', method: 'POST', path: '/vao', agent, headers },
      (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () => {
          resolve({
            status: answer.statusCode ?? 0,
            location: answer.headers.location,
            html: Buffer.concat(parts).toString('utf8'),
            took: performance.now() - began,
          })
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

test('after ten thousand misses a miss has to wait, a right code passes, and times do not tell which it was', async () => {
  const { codes } = await openSurveyWith(site, { units: 3, quotas: [10, 10] })
  // Before the limit: each a page with the field, in time alike to a hit.
  const first = await inTurn(15, codes.slice(0, 15))
  expect(first.misses.map(({ status }) => status)).toEqual(Array<number>(15).fill(422))

  const statuses = new Map<number, number>()
  for (let done = 0; done < 10_000; done += 100) {
    const answers = await Promise.all(Array.from({ length: 100 }, () => gives(newCode())))
    for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  expect(Object.fromEntries(statuses)).toEqual({ 422: 15, 429: 9985 })

  const then = await inTurn(40, codes.slice(15, 55))
  expect(then.misses.map(({ status }) => status)).toEqual(Array<number>(40).fill(429))
  expect(then.misses[0]?.html).toContain('Mã đúng vẫn được nhận ngay')
  expect(then.misses[0]?.html).toContain('B C F G H J K M N P Q R T V X')
  for (const hit of [...first.hits, ...then.hits])
    expect(hit).toMatchObject({ status: 303, location: '/phieu' })

  for (const { hits, misses } of [first, then]) {
    const [hit, miss] = [median(hits.map(({ took }) => took)), median(misses.map(({ took }) => took))]
    process.stdout.write(`a hit takes ${hit.toFixed(1)} ms, a miss ${miss.toFixed(1)} ms\n`)
    expect(Math.abs(hit - miss) / Math.min(hit, miss)).toBeLessThan(0.1)
  }
})

/** Misses and hits in turn, so that whatever else the machine does is shared by both. */
async function inTurn(
  count: number,
  cards: { code: string }[],
): Promise<{ hits: Answer[]; misses: Answer[] }> {
  const [hits, misses]: Answer[][] = [[], []]
  for (let i = 0; i < count; i++) {
    misses?.push(await gives(newCode()))
    hits?.push(await gives(cards[i]?.code ?? ''))
  }
  return { hits: hits ?? [], misses: misses ?? [] }
}
