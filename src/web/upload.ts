// Reads one uploaded text file of a multipart form, with Node's own parser and a hard limit on its size.
import type { Request } from 'express'
import { Problem } from '../lib/problem.ts'

export interface Upload {
  fields: Record<string, string>
  files: Record<string, { name: string; bytes: Buffer }>
}

/** The form's fields and files; an empty file field is left out. `limit` in bytes for the whole form. */
export async function readUpload(req: Request, limit: number): Promise<Upload> {
  const form = await formData(req, await bodyOf(req, limit))
  const upload: Upload = { fields: {}, files: {} }
  for (const [name, value] of form.entries()) {
    if (typeof value === 'string') upload.fields[name] = value
    else if (value.size > 0)
      upload.files[name] = { name: value.name, bytes: Buffer.from(await value.arrayBuffer()) }
  }
  return upload
}

async function bodyOf(req: Request, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) throw new Problem('too-large', { limit: `${Math.floor(limit / 1024 / 1024)} MB` })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function formData(req: Request, body: Buffer): Promise<FormData> {
  try {
    const headers = { 'content-type': req.get('content-type') ?? '' }
    return await new Response(new Uint8Array(body), { headers }).formData()
  } catch {
    throw new Problem('bad-request')
  }
}
