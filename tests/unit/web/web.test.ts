// What every answer of the site is like, whatever page it is: headers, forms that are none, refusals, and what a bug shows.
import type { Request } from 'express'
import { sql } from 'kysely'
import request from 'supertest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createApp } from '../../../src/web/app.ts'
import { isConfirmed } from '../../../src/web/confirm.ts'
import { readCookie } from '../../../src/web/cookies.ts'
import { noticeOf } from '../../../src/web/layout.ts'
import { createRenderer } from '../../../src/web/render.ts'
import { testSite, type TestSite } from '../../support/app.ts'
import { openSurveyWith, signedIn } from '../../support/survey.ts'

let site: TestSite

beforeEach(async () => {
  site = await testSite()
})
afterEach(() => site.close())

describe('every page', () => {
  test('forbids what it does not need: foreign sources, frames, inline scripts, being stored', async () => {
    for (const path of ['/', '/can-bo/dang-nhap', '/cam-ket-bao-mat', '/khong-co']) {
      const { headers } = await request(site.app).get(path)
      expect(headers['content-security-policy'], path).toBe(
        "default-src 'none';style-src 'self';script-src 'self';img-src 'self' data:;font-src 'self';connect-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'",
      )
      expect(headers, path).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'content-type': 'text/html; charset=utf-8',
      })
      expect(headers, path).not.toHaveProperty('x-powered-by')
      expect(headers, path).not.toHaveProperty('etag')
      // Over plain http in an office these would make the site unusable.
      expect(headers, path).not.toHaveProperty('strict-transport-security')
    }
  })

  test('asks for https for a year where people come by https', async () => {
    await site.close()
    site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
    const { headers } = await request(site.app).get('/')
    expect(headers['strict-transport-security']).toMatch(/^max-age=31536000/)
    expect(headers['content-security-policy']).toContain('upgrade-insecure-requests')
  })

  test('is the same one, however the browser wants it compressed', async () => {
    const pages = await Promise.all(
      ['identity', 'gzip', 'br', 'gzip, br', 'gzip;q=0'].map(async (encoding) => {
        const answer = await request(site.app).get('/cam-ket-bao-mat').set('Accept-Encoding', encoding)
        return answer.text
      }),
    )
    expect(new Set(pages).size).toBe(1)
    expect(pages[0]).toContain('Cam kết bảo mật')
  })

  test('uses files that a browser may keep for a year, under names that change with them', async () => {
    const { text } = await request(site.app).get('/')
    const files = [...text.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, path = '']) => path)
    expect(files.length).toBeGreaterThanOrEqual(2)
    for (const path of files) {
      const { status, headers } = await request(site.app).get(path)
      expect([status, headers['cache-control']], path).toEqual([200, 'public, max-age=31536000, immutable'])
      expect(path).toMatch(/-[0-9a-f]{8}\.(css|js)$/)
    }
  })

  test.each(['js/entry.js', 'js/answer.js'])('of which %s can be read by Safari 13.0', async (name) => {
    const { text } = await request(site.app).get(site.deps.assets.url(name))
    expect(text).toContain('addEventListener')
    expect(text).not.toMatch(/\?\.[a-z[(]|\?\?/i)
  })
})

test('a load balancer learns whether to send people here, a search engine that it may not look', async () => {
  const health = { stopping: false }
  const app = createApp(site.deps, health)
  expect((await request(app).get('/healthz')).text).toBe('ok\n')
  health.stopping = true
  expect((await request(app).get('/healthz')).status).toBe(503)
  expect((await request(app).get('/robots.txt')).text).toBe('User-agent: *\nDisallow: /\n')
})

describe('a request that is broken', () => {
  const broken: [what: string, send: () => request.Test, status: number][] = [
    ['an address with half a letter', () => request(site.app).get('/dieu-tra/%E0%A4%A'), 400],
    ['an address with a NUL', () => request(site.app).get('/can-bo/khoi-tao/a%00b'), 400],
    ['a form with a NUL', () => request(site.app).post('/vao').type('form').send({ code: 'a\0b' }), 400],
    [
      'a form that is huge',
      () =>
        request(site.app)
          .post('/vao')
          .type('form')
          .send({ code: 'x'.repeat(200_000) }),
      413,
    ],
    [
      'a form of very many fields',
      () => request(site.app).post('/vao').type('form').send('a=1&'.repeat(2001)),
      413,
    ],
    ['a way of asking that no page knows', () => request(site.app).put('/vao'), 404],
  ]

  test.each(broken)('%s is refused on a page of ours', async (_, send, status) => {
    const answer = await send()
    expect(answer.status).toBe(status)
    expect(answer.text).toContain('Khảo sát cải cách hành chính')
    expect(answer.text).not.toMatch(/Error|at .*\.ts/)
  })
})

describe('a bug', () => {
  test('is a short reference on the page, and its reason in the log under the same one', async () => {
    await openSurveyWith(site)
    const admin = await signedIn(site)
    await sql`alter table stratum rename to elsewhere`.execute(site.deps.db)
    await admin.get('/dieu-tra/thu/ke-hoach')
    expect(admin.current.status).toBe(500)
    expect(admin.current.text).toContain('Có lỗi trong hệ thống')
    const reference = /Mã tham chiếu: (\S{8})/.exec(admin.current.text)?.[1] ?? ''
    const line = site.logged
      .map((each) => JSON.parse(each) as Record<string, unknown>)
      .find((each) => each.reference === reference)
    expect(line).toMatchObject({ route: '/dieu-tra/:slug/ke-hoach', msg: 'a request failed' })
    expect(String(line?.message)).toContain('stratum')
    expect(admin.current.html).not.toContain('stratum')
  })

  test('leads everybody back to their own first page', async () => {
    const officer = await signedIn(site)
    const way = () => officer.current.root.querySelectorAll('main a').map((link) => link.getAttribute('href'))
    await officer.get('/dieu-tra/thu/khong-co')
    expect(way()).toEqual(['/dieu-tra/thu'])
    await officer.get('/dieu-tra/thu')
    expect(way()).toEqual(['/dieu-tra'])
    await officer.get('/phieu/khong-co')
    expect(way()).toEqual(['/'])
  })
})

describe('a word typed before an act that cannot be undone', () => {
  test.each([
    'MO NIEM PHONG',
    'mo niem phong',
    ' Mở niêm phong ',
    'MỞ NIÊM PHONG',
    'Mo\u031b\u0309 niêm phong',
  ])('%j counts as MO NIEM PHONG', (typed) => {
    expect(isConfirmed(asked({ _xac_nhan: typed }), 'MO NIEM PHONG')).toBe(true)
  })

  test.each([undefined, '', 'MO', 'MO NIEM PHONG!', ['MO NIEM PHONG'], 'KET THUC'])(
    '%j does not',
    (typed) => {
      expect(isConfirmed(asked({ _xac_nhan: typed }), 'MO NIEM PHONG')).toBe(false)
      expect(isConfirmed(asked(undefined), 'MO NIEM PHONG')).toBe(false)
    },
  )

  function asked(body: unknown): Request {
    return { body } as unknown as Request
  }
})

test('a cookie is found by its whole name, also one whose value holds an equals sign', () => {
  const read = (cookie: string | undefined, name: string) =>
    readCookie({ headers: { cookie } } as unknown as Request, name, false)
  expect(read('a=1; phieu=x=y==; b=2', 'phieu')).toBe('x=y==')
  expect(read('a-phieu=1; phieu=2', 'phieu')).toBe('2')
  expect(read('phieu', 'phieu')).toBeUndefined()
  expect(read(undefined, 'phieu')).toBeUndefined()
})

test('over https a cookie is tied to this very host, and no other one is taken for it', () => {
  const sent = { headers: { cookie: 'phieu=planted; __Host-phieu=ours' } } as unknown as Request
  expect(readCookie(sent, 'phieu', true)).toBe('ours')
  expect(
    readCookie({ headers: { cookie: 'phieu=planted' } } as unknown as Request, 'phieu', true),
  ).toBeUndefined()
})

test('a survey is marked for what it is: an illustration, a rehearsal, both, or nothing', () => {
  expect(noticeOf({ illustrative: 0, rehearsal: 0 })).toBeNull()
  expect(noticeOf({ illustrative: 1, rehearsal: 0 })).toMatch(/^Bộ mẫu minh họa – [^·]+$/)
  expect(noticeOf({ illustrative: 0, rehearsal: 1 })).toMatch(/^Chạy thử – [^·]+$/)
  expect(noticeOf({ illustrative: 1, rehearsal: 1 })).toMatch(/^Bộ mẫu minh họa .+ · Chạy thử .+$/)
})

test('a page that reads what its model does not declare fails in tests instead of printing nothing', () => {
  const strict = createRenderer({ strict: true })
  const model = { heading: 'A', lines: [], reference: null, next: { text: 'B', href: '/' } }
  expect(strict.view('error', model)).toContain('<h1>A</h1>')
  expect(() => strict.view('error', { ...model, next: {} })).toThrow('declares no "href"')
})
