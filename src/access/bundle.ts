// Cards as they are handed over: one bundle for each unit and group, its cards in an order of chance, and the unit's
// reserves apart. season.md, "Cards or links".
import { shuffled } from '../lib/random.ts'
import type { PlainCode } from './batch.service.ts'

export interface Bundle {
  /** 'main': the people of the plan; 'reserve': only for a lost or spoilt card. */
  kind: 'main' | 'reserve'
  groups: { name: string; cards: number }[]
  cards: PlainCode[]
}

export interface UnitBundles {
  unit: string
  code: string
  bundles: Bundle[]
}

/** In the order of the plan; within a bundle the cards are shuffled, reserves group by group. */
export function bundlesOf(codes: readonly PlainCode[], shuffle: typeof shuffled = shuffled): UnitBundles[] {
  return groupBy(codes, ({ stratum }) => stratum.unit_code).map(([code, ofUnit]) => {
    const groups = (reserve: boolean) =>
      groupBy(
        ofUnit.filter((each) => each.reserve === reserve),
        ({ stratum }) => stratum.group_name,
      )
    const main = groups(false).map(([name, cards]): Bundle => bundle('main', [[name, shuffle(cards)]]))
    const spare = groups(true).map(([name, cards]): [string, PlainCode[]] => [name, shuffle(cards)])
    return {
      unit: ofUnit[0]?.stratum.unit_name ?? '',
      code,
      bundles: spare.length === 0 ? main : [...main, bundle('reserve', spare)],
    }
  })
}

function bundle(kind: Bundle['kind'], groups: [string, PlainCode[]][]): Bundle {
  return {
    kind,
    groups: groups.map(([name, cards]) => ({ name, cards: cards.length })),
    cards: groups.flatMap(([, cards]) => cards),
  }
}

function groupBy(codes: readonly PlainCode[], key: (code: PlainCode) => string): [string, PlainCode[]][] {
  const groups = new Map<string, PlainCode[]>()
  for (const code of codes) groups.set(key(code), [...(groups.get(key(code)) ?? []), code])
  return [...groups]
}
