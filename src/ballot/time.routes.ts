// The hours of collecting: looked at, set, extended, ended early; the letter that tells the units; the machine's clock.
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import { staffFrame } from '../staff/frame.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import type { SecondPersonWords } from '../staff/second-person.ts'
import { agreeTo, dropRequest, wordsFor } from '../staff/second-person.service.ts'
import { confirmClock, findClockAlarm } from '../survey/clock-alarm.queries.ts'
import { listUnitHours } from '../survey/closing.queries.ts'
import { parseHour, showHour } from '../survey/closing.ts'
import { listDecisions } from '../survey/decision.queries.ts'
import { parseReason, reasonMissing } from '../survey/decision.ts'
import { needsSecondPerson } from '../survey/four-eyes.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey, type Survey } from '../survey/survey.queries.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import { isConfirmed } from '../web/confirm.ts'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { printFrame } from '../web/layout.ts'
import { renderer } from '../web/render.ts'
import { findOpening } from './box.queries.ts'
import { checkMayClose } from './collecting.service.ts'
import {
  endLevel,
  extendCollecting,
  listAlarms,
  listExtents,
  recordEarlyEnd,
  setHours,
  setOwnClosing,
  type Extent,
} from './time.service.ts'
import {
  endWord,
  isExtension,
  letterPage,
  scopeValue,
  timePage,
  type TimeForm,
  type TimeViews,
  type TypedTime,
} from './time.views.ts'

type Slips = TypedTime['errors']

const clockPath = '/he-thong/dong-ho'

export function timeRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<TimeViews>(deps.renderer)

  async function getTime(req: Request, res: Response): Promise<void> {
    await showTime(req, res, await surveyOf(req), null)
  }

  async function postHours(req: Request, res: Response): Promise<void> {
    const survey = await changeable(req)
    const started = hasReached(survey, 'collecting')
    if (started && (survey.state === 'closed' || survey.closes_at !== null))
      throw new Problem('hours-changed')
    const opens = started ? { ok: true as const, at: survey.opens_at } : hourOf(req, '-bat-dau')
    const closes = hourOf(req, '-ket-thuc')
    const slips: Slips = []
    if (!opens.ok) slips.push({ field: 'ngay-bat-dau', text: opens.message })
    if (!closes.ok) slips.push({ field: 'ngay-ket-thuc', text: closes.message })
    if (opens.ok && closes.ok) {
      if (!started && opens.at !== null && isPast(opens.at))
        slips.push({ field: 'ngay-bat-dau', text: 'Giờ bắt đầu đã qua. Hãy chọn giờ khác.' })
      if (closes.at !== null && isPast(closes.at))
        slips.push({ field: 'ngay-ket-thuc', text: 'Giờ kết thúc đã qua. Hãy chọn giờ khác.' })
      else if (closes.at !== null && opens.at !== null && closes.at <= opens.at)
        slips.push({ field: 'ngay-ket-thuc', text: 'Giờ kết thúc phải sau giờ bắt đầu.' })
      if (slips.length === 0) {
        await setHours(deps, staffOf(req), survey, { opensAt: opens.at, closesAt: closes.at })
        back(res, survey, 'da-dat-gio')
        return
      }
    }
    await showSlips(req, res, survey, 'hours', slips)
  }

  async function postOwn(req: Request, res: Response): Promise<void> {
    const survey = await changeable(req)
    if (hasReached(survey, 'collecting')) throw new Problem('hours-changed')
    const extent = await extentOf(req, survey)
    const hour = hourOf(req)
    const slips: Slips = []
    if (extent === undefined || extent.scope.of === 'survey')
      slips.push({ field: 'pham-vi', text: 'Hãy chọn một cấp hoặc một đơn vị.' })
    if (!hour.ok) slips.push({ field: 'ngay', text: hour.message })
    else if (
      hour.at !== null &&
      (isPast(hour.at) || (survey.opens_at !== null && hour.at <= survey.opens_at))
    )
      slips.push({ field: 'ngay', text: 'Giờ kết thúc phải sau lúc này và sau giờ bắt đầu.' })
    if (slips.length > 0 || extent === undefined || !hour.ok) return showSlips(req, res, survey, 'own', slips)
    await setOwnClosing(deps, staffOf(req), survey, extent, hour.at)
    back(res, survey, 'da-dat-gio')
  }

  async function postExtend(req: Request, res: Response): Promise<void> {
    const survey = await changeable(req)
    if (!hasReached(survey, 'collecting')) throw new Problem('hours-changed')
    const extent = await extentOf(req, survey)
    const hour = hourOf(req)
    const reason = parseReason(typed(req, 'ly-do'))
    const slips: Slips = []
    if (extent === undefined) slips.push({ field: 'pham-vi', text: 'Hãy chọn phạm vi gia hạn.' })
    if (!hour.ok) slips.push({ field: 'ngay', text: hour.message })
    else slips.push(...laterSlips(survey, extent, hour.at))
    if (reason === undefined) slips.push({ field: 'ly-do', text: reasonMissing })
    if (slips.length > 0 || extent === undefined || !hour.ok || hour.at === null || reason === undefined)
      return showSlips(req, res, survey, 'extend', slips)
    await extendCollecting(deps, staffOf(req), survey, extent, { at: hour.at, reason })
    back(res, survey, 'da-gia-han')
  }

  /** A new hour is later than now and than the one that holds. */
  function laterSlips(survey: Survey, extent: Extent | undefined, at: string | null): Slips {
    const slip = (text: string) => [{ field: 'ngay', text }]
    if (at === null) return slip('Hãy ghi ngày và giờ kết thúc mới.')
    if (isPast(at)) return slip('Giờ kết thúc mới đã qua. Hãy chọn giờ sau lúc này.')
    const before = extent?.closesAt ?? null
    if (before !== null && at <= before)
      return slip(`Giờ kết thúc mới phải sau giờ hiện tại, ${showHour(before)}.`)
    if (before === null && survey.state === 'collecting')
      return slip('Phạm vi này chưa đặt giờ kết thúc nên không cần gia hạn. Hãy đặt giờ chung trước.')
    return []
  }

  async function postEndLevel(req: Request, res: Response): Promise<void> {
    const survey = await changeable(req)
    checkMayClose(survey)
    const level = await extentOf(req, survey)
    const reason = parseReason(typed(req, 'ly-do'))
    const slips: Slips = []
    if (level?.scope.of !== 'level') slips.push({ field: 'pham-vi', text: 'Hãy chọn một cấp.' })
    else if (level.closesAt !== null && isPast(level.closesAt))
      slips.push({ field: 'pham-vi', text: 'Cấp này đã hết giờ thu phiếu.' })
    const isFull = level !== undefined && level.returned >= level.planned
    if (reason === undefined && (!isFull || typed(req, 'ly-do') !== ''))
      slips.push({ field: 'ly-do', text: reasonMissing })
    if (!isConfirmed(req, endWord))
      slips.push({ field: '_xac_nhan', text: `Hãy gõ đúng ${endWord} để xác nhận.` })
    if (slips.length > 0 || level?.scope.of !== 'level') return showSlips(req, res, survey, 'level', slips)
    if (needsSecondPerson(survey, 'close-collecting')) {
      const agreement = await agreeTo(deps, endOf(survey, level.scope.code, level.name), staffOf(req))
      if (agreement.state === 'waiting') {
        back(res, survey, 'cho-nguoi-thu-hai')
        return
      }
    }
    await endLevel(deps, staffOf(req), survey, level, reason ?? '')
    back(res, survey, 'ket-thuc-cap')
  }

  async function postDrop(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const level = (await listExtents(db, survey)).find(
      ({ scope }) => scope.of === 'level' && scope.code === typed(req, 'cap'),
    )
    if (level?.scope.of !== 'level') throw new Problem('second-person-gone')
    await dropRequest(deps, endOf(survey, level.scope.code, level.name), staffOf(req))
    back(res, survey, 'rut-de-nghi')
  }

  async function postReason(req: Request, res: Response): Promise<void> {
    const survey = await changeable(req)
    if (survey.state !== 'closed') throw new Problem('hours-changed')
    const reason = parseReason(typed(req, 'ly-do'))
    if (reason === undefined)
      return showSlips(req, res, survey, 'reason', [{ field: 'ly-do', text: reasonMissing }])
    await recordEarlyEnd(deps, staffOf(req), survey, reason)
    back(res, survey, 'da-ghi-ly-do')
  }

  async function getLetter(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const extensions = (await listDecisions(db, survey)).filter(isExtension)
    const wanted = typeof req.query.so === 'string' ? req.query.so : String(extensions[0]?.position)
    const decision = extensions.find(({ position }) => String(position) === wanted)
    if (!decision) throw new Problem('not-found')
    const { unit_code: unit, level_code: level } = decision
    const addressed = (await listUnitHours(db, survey)).filter((each) =>
      unit === '' ? level === '' || each.level === level : each.code === unit,
    )
    const names = addressed.map(({ name }) => name)
    const page = letterPage(survey, decision, names, deps.clock())
    render(res, 'ballot/letter', page, printFrame(deps, { title: page.heading }))
  }

  async function getClock(req: Request, res: Response): Promise<void> {
    const alarm = (await findClockAlarm(db)) ?? null
    const heading = alarm === null ? 'Giờ của máy chủ được tin' : 'Giờ của máy chủ có đúng không?'
    const page = { heading, alarm, now: showHour(deps.clock()) }
    render(res, 'ballot/clock', page, staffFrame(deps, req, { title: heading }))
  }

  async function postClock(req: Request, res: Response): Promise<void> {
    await confirmClock(deps, staffOf(req))
    res.redirect(303, clockPath)
  }

  async function showSlips(
    req: Request,
    res: Response,
    survey: Survey,
    form: TimeForm,
    errors: Slips,
  ): Promise<void> {
    const values = Object.fromEntries(
      Object.entries(formOf(req)).map(([name, value]) => [name, textOf(value).slice(0, 600)]),
    )
    await showTime(req, res.status(422), survey, { form, values, errors })
  }

  async function showTime(
    req: Request,
    res: Response,
    survey: Survey,
    typedTime: TypedTime | null,
  ): Promise<void> {
    const extents = await listExtents(db, survey)
    const page = timePage({
      survey,
      now: deps.clock(),
      extents,
      alarms: await listAlarms(deps, survey),
      decisions: await listDecisions(db, survey),
      isFixed: hasReached(survey, 'opened') || (await findOpening(db, survey)) !== undefined,
      mayManage: staffOf(req).permissions.has('collecting.manage'),
      typed: typedTime,
      seconds: await secondsFor(req, survey, extents),
    })
    const title = 'Thời gian thu phiếu'
    render(res, 'ballot/time', page, surveyFrame(deps, req, survey, { title, tab: '/thoi-gian' }))
  }

  async function secondsFor(
    req: Request,
    survey: Survey,
    extents: Extent[],
  ): Promise<Map<string, SecondPersonWords>> {
    const seconds = new Map<string, SecondPersonWords>()
    if (survey.state !== 'collecting' || !needsSecondPerson(survey, 'close-collecting')) return seconds
    for (const { scope, name } of extents)
      if (scope.of === 'level')
        seconds.set(scope.code, await wordsFor(deps, endOf(survey, scope.code, name), staffOf(req)))
    return seconds
  }

  /** Ending one level: whoever agrees to it has agreed to no other. */
  function endOf(survey: Survey, code: string, name: string) {
    return { survey, act: 'close-collecting' as const, part: { code, name } }
  }

  async function extentOf(req: Request, survey: Survey): Promise<Extent | undefined> {
    const wanted = typed(req, 'pham-vi')
    return (await listExtents(db, survey)).find((each) => scopeValue(each) === wanted)
  }

  /** @throws Problem hours-fixed once the opening has begun */
  async function changeable(req: Request): Promise<Survey> {
    const survey = await surveyOf(req)
    if (hasReached(survey, 'opened') || (await findOpening(db, survey))) throw new Problem('hours-fixed')
    return survey
  }

  function isPast(at: string): boolean {
    return Date.parse(at) <= deps.clock().getTime()
  }

  function back(res: Response, survey: Survey, word: string): void {
    res.redirect(303, `${surveyHref(survey, '/thoi-gian')}?tin=${word}`)
  }

  async function surveyOf(req: Request): Promise<Survey> {
    return getSurvey(db, String(req.params.slug))
  }

  const fresh = '/dieu-tra/:slug/thoi-gian'
  const may = 'collecting.manage'
  return [
    { method: 'get', path: fresh, may: 'survey.read', handle: getTime },
    { method: 'get', path: `${fresh}/cong-van`, may: 'survey.read', handle: getLetter },
    { method: 'post', path: fresh, may, handle: postHours },
    { method: 'post', path: `${fresh}/rieng`, may, handle: postOwn },
    { method: 'post', path: `${fresh}/gia-han`, may, handle: postExtend },
    { method: 'post', path: `${fresh}/ket-thuc-som`, may, fresh, handle: postEndLevel },
    { method: 'post', path: `${fresh}/ket-thuc-som/rut`, may, handle: postDrop },
    { method: 'post', path: `${fresh}/ly-do`, may, handle: postReason },
    { method: 'get', path: clockPath, may, handle: getClock },
    { method: 'post', path: clockPath, may, handle: postClock },
  ]
}

function typed(req: Request, name: string): string {
  return textOf(formOf(req)[name])
}

function hourOf(req: Request, end = '') {
  return parseHour({ day: typed(req, `ngay${end}`), time: typed(req, `gio${end}`) })
}
