// Requests that no browser makes: any method on any address with any body and any header, drawn with a seed, so that the
// same number always makes the same request.
import { gzipSync } from 'node:zlib'
import type { StaffRoute } from '../../src/staff/permission.ts'
import { addressOf } from './door.ts'

export interface OddRequest {
  method: string
  path: string
  headers: Record<string, string>
  /** undefined = none. */
  body: Buffer | undefined
  chunked: boolean
}

export type Random = () => number

const methods = [
  'GET',
  'GET',
  'GET',
  'GET',
  'POST',
  'POST',
  'POST',
  'POST',
  'POST',
  'HEAD',
  'PUT',
  'DELETE',
  'PATCH',
]
const oddMethods = [
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'MKCOL',
  'COPY',
  'LOCK',
  'REPORT',
  'PURGE',
  'SEARCH',
  'M-SEARCH',
]

/** Text that has broken programs: markup, paths, formulas, numbers at their edge, signs that are not letters. */
const junk = [
  '',
  '0',
  '-1',
  '1e309',
  'NaN',
  '99999999999999999999',
  '4294967296',
  '999999999999',
  'null',
  'undefined',
  'constructor',
  '__proto__',
  'toString',
  '<script>alert(1)</script>',
  "' or 1=1 --",
  '../../../../etc/passwd',
  '=1+1',
  '{{7*7}}<%= 7*7 %>',
  '\uFEFF',
  '\uD800',
  '\u202Egnp.exe',
  'ế'.normalize('NFD').repeat(50),
  '👩‍👩‍👧‍👦',
  ' '.repeat(40),
  'x'.repeat(5000),
  'ÿ'.repeat(300),
  '\r\nSet-Cookie: x=1',
  '1\t2',
  'KET THUC',
  'DA IN',
  '2022-10-12',
  '2022-99-99',
  'json',
  'xlsx',
  'csv',
  'an@noivu.gov.vn',
  'officer@*',
]
const pathJunk = [
  '%',
  '%2',
  '%00',
  '%0a',
  '%2e%2e%2f',
  '%252e',
  '%C0%AF',
  '%E1%BA',
  '%FF%FE',
  '%F0%9F%91%A9',
  '..',
  '.',
  ';x=1',
  '\\..\\',
  '*',
  '~',
  "'",
  '"'.replace('"', '%22'),
  ':slug',
  'a'.repeat(3000),
]
const fieldNames = [
  'email',
  'password',
  'current',
  'code',
  'tiep',
  'name',
  'agency',
  'role',
  'title',
  'slug',
  'template',
  '_xac_nhan',
  'format',
  'check',
  'dot',
  'nguoi',
  'viec',
  'tu',
  'den',
  'truoc',
  'tin',
  'da',
  'con',
  'rehearsal',
  'A1',
  'A2',
  'B1',
  '_phieu',
  '_de_trong',
  'contact_office',
  'a[b][c]',
  'a[]',
  '__proto__',
  'constructor[prototype][x]',
  'x'.repeat(300),
  '',
]
const types = [
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=utf-8',
  'application/x-www-form-urlencoded; charset=iso-8859-1',
  'application/x-www-form-urlencoded; charset=x-no-such',
  'application/x-www-form-urlencoded; charset=',
  'application/json',
  'application/xml',
  'text/plain',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary=b',
  `multipart/form-data; boundary=${'b'.repeat(500)}`,
  'multipart/mixed; boundary=b',
  'x',
  '/',
  ';;;',
  '',
]

export function oddRequest(random: Random, routes: StaffRoute[], values: Record<string, string>): OddRequest {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const chance = (share: number) => random() < share
  const route = pick(routes)
  // Mostly the method of the route, so that its handler runs.
  const method = chance(0.6) ? route.method.toUpperCase() : pick(chance(0.8) ? methods : oddMethods)
  const path = `${pathOf()}${queryOf()}`.slice(0, 11_000)
  const headers: Record<string, string> = {}
  const body =
    method === 'GET' || method === 'HEAD'
      ? chance(0.03)
        ? bodyOf()
        : undefined
      : chance(0.9)
        ? bodyOf()
        : undefined
  oddHeaders()
  return { method, path, headers, body, chunked: chance(0.2) }

  /** Seldom with a NUL: it is refused before any handler sees the rest. */
  function text(): string {
    return chance(0.005) ? 'a\u0000b' : pick(junk)
  }

  function pathOf(): string {
    if (chance(0.08))
      return `/${Array.from({ length: Math.ceil(random() * 4) }, () => pick(pathJunk)).join('/')}`
    const odd = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, chance(0.25) ? encoded(text()) || 'x' : value]),
    )
    const address = addressOf(route.path, odd)
    if (chance(0.06)) return `${address}/${pick(pathJunk)}`
    if (chance(0.03)) return address.toUpperCase()
    if (chance(0.03)) return `/${address}//`
    if (chance(0.02)) return `/static${address}`
    return address.slice(0, 6000)
  }

  function queryOf(): string {
    if (chance(0.5)) return ''
    if (chance(0.05)) return `?${pick(['%', '&&&', '=', '?', 'a=%FF', 'a=%00', `a=${'%41'.repeat(2000)}`])}`
    return `?${pairs()}`
  }

  function pairs(): string {
    const count = chance(0.02) ? 2500 : Math.ceil(random() * 6)
    const fields = Array.from({ length: count }, () => `${encoded(pick(fieldNames))}=${encoded(text())}`)
    if (chance(0.2)) fields.push(...fields.slice(0, 2))
    if (chance(0.05)) fields.push('x=%E0%A4%A')
    return fields.join('&').slice(0, 8000)
  }

  function bodyOf(): Buffer {
    headers['Content-Type'] = chance(0.55) ? (types[0] ?? '') : pick(types)
    if (headers['Content-Type'].startsWith('multipart')) return multipart()
    if (chance(0.02)) return Buffer.alloc(150_000, 'a=b&')
    const plain = Buffer.from(headers['Content-Type'] === 'application/json' ? json() : pairs())
    if (chance(0.1)) return compressed(plain)
    return chance(0.05) ? Buffer.from(Array.from({ length: 200 }, () => Math.floor(random() * 256))) : plain
  }

  function json(): string {
    return pick(['{', '[]', 'null', '"x"', `{"email":{"$gt":""}}`, '['.repeat(3000), '{"__proto__":{"x":1}}'])
  }

  function compressed(plain: Buffer): Buffer {
    headers['Content-Encoding'] = pick(['gzip', 'deflate', 'br', 'x-no-such', 'gzip, gzip', 'identity'])
    if (chance(0.1)) return gzipSync(Buffer.alloc(3_000_000))
    const packed = gzipSync(plain)
    return pick([plain, packed, packed.subarray(0, packed.length >> 1)])
  }

  function multipart(): Buffer {
    const field = pick(['roster', 'appraised', 'x', '__proto__', ''])
    const head = `--b\r\nContent-Disposition: form-data; name="${field}"; filename="${pick(['a.csv', '', '../x', 'a\u0000b'])}"\r\n`
    const content = pick([text(), 'PK\u0003\u0004broken', 'a,b\n1,2\n', 'unit,criterion,points\nU1,1.2,x\n'])
    const whole = `${head}Content-Type: ${pick(['text/csv', 'x', ''])}\r\n\r\n${content}\r\n--b--\r\n`
    return Buffer.from(
      pick([whole, whole, whole, whole.slice(0, whole.length >> 1), head, '--b--', '', 'no parts']),
    )
  }

  function oddHeaders(): void {
    const maybe = (name: string, share: number, from: readonly string[]) => {
      if (chance(share)) headers[name] = pick(from)
    }
    maybe('Accept-Encoding', 0.3, ['gzip', 'br', '*;q=0', 'gzip;q=x', 'identity;q=0', 'x'.repeat(500)])
    maybe('Accept', 0.1, ['*/*', 'application/json', 'text/html;level=x', ',,,', ''])
    maybe('Accept-Language', 0.1, ['vi', 'x'.repeat(1000), '*'])
    maybe('User-Agent', 0.2, ['x', 'ÿ'.repeat(500), '', '<script>', "' or 1=1 --"])
    maybe('X-Forwarded-For', 0.1, ['203.0.113.7', ',,,', '::1', 'x'.repeat(300), 'unknown'])
    maybe('X-Forwarded-Proto', 0.05, ['https', 'javascript'])
    maybe('X-Forwarded-Host', 0.05, ['evil.example'])
    maybe('X-HTTP-Method-Override', 0.05, ['DELETE', 'TRACE'])
    maybe('Range', 0.05, ['bytes=0-1', 'bytes=99999-1', 'x'])
    maybe('If-Modified-Since', 0.05, ['x', 'Thu, 01 Jan 1970 00:00:00 GMT'])
    maybe('If-None-Match', 0.05, ['*', 'W/"x"', '"'])
    maybe('Host', 0.05, ['evil.example', 'x:99999', '[::1', ''])
    maybe('Sec-Fetch-Site', 0.1, ['same-origin', 'same-origin', 'cross-site', 'x'])
    maybe('Origin', 0.05, ['null', 'https://evil.example', 'x', 'http://[', ''])
    maybe('Authorization', 0.05, ['Bearer x', 'Basic !!!', 'x'])
    maybe('Referer', 0.05, ['http://[', 'x', 'https://evil.example/'])
    maybe('X-Odd', 0.05, ['ÿ'.repeat(2000), 'a;b=c', '%00'])
  }
}

/** Cookies that nobody was given: forged, cut, doubled, not decodable. */
export const brokenCookies = [
  'can-bo=x',
  'can-bo=',
  'can-bo=%',
  'can-bo=%E0%A4%A',
  'can-bo=%00.%00',
  `can-bo=${'a'.repeat(32)}.${encodeURIComponent(Buffer.alloc(32).toString('base64'))}`,
  'can-bo=a.b; can-bo=c.d',
  `can-bo=${'x'.repeat(4000)}`,
  'can-bo="quoted"',
  'tra-loi=x; phieu=%; =; ;;;',
  '=x',
  'ÿ=ÿ',
  '__proto__=1; constructor=2',
]

/** As in an address or a form; a lone half of a pair stays as the bytes of its replacement. */
function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'))
}
