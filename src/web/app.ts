// The whole site in the order in which a request meets it: headers, static files, health, the cross-site rule, the
// form, then the features along the road, and the errors last.
import compression from 'compression'
import express, { type Express } from 'express'
import { Problem } from '../lib/problem.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { staffFrame } from '../staff/frame.ts'
import { allow, maybeStaff, type StaffDeps } from '../staff/guard.ts'
import { actLogRoutes } from '../staff/act-log.routes.ts'
import { myAccountRoutes } from '../staff/my-account.routes.ts'
import { passwordLinkRoutes } from '../staff/password-link.routes.ts'
import { setupRoutes } from '../staff/setup.routes.ts'
import { signInRoutes } from '../staff/sign-in.routes.ts'
import { staffRoutes } from '../staff/staff.routes.ts'
import { systemRoutes } from '../staff/system.routes.ts'
import { accessRoutes } from '../access/access.routes.ts'
import { replacementRoutes } from '../access/replacement.routes.ts'
import { deliveryRoutes } from '../access/delivery.routes.ts'
import { printRoutes } from '../access/print.routes.ts'
import { ballotRoutes } from '../ballot/ballot.routes.ts'
import { custodyRoutes } from '../ballot/custody.routes.ts'
import { listPapersFor } from '../ballot/paper.service.ts'
import { receiptRoutes } from '../ballot/receipt.routes.ts'
import { submitRoutes } from '../ballot/submit.routes.ts'
import { timeRoutes } from '../ballot/time.routes.ts'
import { clockAlarms, listAlarms } from '../ballot/time.service.ts'
import { unitChangeRoutes } from '../ballot/unit-change.routes.ts'
import { jobRoutes } from '../jobs/job.routes.ts'
import type { JobRunner } from '../jobs/runner.ts'
import { indexRoutes } from '../index-calculator/index.routes.ts'
import { scoringRoutes } from '../index-calculator/settings.routes.ts'
import { progressRoutes } from '../quota/progress.routes.ts'
import { quotaRoutes } from '../quota/quota.routes.ts'
import { rehearsalRoutes } from '../rehearsal/rehearsal.routes.ts'
import { announceRoutes } from '../release/announce.routes.ts'
import { chartRoutes } from '../release/chart.routes.ts'
import { importCodeRoutes } from '../release/import-codes.routes.ts'
import { minutesRoutes } from '../release/minutes.routes.ts'
import { releaseRoutes } from '../release/release.routes.ts'
import { schemaRoutes } from '../release/schema.routes.ts'
import { reportRoutes } from '../release/report.routes.ts'
import { retentionRoutes } from '../release/retention.routes.ts'
import { retentionAlarms } from '../release/retention.service.ts'
import { refusalPages } from '../response/refusal.routes.ts'
import { responseRoutes } from '../response/response.routes.ts'
import { explainRoutes } from '../score/explain.routes.ts'
import { scoreRoutes } from '../score/score.routes.ts'
import { recheckRoutes } from '../survey/recheck.routes.ts'
import { signsRoutes } from '../score/signs.routes.ts'
import { sampleRoutes } from '../survey/sample.routes.ts'
import { surveyRoutes } from '../survey/survey.routes.ts'
import type { Deps } from './deps.ts'
import { errorPages } from './error-page.ts'
import { plainFrame } from './layout.ts'
import { logRequest } from './log.ts'
import { noStore, sameSiteOnly, securityHeaders, withoutNul } from './security.ts'

export type AppDeps = Deps & StaffDeps & { jobs: JobRunner }

/** Whether the program is about to stop; the load balancer then sends nobody here. */
export interface Health {
  stopping: boolean
}

export function createApp(deps: AppDeps, health: Health = { stopping: false }): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'simple')
  // What Express says by itself, when even the error page fails, holds no stack, whatever NODE_ENV is.
  app.set('env', 'production')
  if (deps.config.trustProxy !== undefined) app.set('trust proxy', deps.config.trustProxy)

  app.use(securityHeaders(deps.config.publicUrl))
  app.use(compression())
  app.use('/static', deps.assets.serve)
  app.get('/healthz', async (_req, res) => {
    await deps.db.selectFrom('survey').select('id').limit(1).execute()
    res
      .status(health.stopping ? 503 : 200)
      .type('text')
      .send(health.stopping ? 'stopping\n' : 'ok\n')
  })
  app.get('/robots.txt', (_req, res) => {
    res.type('text').send('User-agent: *\nDisallow: /\n')
  })
  app.use(noStore)
  app.use(sameSiteOnly(deps.config.publicUrl))
  app.use(express.urlencoded({ extended: false, limit: '100kb', parameterLimit: 2000 }))
  app.use(withoutNul)

  mount(app, deps, routesOf(deps))

  app.use(() => {
    throw new Problem('not-found')
  })
  app.use(refusalPages(deps))
  app.use(
    errorPages(deps, (req, title) =>
      maybeStaff(req) === undefined ? plainFrame(deps, { title }) : staffFrame(deps, req, { title }),
    ),
  )
  return app
}

/** Every page of every feature, in the order of the road, with who may use it. */
export function routesOf(deps: AppDeps): StaffRoute[] {
  return [
    ...surveyRoutes(
      deps,
      (staff) => listPapersFor(deps.db, staff.id),
      () => clockAlarms(deps.db),
    ),
    ...sampleRoutes(deps),
    ...recheckRoutes(deps),
    ...scoringRoutes(deps),
    ...accessRoutes(deps),
    ...replacementRoutes(deps),
    ...printRoutes(deps),
    ...deliveryRoutes(deps),
    ...responseRoutes(deps),
    ...submitRoutes(deps),
    ...custodyRoutes(deps),
    ...receiptRoutes(deps),
    ...ballotRoutes(deps),
    ...timeRoutes(deps),
    ...unitChangeRoutes(deps),
    ...quotaRoutes(deps, async (survey) => [
      ...(await listAlarms(deps, survey)),
      ...(await retentionAlarms(deps, survey)),
    ]),
    ...progressRoutes(deps),
    ...scoreRoutes(deps),
    ...signsRoutes(deps),
    ...explainRoutes(deps),
    ...indexRoutes(deps),
    ...releaseRoutes(deps),
    ...chartRoutes(deps),
    ...importCodeRoutes(deps),
    ...schemaRoutes(),
    ...minutesRoutes(deps),
    ...announceRoutes(deps),
    ...retentionRoutes(deps),
    ...reportRoutes(deps),
    ...rehearsalRoutes(deps),
    ...setupRoutes(deps),
    ...signInRoutes(deps),
    ...passwordLinkRoutes(deps),
    ...myAccountRoutes(deps),
    ...staffRoutes(deps),
    ...actLogRoutes(deps),
    ...systemRoutes(deps),
    ...jobRoutes(deps),
  ]
}

/** Puts each route behind the guard that it names; only staff's requests are logged. */
function mount(app: Express, deps: AppDeps, routes: StaffRoute[]): void {
  const log = logRequest(deps.log, (req) => maybeStaff(req)?.id)
  for (const route of routes) {
    const { method, path, handle } = route
    if (route.may === 'anyone') app[method](path, handle)
    else app[method](path, log, allow(deps, route), handle)
  }
}
