// What a careful stranger tries at the edge of the site: methods, headers, lengths, fields and files that no page asks for,
// and what the log and the sessions say afterwards. The table tests/asvs/asvs-5.0-level-2.tsv points here.
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import request from 'supertest'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { operator } from '../../src/staff/actor.ts'
import { newSetupLink, signOut } from '../../src/staff/staff.service.ts'
import { createSurveyFromFolder } from '../../src/survey/survey.service.ts'
import { createApp } from '../../src/web/app.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { makePerson, password, signedIn, signsIn } from '../support/staff.ts'
import { folderOnDisk, openedSurveyWith, smallFolder } from '../support/survey.ts'

let site: TestSite

beforeEach(async () => {
  site = await testSite()
})
afterEach(() => site.close())

describe('every answer', () => {
  const places = ['/', '/can-bo/dang-nhap', '/khong-co', '/healthz', '/robots.txt', '/dieu-tra']

  test('asks for https for a year, subdomains too, also a file and a refusal', async () => {
    await site.close()
    site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
    for (const path of [...places, site.deps.assets.url('css/staff.css')]) {
      const { headers } = await request(site.app).get(path)
      expect(headers['strict-transport-security'], path).toBe('max-age=31536000; includeSubDomains')
    }
  })

  test('says what it is, with its charset, and forbids to guess', async () => {
    const kinds: [path: string, type: string][] = [
      ['/', 'text/html; charset=utf-8'],
      ['/khong-co', 'text/html; charset=utf-8'],
      ['/healthz', 'text/plain; charset=utf-8'],
      ['/robots.txt', 'text/plain; charset=utf-8'],
      [site.deps.assets.url('css/staff.css'), 'text/css; charset=utf-8'],
      [site.deps.assets.url('js/staff.js'), 'text/javascript; charset=utf-8'],
    ]
    for (const [path, type] of kinds) {
      const { headers } = await request(site.app).get(path)
      expect([headers['content-type'], headers['x-content-type-options']], path).toEqual([type, 'nosniff'])
    }
  })

  test('is a file to keep where it is a file, under a name of ours', async () => {
    await openedSurveyWith(site, {}, () => undefined)
    const officer = await signedIn(site)
    const csv = await officer.agent.get('/dieu-tra/thu/chi-so/mau.csv')
    expect(csv.headers['content-disposition']).toBe('attachment; filename=diem-tham-dinh-thu.csv')
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8')
  })

  test('is read by no page of another site', async () => {
    for (const path of places) {
      const { headers } = await request(site.app).get(path).set('Origin', 'https://evil.example')
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
      expect(headers['cross-origin-resource-policy'], path).toBe('same-origin')
    }
    const asked = await request(site.app)
      .options('/can-bo/dang-nhap')
      .set({ Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' })
    expect(Object.keys(asked.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
  })

  test('to a TRACE, or any method that no page has, is a refusal that echoes nothing', async () => {
    for (const method of ['trace', 'put', 'patch', 'delete'] as const) {
      const answer = await request(site.app)[method]('/can-bo/dang-nhap').set('X-Secret', 'of-the-proxy')
      expect(answer.status, method).toBe(404)
      expect(answer.text, method).not.toContain('of-the-proxy')
    }
  })

  test('shows no folder, and no file but the built ones', async () => {
    const { app } = site
    for (const path of [
      '/static',
      '/static/',
      '/static/css/',
      '/static/manifest.json/',
      '/static/../package.json',
      '/static/%2e%2e/%2e%2e/package.json',
      '/static/..%2f..%2fpackage.json',
      '/static/.git/config',
      '/.git/HEAD',
      '/.env',
      '/package.json',
      '/README.md',
      '/data/secret',
      '/src/main.ts',
    ]) {
      const answer = await request(app).get(path)
      expect([403, 404], `${path}: ${answer.status}`).toContain(answer.status)
      expect(answer.text, path).not.toMatch(/cchc-survey|ref: |\[core\]/)
    }
  })

  test('holds no stack even when the error page itself breaks, and the log stays one line for each event', async () => {
    const printed = vi.spyOn(console, 'error').mockReturnValue(undefined)
    const forged = 'broken\n{"level":60,"msg":"forged"}'
    const broken = createApp({
      ...site.deps,
      renderer: {
        view: () => {
          throw new Error(forged)
        },
      },
    })
    const answer = await request(broken).get('/')
    expect(answer.status).toBe(500)
    expect(answer.text).not.toMatch(/broken|at .*\.ts|node_modules/)
    // Express says it on the console as well, a moment after the answer.
    await vi.waitFor(() => expect(printed).toHaveBeenCalledOnce())
    printed.mockRestore()
    const lines = site.logged.filter((line) => line.includes('broken'))
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ message: forged, msg: 'a request failed' })
  })
})

describe('a request', () => {
  test('is decoded once: an address that was encoded twice is another one', async () => {
    await openedSurveyWith(site, {}, () => undefined)
    const viewer = await signedIn(site, 'viewer')
    expect((await viewer.get('/dieu-tra/%74hu')).status).toBe(200)
    expect((await viewer.get('/dieu-tra/%2574hu')).status).toBe(404)
    await viewer.post('/vao', 'code=%2541')
    expect(viewer.current.root.querySelector('#code')?.getAttribute('value')).toBe('%41')
  })

  test('of two lengths, by which another one could be smuggled in, is refused before any page', async () => {
    const server = createServer(site.app)
    try {
      const port = await listening(server)
      const both = 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG'
      const twice = 'Content-Length: 5\r\nContent-Length: 6\r\n\r\n12345'
      for (const tail of [both, twice])
        expect(await said(port, `POST /vao HTTP/1.1\r\nHost: x\r\n${tail}`)).toMatch(/^HTTP\/1\.1 400 /)
    } finally {
      server.close()
    }
  })

  test('that says a field twice says it not at all', async () => {
    await makePerson(site, 'viewer', { email: 'an@noivu.gov.vn' })
    const answer = await request(site.app)
      .post('/can-bo/dang-nhap')
      .type('form')
      .send(`email=an@noivu.gov.vn&email=binh@noivu.gov.vn&password=${encodeURIComponent(password)}`)
    expect(answer.status).toBe(422)
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(answer.text).toContain('Hãy nhập thư điện tử.')
  })

  test('changes only the fields of its form, whatever else it names', async () => {
    await createSurveyFromFolder(site.deps, operator, folderOnDisk(smallFolder()), 'thu')
    const officer = await signedIn(site)
    await officer.get('/dieu-tra/thu/ke-hoach')
    const form = officer.current.root.querySelector('form[action$="/ke-hoach"]')
    expect(form).not.toBeNull()
    const before = await site.deps.db.selectFrom('survey').selectAll().executeTakeFirstOrThrow()
    await officer.post('/dieu-tra/thu/ke-hoach', {
      title: 'Tên mới',
      organiser: 'Sở Nội vụ',
      plan_number: '',
      plan_date: '',
      contact_office: '',
      contact_phone: '',
      layout: 'sections',
      state: 'opened',
      slug: 'khac',
      id: 'khac',
      public_key: 'khac',
      rehearsal: '0',
      illustrative: '0',
      __proto__x: '1',
    })
    const after = await site.deps.db.selectFrom('survey').selectAll().executeTakeFirstOrThrow()
    expect(after.title).toBe('Tên mới')
    const { id, slug, state, public_key, rehearsal, illustrative } = before
    expect(after).toMatchObject({ id, slug, state, public_key, rehearsal, illustrative })
  })

  test('with fields and files called __proto__ reaches no object of ours', async () => {
    await openedSurveyWith(site, {}, () => undefined)
    const officer = await signedIn(site)
    const answer = await officer.agent
      .post('/dieu-tra/thu/chi-so')
      .field('__proto__', 'x')
      .field('constructor', 'x')
      .attach('__proto__', Buffer.from('appraised'), 'a.csv')
    expect(answer.status).toBe(422)
    expect(answer.text).toContain('Chưa chọn tệp.')
    await officer.post('/vao', '__proto__[admin]=1&constructor[prototype][admin]=1&code=x')
    expect(officer.current.status).toBe(422)
    expect(({} as Record<string, unknown>).admin).toBeUndefined()
  })

  test('with a file of another kind, or with more beside the file than a form has, is refused', async () => {
    await openedSurveyWith(site, {}, () => undefined)
    const officer = await signedIn(site)
    const other = await officer.agent
      .post('/dieu-tra/thu/chi-so')
      .attach('appraised', Buffer.from('MZ'), 'a.exe')
    expect([other.status, other.text]).toEqual([422, expect.stringContaining('đây không phải tệp CSV')])
    const roster = await officer.agent.post('/tai-khoan/nap').attach('roster', Buffer.from('PK'), 'a.xlsx.js')
    expect([roster.status, roster.text]).toEqual([422, expect.stringContaining('đây không phải tệp Excel')])
    const upload = officer.agent.post('/tai-khoan/nap')
    for (let i = 0; i < 150; i++) void upload.field(`f${i}`, 'x'.repeat(10_000))
    expect((await upload).status).toBe(413)
  })
})

describe('the log', () => {
  test('says of a refused act what, when and by which account, and neither name nor address', async () => {
    const person = await makePerson(site, 'viewer', { name: 'Lê Thị Chi', email: 'chi@noivu.gov.vn' })
    const viewer = await signsIn(site, person)
    expect((await viewer.get('/tai-khoan')).status).toBe(403)
    const line = site.logged
      .map((each) => JSON.parse(each) as Record<string, unknown>)
      .find((each) => each.route === '/tai-khoan')
    expect(line).toMatchObject({
      method: 'GET',
      status: 403,
      by: person.id,
      time: expect.any(Number) as number,
    })
    expect(site.logged.join('\n')).not.toMatch(/Chi|chi@noivu/)
    await new Browser(site.app).get('/nhat-ky')
    const stranger = site.logged
      .map((each) => JSON.parse(each) as Record<string, unknown>)
      .find((each) => each.route === '/nhat-ky')
    expect(stranger).toMatchObject({ status: 303 })
    expect(stranger).not.toHaveProperty('by')
  })
})

describe('a session', () => {
  test('ends twelve hours after signing in, however busy it is', async () => {
    const browser = await signedIn(site, 'auditor')
    expect((await browser.get('/nhat-ky')).url).toBe('/nhat-ky')
    const begun = new Date(Date.now() - 12 * 3_600_000 - 1000).toISOString()
    await site.deps.db.updateTable('staff_session').set({ created_at: begun }).execute()
    expect((await browser.get('/nhat-ky')).url).toBe('/can-bo/dang-nhap?tiep=%2Fnhat-ky')
  })

  test('elsewhere is ended by its owner once the owner has proved to be there', async () => {
    const person = await makePerson(site, 'viewer')
    const lost = await signsIn(site, person)
    const browser = await signsIn(site, person)
    await site.deps.db.updateTable('staff_session').set({ fresh_at: null }).execute()
    await browser.post('/can-bo/toi/phien', {})
    expect(browser.current.url).toBe('/can-bo/xac-nhan-lai?tiep=%2Fcan-bo%2Ftoi')
    expect((await lost.get('/dieu-tra')).url, 'not yet').toBe('/dieu-tra')
    await browser.submit({ password })
    await browser.submit({}, { selector: 'form[action="/can-bo/toi/phien"]' })
    expect((await lost.get('/dieu-tra')).url).toBe('/can-bo/dang-nhap?tiep=%2Fdieu-tra')
    expect((await browser.get('/dieu-tra')).url).toBe('/dieu-tra')
  })

  test('is ended by the operator: of one person, or of everybody', async () => {
    const person = await makePerson(site, 'viewer')
    const browsers = [
      await signsIn(site, person),
      await signedIn(site, 'auditor'),
      await signedIn(site, 'officer'),
    ]
    const whoIsIn = async () => {
      const pages = []
      for (const browser of browsers) pages.push((await browser.get('/dieu-tra')).url === '/dieu-tra')
      return pages
    }
    expect(await signOut(site.deps, operator, person.id)).toBe(1)
    expect(await whoIsIn()).toEqual([false, true, true])
    expect(await signOut(site.deps, operator, 'everybody')).toBe(2)
    expect(await whoIsIn()).toEqual([false, false, false])
    const acts = await site.deps.db.selectFrom('act_log').select('words').orderBy('position').execute()
    expect(acts.slice(-2).map(({ words }) => words)).toEqual([
      'Đăng xuất khỏi mọi máy: Người viewer (Sở Nội vụ).',
      'Đăng xuất khỏi mọi máy: mọi người.',
    ])
  })
})

test('a password is typed into a masked field that a password manager may fill', async () => {
  const browser = new Browser(site.app)
  const fields: [string, string][] = [
    ['/can-bo/dang-nhap', 'current-password'],
    [(await newSetupLink(site.deps)) ?? '', 'new-password'],
  ]
  for (const [path, autocomplete] of fields) {
    await browser.get(path)
    const field = browser.current.root.querySelector('#password')
    expect([field?.getAttribute('type'), field?.getAttribute('autocomplete')]).toEqual([
      'password',
      autocomplete,
    ])
    for (const name of ['pattern', 'maxlength', 'onpaste', 'readonly'])
      expect(field?.hasAttribute(name)).toBe(false)
  }
})

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

/** What the server answers to these bytes until it closes. */
function said(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => (answer += text))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
    setTimeout(() => socket.destroy(), 2000).unref()
  })
}
