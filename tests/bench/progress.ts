// How quickly the page of progress answers: the first request of a process, one that adds everything up, and one that finds
// what was added up some seconds ago. Small and very large, few ballots and ten times as many.
import { request } from 'node:http'
import { join } from 'node:path'
import { CookieAccessInfo } from 'cookiejar' // supertest's own jar
import { z } from 'zod'
import { Browser } from '../support/browser.ts'
import { Cpu, startChild, type Child } from './child.ts'
import { spreadOf, type Spread } from './table.ts'

/** Where the store is: a folder, and a server's database where it is not in the folder. */
export interface Place {
  dataDir: string
  databaseUrl: string | undefined
}

export const progressPaths = {
  small: '/dieu-tra/nho/tien-do',
  few: '/dieu-tra/lon/tien-do',
  many: '/dieu-tra/lon-10/tien-do',
}

export interface Prepared {
  cookie: string
  /** Ballots of the two very large surveys. */
  few: number
  many: number
}

const Site = z.object({ few: z.number(), many: z.number(), email: z.string(), password: z.string() })

/** Makes the surveys and somebody who may look, in a store that is empty. */
export async function prepareProgress(place: Place): Promise<Prepared> {
  const child = await start(place)
  const { email, password, few, many } = await child.ask('prepare', Site)
  const browser = new Browser(await addressOf(child))
  await browser.get('/can-bo/dang-nhap')
  await browser.submit({ email, password })
  const cookie = browser.agent.jar
    .getCookies(new CookieAccessInfo('127.0.0.1', '/'))
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
  await child.stop()
  return { cookie, few, many }
}

/** Milliseconds: until the first byte by the clock, and of the server's processor time for the whole answer. */
export interface Cost {
  wall: Spread
  cpu: Spread
}

interface Sample {
  wall: number
  cpu: number
}

/** What the first request of a process costs, of so many processes. */
export async function firstOfProcess(
  place: Place,
  cookie: string,
  path: string,
  processes: number,
): Promise<Cost> {
  const samples: Sample[] = []
  for (let n = 0; n < processes; n++) {
    const child = await start(place)
    samples.push(await measured(child, path, cookie))
    await child.stop()
  }
  return costOf(samples)
}

export interface Again {
  path: string
  uncached: Cost
  cached: Cost
}

/** What requests cost in a process that has answered before; the paths in turn, because a machine's speed changes. */
export async function againAndAgain(
  place: Place,
  cookie: string,
  paths: string[],
  requests: number,
): Promise<Again[]> {
  const child = await start(place)
  const rows = paths.map((path) => ({ path, uncached: [] as Sample[], cached: [] as Sample[] }))
  for (const { path } of rows) await measured(child, path, cookie)
  for (let n = 0; n < requests; n++)
    for (const { path, uncached, cached } of rows) {
      await child.ask('later', z.undefined())
      uncached.push(await measured(child, path, cookie))
      cached.push(await measured(child, path, cookie))
    }
  await child.stop()
  return rows.map(({ path, uncached, cached }) => ({
    path,
    uncached: costOf(uncached),
    cached: costOf(cached),
  }))
}

function costOf(samples: Sample[]): Cost {
  return { wall: spreadOf(samples.map(({ wall }) => wall)), cpu: spreadOf(samples.map(({ cpu }) => cpu)) }
}

async function measured(child: Child, path: string, cookie: string): Promise<Sample> {
  const address = await addressOf(child)
  const before = await child.ask('cpu', Cpu)
  const wall = await firstByte(address, path, cookie)
  return { wall, cpu: (await child.ask('cpu', Cpu)) - before }
}

function start({ dataDir, databaseUrl }: Place): Promise<Child> {
  const args = [dataDir, ...(databaseUrl === undefined ? [] : [databaseUrl])]
  return startChild(join(import.meta.dirname, 'progress-server.ts'), args, [])
}

async function addressOf(child: Child): Promise<string> {
  return `http://127.0.0.1:${await child.ask('port', z.number())}`
}

function firstByte(address: string, path: string, cookie: string): Promise<number> {
  const start = performance.now()
  return new Promise((resolve, reject) => {
    request(`${address}${path}`, { headers: { cookie } }, (res) => {
      if (res.statusCode !== 200) reject(new Error(`${path} answered ${res.statusCode}`))
      let first = NaN
      res.once('data', () => (first = performance.now() - start))
      // Read to its end, so that the processor time is that of the whole answer.
      res.on('end', () => resolve(first))
      res.resume()
    })
      .on('error', reject)
      .end()
  })
}
