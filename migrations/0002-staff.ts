// Staff: better-auth's tables under our names, and the roles as data. Frozen in time: imports nothing from src.
// The first four tables are what better-auth 1.7 itself would make on each database (its own date and boolean types);
// tests/http/staff.test.ts asks it whether they still fit.
import { sql, type ColumnDefinitionBuilder, type Kysely } from 'kysely'

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- a migration knows no current schema */
type Schema = Kysely<any>

export async function up(db: Schema): Promise<void> {
  const sqlite = isSqlite(db)
  const date = sqlite ? 'date' : 'timestamptz'
  const ofStaff = (c: ColumnDefinitionBuilder) => c.notNull().references('staff.id').onDelete('cascade')

  await db.schema
    .createTable('staff')
    .addColumn('id', 'text', (c) => c.notNull().primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('email', 'text', (c) => c.notNull().unique())
    .addColumn('email_verified', sqlite ? 'integer' : 'boolean', (c) =>
      c.notNull().defaultTo(sqlite ? 0 : false),
    )
    .addColumn('image', 'text')
    .addColumn('created_at', date, (c) => c.notNull())
    .addColumn('updated_at', date, (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('staff_session')
    .addColumn('id', 'text', (c) => c.notNull().primaryKey())
    .addColumn('expires_at', date, (c) => c.notNull())
    .addColumn('token', 'text', (c) => c.notNull().unique())
    .addColumn('created_at', date, (c) => c.notNull())
    .addColumn('updated_at', date, (c) => c.notNull())
    .addColumn('ip_address', 'text')
    .addColumn('user_agent', 'text')
    .addColumn('staff_id', 'text', ofStaff)
    .execute()
  await db.schema.createIndex('staff_session_staff_id_idx').on('staff_session').column('staff_id').execute()

  await db.schema
    .createTable('staff_account')
    .addColumn('id', 'text', (c) => c.notNull().primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('provider_id', 'text', (c) => c.notNull())
    .addColumn('staff_id', 'text', ofStaff)
    .addColumn('access_token', 'text')
    .addColumn('refresh_token', 'text')
    .addColumn('id_token', 'text')
    .addColumn('access_token_expires_at', date)
    .addColumn('refresh_token_expires_at', date)
    .addColumn('scope', 'text')
    .addColumn('password', 'text')
    .addColumn('created_at', date, (c) => c.notNull())
    .addColumn('updated_at', date, (c) => c.notNull())
    .execute()
  await db.schema.createIndex('staff_account_staff_id_idx').on('staff_account').column('staff_id').execute()

  await db.schema
    .createTable('staff_verification')
    .addColumn('id', 'text', (c) => c.notNull().primaryKey())
    .addColumn('identifier', 'text', (c) => c.notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .addColumn('expires_at', date, (c) => c.notNull())
    .addColumn('created_at', date, (c) => c.notNull())
    .addColumn('updated_at', date, (c) => c.notNull())
    .execute()
  await db.schema
    .createIndex('staff_verification_identifier_idx')
    .on('staff_verification')
    .column('identifier')
    .execute()

  await db.schema
    .createTable('role')
    .addColumn('code', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('position', 'integer', (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('role_permission')
    .addColumn('role_code', 'text', (c) => c.notNull().references('role.code'))
    .addColumn('permission', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('role_permission_pk', ['role_code', 'permission'])
    .execute()

  await db.schema
    .createTable('staff_role')
    .addColumn('staff_id', 'text', ofStaff)
    .addColumn('role_code', 'text', (c) => c.notNull().references('role.code'))
    .addColumn('survey_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('staff_role_pk', ['staff_id', 'role_code', 'survey_id'])
    .execute()

  // One row at most, held by its key: two processes that start at once cannot leave two links behind.
  await db.schema
    .createTable('setup_link')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addCheckConstraint('setup_link_is_one', sql`id = 1`)
    .execute()

  await insertRoles(db)
}

const roles: { code: string; name: string; permissions: string[] }[] = [
  {
    code: 'administrator',
    name: 'Quản trị',
    permissions: [
      'signed-in',
      'survey.read',
      'survey.manage',
      'codes.manage',
      'box.open',
      'scores.read',
      'index.compute',
      'staff.manage',
    ],
  },
  {
    code: 'officer',
    name: 'Chuyên viên Sở Nội vụ',
    permissions: [
      'signed-in',
      'survey.read',
      'survey.manage',
      'codes.manage',
      'box.open',
      'scores.read',
      'index.compute',
    ],
  },
  { code: 'viewer', name: 'Lãnh đạo (chỉ xem)', permissions: ['signed-in', 'survey.read', 'scores.read'] },
]

async function insertRoles(db: Schema): Promise<void> {
  for (const [index, { code, name, permissions }] of roles.entries()) {
    await db
      .insertInto('role')
      .values({ code, name, position: index + 1 })
      .execute()
    await db
      .insertInto('role_permission')
      .values(permissions.map((permission) => ({ role_code: code, permission })))
      .execute()
  }
}

function isSqlite(db: Schema): boolean {
  return db.getExecutor().adapter.constructor.name.startsWith('Sqlite')
}
