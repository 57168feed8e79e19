// A route is a value that must say who may use it; app.ts mounts it behind that guard. There is no other way to add a
// page, so none can be forgotten (README, "How to add a page").
import type { Request, Response } from 'express'

export type Handler = (req: Request, res: Response) => void | Promise<void>

export interface Route<May extends string> {
  method: 'get' | 'post'
  /** Express path, e.g. /dieu-tra/:slug */
  path: string
  /** The permission that the staff member needs; 'anyone' for the respondent's and the sign-in pages. */
  may: May | 'anyone'
  handle: Handler
}
