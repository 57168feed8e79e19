// Who holds the key that opens the ballots: the server, or a council whose members hold shares of it. Pure; the papers and
// the key itself are the ballot's (ballot/key-share.ts, ballot/custody.ts). confidentiality.md §7.
export const custodyModes = ['server-held', 'council-2-of-3', 'council-3-of-5'] as const
export type CustodyMode = (typeof custodyModes)[number]

export interface Custody {
  /** As minutes and releases call it. */
  name: string
  /** Papers that open the box together; 0 where the server holds the key. */
  needed: number
  holders: number
}

const custodies: Record<CustodyMode, Custody> = {
  'server-held': { name: 'Máy chủ giữ khóa', needed: 0, holders: 0 },
  'council-2-of-3': { name: 'Ba người giữ khóa, cần hai phần khóa để mở', needed: 2, holders: 3 },
  'council-3-of-5': { name: 'Năm người giữ khóa, cần ba phần khóa để mở', needed: 3, holders: 5 },
}

export function custodyOf({ custody }: { custody: CustodyMode }): Custody {
  return custodies[custody]
}

/** Whether people hold the key, so that the organiser alone cannot open a ballot. */
export function isCouncilHeld({ custody }: { custody: CustodyMode }): boolean {
  return custody !== 'server-held'
}
