// Whole fonts for PDF and pictures: those for the web are cut into pieces of which none holds all Vietnamese letters.
import { join } from 'node:path'
import { projectRoot } from '../lib/root.ts'

const folder = join(projectRoot, 'node_modules/@expo-google-fonts/be-vietnam-pro')

export const fontFiles = {
  regular: join(folder, '400Regular/BeVietnamPro_400Regular.ttf'),
  bold: join(folder, '700Bold/BeVietnamPro_700Bold.ttf'),
}
