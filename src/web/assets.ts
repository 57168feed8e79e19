// Static files: built with hashed names (src/build/assets.ts), so a browser may keep them for a year.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import express, { type RequestHandler } from 'express'
import { z } from 'zod'
import { parseJson } from '../lib/json.ts'
import { projectRoot } from '../lib/root.ts'

const builtFolder = join(projectRoot, 'dist', 'public')

export interface Assets {
  /** The address of a built file, e.g. url('css/staff.css'). */
  url(name: string): string
  serve: RequestHandler
}

export function loadAssets(): Assets {
  const manifestFile = join(builtFolder, 'manifest.json')
  if (!existsSync(manifestFile)) throw new Error('The static files are not built; run `npm run build` first.')
  const manifest = parseJson(z.record(z.string(), z.string()), readFileSync(manifestFile, 'utf8'))
  return {
    url(name) {
      const address = manifest[name]
      if (address === undefined) throw new Error(`no static file is called ${name}`)
      return address
    },
    serve: express.static(builtFolder, {
      immutable: true,
      maxAge: '365d',
      index: false,
      redirect: false,
      dotfiles: 'ignore',
    }),
  }
}
