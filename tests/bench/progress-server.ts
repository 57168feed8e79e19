// Our real program over a store that exists, for the page of progress: a process of its own, so that its first request can
// be measured. What it keeps for some seconds is forgotten at a word, by a running clock that goes ahead.
//   node progress-server.ts DATA_DIR [DATABASE_URL]
import { readConfig } from '../../src/config.ts'
import { dayOf } from '../../src/lib/clock.ts'
import { startServer } from '../../src/main.ts'
import { operator } from '../../src/staff/actor.ts'
import { createStaff, organiserCode } from '../../src/staff/staff.service.ts'
import { createSurveyFromTemplate, defaultTemplate } from '../../src/survey/survey.service.ts'
import { makeHugeSurvey } from '../support/huge-survey.ts'
import { answerQuestions } from './child.ts'

const [dataDir, databaseUrl] = process.argv.slice(2)
if (dataDir === undefined) throw new Error('name the data folder')

let ahead = 0
const running = performance.now.bind(performance)
performance.now = () => running() + ahead

const { deps, address, stop } = await startServer(
  readConfig({
    DATA_DIR: dataDir,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'warn',
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
  }),
)

answerQuestions(
  {
    port: () => Number(new URL(address).port),
    later: () => {
      ahead += 60_000
    },
    prepare: async () => {
      await createSurveyFromTemplate(deps, operator, defaultTemplate, 'nho')
      await deps.db.updateTable('survey').set({ state: 'collecting' }).execute()
      const until = dayOf(deps.clock())
      const few = await makeHugeSurvey(deps.db, 'lon', { quota: 20, mean: 1, withBallots: true, until })
      const many = await makeHugeSurvey(deps.db, 'lon-10', { quota: 20, mean: 10, withBallots: true, until })
      const account = { email: 'xem@example.com', password: 'mot mat khau du dai', name: 'Người xem' }
      const roles = [{ role: 'viewer', survey: null }]
      await createStaff(deps, operator, { ...account, agency: organiserCode, roles })
      return { few, many, ...account }
    },
  },
  stop,
)
