/** Whom to telephone, as the setting `telephoneProcedure` says it, a step a line; the page has it, also offline. */
export function telephoneSteps(): string[] {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="telephone-procedure"]');
  return (meta?.content ?? '').split('\n').filter((line) => line.trim() !== '');
}
