import type { Language } from '../../contract/caller.js';
import type { FirstAnswersView } from './first-answers.js';

const TITLES: Record<Language, string> = { ja: '貸鍵', en: 'Kashikagi' };

/** JSON inside a `<script>` that is data: nothing in it can end the element or begin a comment. */
function asData(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

interface Page {
  language: Language;
  answers: FirstAnswersView;
  /** Addresses of the first screen's scripts, to be asked for at once. */
  scripts: readonly string[];
}

/** The built page with its language, the first screen's answers, and what will be loaded for it. */
export function pageOf(built: string, { language, answers, scripts }: Page): string {
  const links = scripts.map((address) => `<link rel="modulepreload" crossorigin href="${address}">`);
  return built
    .replace('<html lang="ja">', () => `<html lang="${language}">`)
    .replace(/<title>[^<]*<\/title>/, () => `<title>${TITLES[language]}</title>${links.join('')}`)
    .replace(
      /(<script type="application\/json" id="first-answers">)(<\/script>)/,
      (_, open: string, close: string) => `${open}${asData(answers)}${close}`,
    );
}
