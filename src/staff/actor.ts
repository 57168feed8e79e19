// Who does something: a signed-in person, the operator on the command line, or the program by itself. What is done
// carries its actor along into the log of acts and into the minutes.

export interface Actor {
  /** null: not somebody with an account. */
  id: string | null
  name: string
  agency: { code: string; name: string }
}

const nowhere = { code: '', name: '' }

/** Whoever runs commands on the server. */
export const operator: Actor = { id: null, name: 'Người điều hành máy chủ (dòng lệnh)', agency: nowhere }

/** What happens without anybody pressing a button: the end of a long piece of work. */
export const program: Actor = { id: null, name: 'Hệ thống', agency: nowhere }

/** "Trần Văn Bình (Sở Nội vụ)" */
export function nameActor({ name, agency }: Pick<Actor, 'name' | 'agency'>): string {
  return agency.name === '' ? name : `${name} (${agency.name})`
}
