// Random ids and orders: an id carries no time and no place, so that nothing can be read from a row's key.
import { randomBytes, randomInt as cryptoRandomInt } from 'node:crypto'

/** 128 random bits as 22 characters, base64url. */
export function randomId(): string {
  return randomBytes(16).toString('base64url')
}

/** The same things in an order of chance (Fisher-Yates); `randomInt` gives a uniform integer from 0 to below `max`. */
export function shuffled<Item>(
  items: readonly Item[],
  randomInt: (max: number) => number = (max) => cryptoRandomInt(max),
): Item[] {
  const order = [...items]
  for (let last = order.length - 1; last > 0; last--) {
    const other = randomInt(last + 1)
    const [a, b] = [order[last], order[other]]
    if (a !== undefined && b !== undefined) [order[last], order[other]] = [b, a]
  }
  return order
}
