// Reads a multipart form with one small file, in memory, with hard limits; nothing is written to disk.
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy'
import type { Request } from 'express'
import { Problem } from '../lib/problem.ts'

export interface Upload {
  fields: Record<string, string>
  files: Record<string, Buffer>
}

/** Room for the fields and the form's own lines beside the file. */
const besideTheFile = 300_000

type Ending = '.csv' | '.xlsx'

const otherKind: Record<Ending, string> = {
  '.csv': 'đây không phải tệp CSV (.csv). Hãy dùng tệp mẫu.',
  '.xlsx': 'đây không phải tệp Excel (.xlsx). Hãy dùng tệp mẫu.',
}

/**
 * The form's fields and files; an empty file field is left out. Of the file's name only the ending is looked at.
 * @param limit bytes of one file
 * @param endings what the file's name must end with
 */
export function readUpload(req: Request, limit: number, endings: Ending | Ending[]): Promise<Upload> {
  const accepted = [endings].flat()
  const [only] = accepted
  const refusal =
    accepted.length === 1 && only !== undefined
      ? otherKind[only]
      : 'đây không phải tệp Excel (.xlsx) hoặc CSV (.csv). Hãy lưu lại bằng Excel rồi nạp lại.'
  return new Promise((resolve, reject) => {
    // Without a prototype: a field may be called "__proto__".
    const upload: Upload = {
      fields: Object.create(null) as Record<string, string>,
      files: Object.create(null) as Record<string, Buffer>,
    }
    let received = 0
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
    const tooLarge = () => new Problem('too-large', { limit: `${Math.floor(limit / 1024 / 1024)} MB` })
    parser.on('field', (name, value) => (upload.fields[name] = value))
    parser.on('file', (name, stream, fileName) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('limit', () => refuse(tooLarge()))
      // A body that ends too early breaks the file's stream, not the parser: unheard, it would end the process.
      stream.on('error', () => refuse(new Problem('bad-request')))
      stream.on('end', () => {
        if (chunks.length === 0) return
        if (accepted.some((ending) => fileName.toLowerCase().endsWith(ending)))
          upload.files[name] = Buffer.concat(chunks)
        else refuse(new Problem('file-unreadable', { file: 'vừa chọn', reason: refusal }))
      })
    })
    parser.on('error', () => refuse(new Problem('bad-request')))
    parser.on('finish', () => resolve(upload))
    req.on('data', (chunk: Buffer) => {
      received += chunk.length
      if (received > limit + besideTheFile) refuse(tooLarge())
    })
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
