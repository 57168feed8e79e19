// A route is a value that must say who may use it; app.ts mounts it behind that guard. There is no other way to add a
// page, so none can be forgotten (README, "How to add a page").
import type { Request, Response } from 'express'

export type Handler = (req: Request, res: Response) => void | Promise<void>

export interface Route<May extends string> {
  method: 'get' | 'post'
  /** Express path, e.g. /dieu-tra/:slug; :slug is always a survey, :unit a unit of it. */
  path: string
  /** The permission that the staff member needs; 'anyone' for the respondent's and the sign-in pages. */
  may: May | 'anyone'
  /**
   * An act that cannot be undone, or that shows a secret: whoever asks must have signed in, or proved to be there again,
   * within the last minutes. The page to come back to afterwards, with the route's own parameters in it.
   */
  fresh?: string
  handle: Handler
}
