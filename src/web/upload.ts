// Reads a multipart form with one small file, in memory, with hard limits; nothing is written to disk.
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy'
import type { Request } from 'express'
import { Problem } from '../lib/problem.ts'

export interface Upload {
  fields: Record<string, string>
  files: Record<string, Buffer>
}

/** The form's fields and files; an empty file field is left out. `limit` in bytes of one file. */
export function readUpload(req: Request, limit: number): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const upload: Upload = { fields: {}, files: {} }
    const parser = parserFor(req, limit)
    if (!parser) {
      reject(new Problem('bad-request'))
      return
    }
    const refuse = (problem: Problem) => {
      req.unpipe(parser)
      req.resume()
      reject(problem)
    }
    parser.on('field', (name, value) => (upload.fields[name] = value))
    parser.on('file', (name, stream) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('limit', () =>
        refuse(new Problem('too-large', { limit: `${Math.floor(limit / 1024 / 1024)} MB` })),
      )
      // A body that ends too early breaks the file's stream, not the parser: unheard, it would end the process.
      stream.on('error', () => refuse(new Problem('bad-request')))
      stream.on('end', () => {
        if (chunks.length > 0) upload.files[name] = Buffer.concat(chunks)
      })
    })
    parser.on('error', () => refuse(new Problem('bad-request')))
    parser.on('finish', () => resolve(upload))
    req.on('aborted', () => reject(new Problem('bad-request')))
    req.pipe(parser)
  })
}

function parserFor(req: Request, limit: number): BusboyInstance | undefined {
  try {
    const limits = { fileSize: limit, files: 1, fields: 20, fieldSize: 10_000, headerPairs: 50 }
    return new Busboy({ headers: req.headers as BusboyHeaders, limits })
  } catch {
    // No multipart form at all, or one without a boundary.
    return undefined
  }
}
