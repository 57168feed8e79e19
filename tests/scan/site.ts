// The real site in a process of its own, with surveys in each state and the people that a scan goes in as. Its clock
// stands still (tests/support/app.ts), so a proof of identity never gets old during a scan.
//   node site.ts, with TEST_DIALECT and TEST_POSTGRES_URL as the tests have them
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { Problem } from '../../src/lib/problem.ts'
import { operator } from '../../src/staff/actor.ts'
import { organiserCode, inviteStaff } from '../../src/staff/staff.service.ts'
import { createSurveyFromFolder } from '../../src/survey/survey.service.ts'
import { routesOf } from '../../src/web/app.ts'
import { answerQuestions } from '../bench/child.ts'
import { servedSite } from '../browser/chromium.ts'
import { Browser } from '../support/browser.ts'
import { makePerson, rolesFor, signsIn } from '../support/staff.ts'
import { folderOnDisk, openedSurveyWith, openSurveyWith, smallFolder } from '../support/survey.ts'

const site = await servedSite()
// As behind a proxy on this machine: an attacker can then come from many addresses, as in life, and the rate limits, which
// count per address, stay as they are without hiding what lies behind them.
site.app.set('trust proxy', 'loopback')

await createSurveyFromFolder(site.deps, operator, folderOnDisk(smallFolder()), 'nhap')
const { codes } = await openSurveyWith(site, { slug: 'thu' })
await openedSurveyWith(site, { slug: 'mo' }, () => '1212')

const administrator = await makePerson(site, 'administrator')
const halfway = await makePerson(site, 'administrator', { email: 'halfway@example.com' })
const invited = await inviteStaff(site.deps, operator, {
  email: 'invited@example.com',
  name: 'Người được mời',
  agency: organiserCode,
  roles: rolesFor('officer'),
})

const staff = await signsIn(site, administrator, new Browser(site.address))
const start = await staff.get('/dieu-tra')
if (start.status !== 200) throw new Error(`the administrator was not signed in: ${start.text.slice(0, 200)}`)
const job = await site.deps.db.selectFrom('job').select('id').executeTakeFirstOrThrow()
const activation = (await staff.get(`/tai-khoan/${invited}`)).root.querySelector('.link-to-copy')?.textContent

const atSecondStep = new Browser(site.address)
await atSecondStep.get('/can-bo/dang-nhap')
await atSecondStep.submit({ email: halfway.email, password: halfway.password })

const respondent = new Browser(site.address)
await respondent.get('/')
await respondent.submit({ code: codes[0]?.code ?? '' })
const part = await respondent.get('/phieu/phan/1')
const tag = part.root.querySelector('[name=_phieu]')?.getAttribute('value')

// A door of its own for a crawler that presses every button: the few that would end the session it came with, send off the
// answers, or take the rights of whose it is, are not there. (wapiti's own --exclude breaks off under the Python it is packaged with.)
const ending = new RegExp(
  `^/(phieu/gui|can-bo/(dang-xuat|toi/(phien|doi-dien-thoai|tat-xac-thuc))|tai-khoan/${administrator.id}/)`,
  'i',
)
const answers = new Map<number, number>()
const door = createServer((req, res) => {
  res.once('finish', () => answers.set(res.statusCode, (answers.get(res.statusCode) ?? 0) + 1))
  if (req.method === 'POST' && ending.test(req.url ?? '')) res.writeHead(404).end()
  else site.app(req, res)
})
await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))

/** Status → how often it was answered at the door since the last question. */
function takeAnswers(): Record<string, number> {
  const counts = Object.fromEntries([...answers].sort(([a], [b]) => a - b))
  answers.clear()
  return counts
}

/** Whether the session still is one, the moment it is asked. */
async function isSignedIn(): Promise<boolean> {
  const answer = await fetch(`${site.address}/dieu-tra`, {
    headers: { Cookie: `can-bo=${staff.cookie('can-bo') ?? ''}` },
    redirect: 'manual',
  })
  return answer.status === 200
}

/** Routes that take a form which another site's page sends with the administrator's cookie: there must be none. */
async function listOpenToOthers(): Promise<string[]> {
  const forged = [{ Origin: 'http://elsewhere.example' }, { 'Sec-Fetch-Site': 'cross-site' }]
  const open: string[] = []
  for (const { method, path } of routesOf(site.deps)) {
    if (method !== 'post') continue
    for (const headers of forged) {
      const answer = await fetch(site.address + path.replace(/:\w+/g, 'x'), {
        method: 'POST',
        headers: { Cookie: `can-bo=${staff.cookie('can-bo') ?? ''}`, ...headers },
        redirect: 'manual',
      })
      if (answer.status !== 403 || !(await answer.text()).includes(new Problem('cross-site').sentence))
        open.push(`${path} (${Object.keys(headers).join()})`)
    }
  }
  return open
}

const Bug = z.object({ route: z.string(), name: z.string(), message: z.string() })
const Logged = z.object({ method: z.string(), route: z.string(), status: z.number() })

/** What the site itself holds for a bug: shown to people as a page with a reference, written down here. */
function listBugs(): z.infer<typeof Bug>[] {
  return site.logged.flatMap((line) => {
    const bug = Bug.safeParse(JSON.parse(line))
    return bug.success ? [bug.data] : []
  })
}

/** Routes of staff that were answered with something else than a refusal. */
function listReached(): string[] {
  const reached = site.logged.flatMap((line) => {
    const { success, data } = Logged.safeParse(JSON.parse(line))
    return success && data.status < 400 ? [`${data.method} ${data.route}`] : []
  })
  return [...new Set(reached)].sort()
}

answerQuestions(
  {
    facts: () => ({
      address: site.address,
      door: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
      staff: { id: administrator.id, email: administrator.email, cookie: staff.cookie('can-bo') },
      invited,
      activation: activation?.split('#')[1],
      atSecondStep: atSecondStep.cookie('can-bo'),
      respondent: { phieu: respondent.cookie('phieu'), phien: respondent.cookie('phien') },
      tag,
      job: job.id,
    }),
    answers: takeAnswers,
    outcome: async () => ({
      bugs: listBugs(),
      reached: listReached(),
      signedIn: await isSignedIn(),
      open: await listOpenToOthers(),
    }),
  },
  async () => {
    door.closeAllConnections()
    door.close()
    await site.close()
  },
)
