// `npm run shots` cannot pass by a page.
import { expect, test } from 'vitest'
import { findMissing, type Picture } from '../../support/pictures.ts'

const paths = ['/dieu-tra', '/tai-khoan/nap', '/tai-khoan/:id', '/tai-khoan/:id/tep']
const noPages = { '/tai-khoan/:id/tep': 'a file' }

function pictures(address: string, status = 200): Picture[] {
  return [360, 1280].flatMap((width) =>
    (['light', 'dark'] as const).map((scheme) => ({ address, status, width, scheme })),
  )
}

const all = ['/dieu-tra', '/tai-khoan/nap', '/tai-khoan/7'].flatMap((address) => pictures(address))

function missing(taken: Picture[], leftOut: Record<string, string> = noPages): string[] {
  return findMissing(paths, taken, leftOut, [360, 1280])
}

test('nothing is missing when each page was taken at both widths, light and dark', () => {
  expect(missing(all)).toEqual([])
})

test('one picture that was not taken is named', () => {
  const without = all.filter(
    ({ address, width, scheme }) => !(address === '/dieu-tra' && width === 360 && scheme === 'dark'),
  )
  expect(missing(without)).toEqual(['No picture shows /dieu-tra at 360 px, dark'])
})

test('a refusal is no picture of its page, and a page beside it is none either', () => {
  const taken = [
    ...pictures('/dieu-tra', 403),
    ...pictures('/tai-khoan/nap'),
    ...pictures('/tai-khoan/7/khac'),
  ]
  expect(new Set(missing(taken).map((line) => line.split(' at ')[0]))).toEqual(
    new Set(['No picture shows /dieu-tra', 'No picture shows /tai-khoan/:id']),
  )
})

test('a page may be left out by name only, and the name must be that of a route', () => {
  expect(missing(all, {})).toHaveLength(4)
  expect(missing(all, { ...noPages, '/xoa-roi': 'a file' })).toEqual([
    'There is no route /xoa-roi to be left out',
  ])
})
