// Letters carry links that set passwords: they leave this machine encrypted or not at all.
import { expect, test } from 'vitest'
import { encryptedOnly } from '../../../src/staff/mail.ts'

test.each([
  ['smtp://mail.example.vn', 'smtp://mail.example.vn?requireTLS=true'],
  ['smtp://a:b@10.0.0.7:587', 'smtp://a:b@10.0.0.7:587?requireTLS=true'],
  ['smtp://mail.example.vn?requireTLS=false&ignoreTLS=true', 'smtp://mail.example.vn?requireTLS=true'],
  ['smtp://localhost.example.vn:25', 'smtp://localhost.example.vn:25?requireTLS=true'],
])('the mail server %s is spoken to by TLS alone', (given, used) => {
  expect(encryptedOnly(given)).toBe(used)
})

test.each(['smtps://mail.example.vn', 'smtp://localhost:2525', 'smtp://127.0.0.1:2525', 'smtp://[::1]:2525'])(
  '%s is taken as it is: by TLS anyway, or without a network',
  (given) => {
    expect(encryptedOnly(given)).toBe(given)
  },
)
