// The keyboard of the tests really writes Vietnamese, so that what it leaves alone was not left alone by chance.
import { describe, expect, test } from 'vitest'
import { allHabits, typed } from '../../support/vietnamese-keyboard.ts'

const immediate = { marking: 'immediate', digitsEndWords: false } as const

describe('Telex', () => {
  test.each([
    ['Tieesng Vieejt', 'Tiếng Việt'],
    ['DDuowngf', 'Đường'],
    ['DDoongf Xoaif', 'Đồng Xoài'],
    ['vieetj nam', 'việt nam'],
    ['uwowcs', 'ước'],
    ['muaw', 'mưa'],
    ['quyr gias hoaf', 'quỷ giá hòa'],
    ['toans', 'toán'],
    ['nguwowif', 'người'],
    ['CAIR CACHS HANHF CHINHS', 'CẢI CÁCH HÀNH CHÍNH'],
    ['DDIEEUF TRA', 'ĐIỀU TRA'],
    ['w', 'ư'],
    ['awnx', 'ẵn'],
    ['awnxz', 'ăn'],
    ['hoawcj', 'hoặc'],
    ['quawnj', 'quặn'],
  ])('turns %s into %s', (keys, word) => {
    expect(typed(keys, 'telex')).toBe(word)
  })

  test.each([
    ['aaa', 'aa'],
    ['ass', 'as'],
    ['ddd', 'dd'],
    ['ww', 'w'],
    ['oww', 'ow'],
  ])('takes back what the same key did: %s is %s', (keys, word) => {
    expect(typed(keys, 'telex')).toBe(word)
  })

  test.each(['xst', '5FZ', 'zz', 'BCFG HJKM', '2024'])('leaves %s alone', (keys) => {
    for (const habits of allHabits) expect(typed(keys, 'telex', habits)).toBe(keys)
  })
})

describe('VNI', () => {
  test.each([
    ['Tie6ng1 Vie6t5', 'Tiếng Việt'],
    ['vie65t nam', 'việt nam'],
    ['u7o7c1', 'ước'],
    ['D9uong72', 'Đường'],
    ['D9o62ng', 'Đồng'],
    ['a8n40', 'ăn'],
    ['D9IE6U2 TRA', 'ĐIỀU TRA'],
    ['a11', 'a1'],
    ['a66', 'a6'],
    ['d99', 'd9'],
  ])('turns %s into %s', (keys, word) => {
    expect(typed(keys, 'vni')).toBe(word)
  })

  test.each(['B2C6', '9876', 'BCFG 1234'])('leaves %s alone', (keys) => {
    for (const habits of allHabits) expect(typed(keys, 'vni', habits)).toBe(keys)
  })
})

test('a mark far behind its letter counts with free marking only', () => {
  expect([typed('dongd', 'telex'), typed('dongd', 'telex', immediate)]).toEqual(['đong', 'dongd'])
  expect([typed('tieng61', 'vni'), typed('tie6ng1', 'vni', immediate)]).toEqual(['tiếng', 'tiếng'])
  expect(typed('tieng6', 'vni', immediate)).toBe('tieng6')
})

test.each(['a s', 'a-s', 'a.s', 'a\u00a0s', 'a\u200bs', 'ａs'])('%j are two words', (keys) => {
  expect(typed(keys, 'telex')).toBe(keys)
})

test('a digit ends a word where the keyboard says so', () => {
  const ends = { marking: 'free', digitsEndWords: true } as const
  expect([typed('a5s', 'telex'), typed('a5s', 'telex', ends)]).toEqual(['á5', 'a5s'])
})
