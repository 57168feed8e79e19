// A browser as its owner knows it: "Chrome trên Windows". Only for the list of one's own sessions.

const browsers: [RegExp, string][] = [
  [/Zalo/i, 'Zalo'],
  [/Edg(A|iOS)?\//, 'Edge'],
  [/coc_coc/i, 'Cốc Cốc'],
  [/SamsungBrowser/, 'Samsung Internet'],
  [/Firefox|FxiOS/, 'Firefox'],
  [/Chrome|CriOS/, 'Chrome'],
  [/Safari/, 'Safari'],
]
const systems: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]

/** A few words for a User-Agent header, never the header itself. */
export function browserName(userAgent: string): string {
  const find = (known: [RegExp, string][]) => known.find(([pattern]) => pattern.test(userAgent))?.[1]
  const [browser, system] = [find(browsers), find(systems)]
  if (browser === undefined)
    return system === undefined ? 'Trình duyệt không rõ' : `Trình duyệt trên ${system}`
  return system === undefined ? browser : `${browser} trên ${system}`
}
