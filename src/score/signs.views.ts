// Signs in words: what they are, what they are not, and that no ballot is taken away for them.
import { showCount } from '../lib/format.ts'
import { surveyHref } from '../survey/survey.ts'
import type { Survey } from '../survey/survey.queries.ts'
import { fewestAlike } from './identical.ts'
import type { ReleaseNotes } from './release.queries.ts'
import type { ScoresRelease } from './release.ts'

export interface SignsPage {
  heading: string
  back: string
  words: string[]
  units: { name: string; level: string; returned: string }[]
}

export interface SignsViews {
  'score/signs': SignsPage
}

export function signsPage(survey: Survey, release: ScoresRelease, { identical }: ReleaseNotes): SignsPage {
  const found = release.units.filter(({ code }) => identical?.includes(code))
  const levels = new Map(release.levels.map(({ code, name }) => [code, name]))
  return {
    heading: headingOf(identical === undefined ? null : found.length),
    back: surveyHref(survey, '/thu-phieu'),
    words: [
      `Một cơ quan, đơn vị được nêu ở đây khi từ nửa số phiếu hợp lệ của cùng một mẫu phiếu trở lên có mọi câu trả lời giống hệt nhau. Chỉ xét nơi có từ ${fewestAlike} phiếu của mẫu phiếu đó.`,
      'Đây là dấu hiệu để Hội đồng cân nhắc phúc tra, không phải kết luận: ở nơi ít người, nhiều người có thể cùng ý kiến. Không phiếu nào bị loại vì dấu hiệu này và điểm không thay đổi.',
      'Dấu hiệu chỉ cho biết có hay không, không cho biết câu trả lời, nhóm hay phiếu nào. Trang này chỉ dành cho người mở niêm phong; không ghi vào bảng điểm và tệp kết quả.',
    ],
    units: found.map(({ name, level, counts }) => ({
      name,
      level: levels.get(level) ?? level,
      returned: `${showCount(counts.returned)}/${showCount(counts.planned)}`,
    })),
  }
}

function headingOf(found: number | null): string {
  if (found === null) return 'Bảng điểm này được lập khi hệ thống chưa xét phiếu giống hệt nhau'
  return found === 0
    ? 'Không cơ quan, đơn vị nào có từ nửa số phiếu giống hệt nhau'
    : `${showCount(found)} cơ quan, đơn vị có từ nửa số phiếu giống hệt nhau`
}
