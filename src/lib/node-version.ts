// First import of every entry point: better-sqlite3 13 ends an old Node with a segmentation fault and no word, so
// the version is looked at before that package is loaded.
const wanted = [22, 12] as const
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  process.stderr.write(
    `This program needs Node ${wanted.join('.')} or newer, but ${process.versions.node} is running: use the npm scripts after ` +
      '`npm ci` (they bring Node 24 along), or install Node 24.\n',
  )
  process.exit(1)
}
