// The operator's commands: the same services as the web. One sentence and exit 1 on errors; --json for programs.
import './lib/node-version.ts'
import { checkCommands } from './commands/check.commands.ts'
import { program, refuse } from './commands/command-line.ts'
import { custodyCommands } from './commands/custody.commands.ts'
import { explainCommands } from './commands/explain.commands.ts'
import { resultCommands } from './commands/results.commands.ts'
import { staffCommands } from './commands/staff.commands.ts'
import { surveyCommands } from './commands/survey.commands.ts'

surveyCommands()
custodyCommands()
resultCommands()
explainCommands()
staffCommands()
checkCommands()

await program.parseAsync().catch(refuse)
