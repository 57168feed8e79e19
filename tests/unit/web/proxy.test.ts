// The example for a reverse proxy in README: none of the addresses that a respondent asks for would be noted.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { routesOf } from '../../../src/web/app.ts'
import { testSite, type TestSite } from '../../support/app.ts'

let site: TestSite

beforeAll(async () => {
  site = await testSite()
})
afterAll(() => site.close())

const readme = readFileSync('README.md', 'utf8')
/** nginx takes the first pattern that matches, in the order in which they are written. */
const rules = [...readme.matchAll(/^ {4}"~(\^\/\S+)" ([01]);/gm)].map(([, pattern = '', noted]) => ({
  pattern: new RegExp(pattern),
  noted: noted === '1',
}))

function isNoted(uri: string): boolean {
  return rules.find(({ pattern }) => pattern.test(uri))?.noted ?? false
}

test('nothing that a respondent asks for is noted, staff pages are', () => {
  expect(rules).toHaveLength(2)
  const routes = routesOf(site.deps).map(({ path, may }) => ({ path, may }))
  const ofRespondents = routes.filter(({ path, may }) => may === 'anyone' && !path.startsWith('/can-bo'))
  expect(ofRespondents.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['/', '/vao', '/phieu', '/cam-ket-bao-mat', '/xac-nhan/:slug']),
  )
  const others = [
    '/static/css/respondent-0a1b2c3d.css',
    '/healthz',
    '/khong-co',
    '/2222-2222-2222',
    '/phieu/x',
  ]
  for (const path of [...ofRespondents.map((route) => route.path), ...others])
    expect(isNoted(path), path).toBe(false)
  for (const { path } of routes.filter(({ may }) => may !== 'anyone')) expect(isNoted(path), path).toBe(true)
})

test('a one-time token in an address is not noted, signing in is', () => {
  expect(isNoted('/can-bo/dang-nhap')).toBe(true)
  expect(isNoted('/can-bo/khoi-tao/AbC123')).toBe(false)
})
