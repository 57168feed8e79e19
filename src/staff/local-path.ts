// Where to go after signing in: only ever a page of this site. The address comes from outside (?tiep=…), and a browser
// reads "//x", "/\x", "/<tab>/x" and "/.//x" as another site.

const somewhere = 'http://here.invalid'
const longest = 1000

/** The path and query of `address` when it lies on this site; undefined for anything else. */
export function localPath(address: unknown): string | undefined {
  if (typeof address !== 'string' || !address.startsWith('/') || address.length > longest) return undefined
  if (!URL.canParse(address, somewhere)) return undefined
  const url = new URL(address, somewhere)
  // Looked at after parsing as well: "/.//x" stays on this site when read, and leaves it when written down again.
  if (url.origin !== somewhere || url.pathname.startsWith('//')) return undefined
  return url.pathname + url.search
}
