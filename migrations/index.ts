// The static list of migrations, oldest first. A migration is never changed once it has landed.
import type { Migration } from 'kysely/migration'
import * as survey from './0001-survey.ts'
import * as staff from './0002-staff.ts'
import * as door from './0003-door.ts'
import * as custody from './0004-custody.ts'
import * as sameDevice from './0005-same-device.ts'
import * as weeksOfCollection from './0006-weeks-of-collection.ts'
import * as statistics from './0007-statistics.ts'
import * as announcement from './0008-announcement.ts'
import * as importCodes from './0009-import-codes.ts'

export const migrations: Record<string, Migration> = {
  '0001-survey': survey,
  '0002-staff': staff,
  '0003-door': door,
  '0004-custody': custody,
  '0005-same-device': sameDevice,
  '0006-weeks-of-collection': weeksOfCollection,
  '0007-statistics': statistics,
  '0008-announcement': announcement,
  '0009-import-codes': importCodes,
}
