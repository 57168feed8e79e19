// A clock that jumps: the wall clock beside one that only runs, and beside the last minute that was seen before a restart.
// While it cannot be trusted nothing starts or closes by itself. Pure.

/** Both clocks at one moment, in milliseconds. */
export interface Tick {
  wall: number
  running: number
}

/** More than this is no correction of a clock. */
const mostMs = 5 * 60_000

/**
 * Why the wall clock cannot be trusted, as a sentence; undefined when it can.
 * @param before the last look of this process; undefined at its first
 * @param seen the latest minute that any process noted (ISO); undefined where none was
 */
export function findJump(before: Tick | undefined, now: Tick, seen: string | undefined): string | undefined {
  if (before !== undefined) {
    const jump = now.wall - before.wall - (now.running - before.running)
    if (Math.abs(jump) > mostMs)
      return `Đồng hồ máy chủ nhảy ${jump > 0 ? 'tới' : 'lùi'} ${showMinutes(Math.abs(jump))}, giờ tự động tạm dừng.`
  }
  const back = seen === undefined ? 0 : Date.parse(seen) - now.wall
  return back > mostMs
    ? `Đồng hồ máy chủ nhảy lùi ${showMinutes(back)} so với lần chạy trước, giờ tự động tạm dừng.`
    : undefined
}

function showMinutes(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 120) return `${minutes} phút`
  const hours = Math.round(minutes / 60)
  return hours < 72 ? `${hours} giờ` : `${Math.round(hours / 24)} ngày`
}
