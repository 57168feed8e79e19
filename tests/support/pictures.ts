// Whether `npm run shots` has looked at every page. Pure, so that its own test can show that it names what is missing.

/** A page as it was photographed. */
export interface Picture {
  address: string
  /** Of the answer that was looked at: a refusal is no picture of the page that stands at its address. */
  status: number
  width: number
  scheme: 'light' | 'dark'
}

/** Route → why nobody can look at it. */
export type NoPages = Record<string, string>

/**
 * What is wrong with a set of pictures, as lines: each page that lacks one at a width or in a scheme, and each route
 * that is named as no page without need.
 * @param paths of the site's GET routes, in the order in which the site asks them
 */
export function findMissing(
  paths: string[],
  pictures: Picture[],
  noPages: NoPages,
  widths: number[],
): string[] {
  const seen = new Set(
    pictures
      .filter(({ status }) => status === 200)
      .map(({ address, width, scheme }) => `${routeOf(paths, address)} at ${width} px, ${scheme}`),
  )
  const wanted = paths
    .filter((path) => !(path in noPages))
    .flatMap((path) =>
      widths.flatMap((width) => ['light', 'dark'].map((scheme) => `${path} at ${width} px, ${scheme}`)),
    )
  return [
    ...wanted.filter((each) => !seen.has(each)).map((each) => `No picture shows ${each}`),
    ...Object.keys(noPages)
      .filter((path) => !paths.includes(path))
      .map((path) => `There is no route ${path} to be left out`),
  ]
}

/** The first route that takes the address, as Express asks them: /tai-khoan/nap is no account. */
function routeOf(paths: string[], address: string): string {
  return paths.find((path) => new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`).test(address)) ?? 'no route'
}
