// Vietnamese words as two people may have typed them: without accents, capitals and doubled spaces, to be compared.

/** "Sở  Y tế" and "so y te" → "so y te" */
export function plainWords(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/đ/gi, 'd')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
}
