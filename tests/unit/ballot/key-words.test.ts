// A key holder's secret on paper: read back however it is written, and wrong in words where it is wrong.
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { paperWords, papersIn, readWords, secretBytes, wordsOf } from '../../../src/ballot/key-words.ts'

const secrets = fc
  .uint8Array({ minLength: secretBytes, maxLength: secretBytes })
  .map((each) => Buffer.from(each))
/** Every word that there is. */
const list = [...new Set(Array.from({ length: 256 }, (_, byte) => wordsOf(Buffer.alloc(16, byte))[0] ?? ''))]

describe('the words', () => {
  test('are 256 different ones, plain letters, and what Telex leaves as it is', () => {
    expect(list).toHaveLength(256)
    for (const word of list) {
      expect(word).toMatch(/^[a-z]{2,6}$/)
      // A tone letter behind a vowel, a doubled letter or a w would be turned into a Vietnamese letter.
      expect(word).not.toMatch(/[aeiou].*[sfrxjzw]|aa|ee|oo|dd|w/)
    }
  })

  test('say the same secret in capitals, with marks, numbers, commas and line ends', () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const words = wordsOf(secret)
        expect(words).toHaveLength(paperWords)
        const ways = [
          words.join(' '),
          words.join(' ').toUpperCase() + '\r\n',
          words.map((word, at) => `${at + 1}. ${word}`).join(',\n'),
          words.join('  ').normalize('NFD').replaceAll('a', 'á').replace('d', 'đ'),
          `\uFEFF\t${words.join('\u00a0')}`,
        ]
        for (const way of ways) expect(readWords(way)).toEqual({ ok: true, secret })
      }),
    )
  })

  test('with one word exchanged or two in each other’s place are refused, but for one in 256', () => {
    let passed = 0
    const tries = 5_000
    for (let i = 0; i < tries; i++) {
      const words = wordsOf(randomBytes(16))
      const at = i % paperWords
      if (i % 2 === 0) words[at] = list[(list.indexOf(words[at] ?? '') + 1 + (i % 255)) % 256] ?? ''
      else words.splice(at % 16, 2, words[(at % 16) + 1] ?? '', words[at % 16] ?? '')
      const read = readWords(words.join(' '))
      if (read.ok) passed++
      else expect(read.slip).toBe('check')
    }
    // Also the swaps of equal words; 5,000 / 256 = 20 on average.
    expect(passed).toBeLessThan(60)
  })

  test('that are none are named with their place and what may be meant', () => {
    const words = wordsOf(Buffer.alloc(16, 1))
    words[4] = 'kham0'.replace('0', 'x')
    expect(readWords(words.join(' '))).toEqual({
      ok: false,
      slip: 'word',
      place: 5,
      word: 'khamx',
      near: ['kham'],
    })
    expect(readWords('xyz')).toMatchObject({ slip: 'word', place: 1, near: [] })
  })

  test('too few or too many are counted; nothing is nothing', () => {
    const words = wordsOf(Buffer.alloc(16, 7))
    expect(readWords(words.slice(0, 16).join(' '))).toEqual({ ok: false, slip: 'count', count: 16 })
    expect(readWords([...words, 'ban'].join(' '))).toEqual({ ok: false, slip: 'count', count: 18 })
    expect(readWords(' 1. 2. \n')).toEqual({ ok: false, slip: 'empty' })
  })

  test('of two papers in one text come apart, as a scanner sends them', () => {
    const [one, two] = [wordsOf(randomBytes(16)).join(' '), wordsOf(randomBytes(16)).join(' ')]
    expect(papersIn(`${one.toUpperCase()}\n${two}\n`)).toEqual([one, two])
    expect(papersIn(one)).toEqual([one])
    expect(papersIn('ban')).toEqual(['ban'])
  })
})

test('a secret of another length is a defect', () => {
  expect(() => wordsOf(Buffer.alloc(15))).toThrow('16 bytes')
})
