// The published schemas, for anyone: a program that reads our files has no account.
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { jsonSchemaOf, schemaHref, schemaNames } from './schemas.ts'

export function schemaRoutes(): StaffRoute[] {
  function getSchema(req: Request, res: Response): void {
    const name = schemaNames.find((each) => schemaHref(each) === req.path)
    if (name === undefined) throw new Problem('not-found')
    res.type('application/schema+json').send(JSON.stringify(jsonSchemaOf(name), null, 2))
  }

  return [{ method: 'get', path: '/so-do/:tep', may: 'anyone', handle: getSchema }]
}
