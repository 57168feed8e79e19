// Passwords as argon2id hashes: 19 MiB, two passes, the least that OWASP names; about 36 ms here.
import { hash, verify } from '@node-rs/argon2'

export const passwordLength = { least: 10, most: 128 }

const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The hash with its salt and cost, as one text in PHC form. */
export function hashPassword(password: string): Promise<string> {
  return hash(oneForm(password), cost)
}

export function isPassword(known: string, password: string): Promise<boolean> {
  return verify(known, oneForm(password))
}

/** Keyboards write "ế" as one sign or as two or three: the same password must be the same bytes. */
function oneForm(password: string): string {
  return password.normalize('NFKC')
}
